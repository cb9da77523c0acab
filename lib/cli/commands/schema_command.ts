/**
 * `divvy schema`: the JSON Schema of the configuration file, or of certificates.
 *
 * @module
 */
import { Argument } from "../../deps/commander.ts";
import { DivvyCommand } from "../frame/command.ts";
import { writeJson } from "../frame/write.ts";

/** Defines `divvy schema`. */
export function schemaCommand(): DivvyCommand {
  const command: DivvyCommand = new DivvyCommand(
    "schema",
    "print the JSON Schema of divvy.json, or of certificates",
  )
    .addArgument(
      new Argument("[document]", "of what: config (divvy.json) or certificate")
        .choices(["config", "certificate"]).default("config"),
    )
    .helpGroup("Shell:")
    .example("Let an editor check and complete divvy.json", "divvy schema > divvy.schema.json")
    .example("What a certificate is", "divvy schema certificate > certificate.schema.json")
    .runs(async (_, [document]) => {
      if (document === "certificate") {
        const { certificateJsonSchema } = await import(
          "../../io/documents/certificate_schema.ts"
        );
        return writeJson(certificateJsonSchema());
      }
      const { configJsonSchema } = await import("../frame/config_schema.ts");
      writeJson(configJsonSchema(command.parent as DivvyCommand));
    });
  return command;
}
