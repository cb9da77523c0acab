/**
 * `divvy schema`: the JSON Schema of the configuration file, scenarios or certificates.
 *
 * @module
 */
import { Argument } from "../../../deps/commander.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { writeJson } from "../../frame/terminal/write.ts";

/** Defines `divvy schema`. */
export function schemaCommand(): DivvyCommand {
  const command: DivvyCommand = new DivvyCommand(
    "schema",
    "print the JSON Schema of divvy.json, scenarios or certificates",
  )
    .addArgument(
      new Argument(
        "[document]",
        "config (divvy.json), scenarios (divvy whatif --scenarios) or certificate",
      )
        .choices(["config", "scenarios", "certificate"]).default("config"),
    )
    .helpGroup("Shell:")
    .example("Let an editor check and complete divvy.json", "divvy schema > divvy.schema.json")
    .example(
      "Let it check scenarios for divvy whatif",
      "divvy schema scenarios > scenarios.schema.json",
    )
    .example("What a certificate is", "divvy schema certificate > certificate.schema.json")
    .runs(async (_, [document]) => {
      if (document === "certificate") {
        const { certificateJsonSchema } = await import(
          "../../../io/documents/certificate_schema.ts"
        );
        return writeJson(certificateJsonSchema());
      }
      if (document === "scenarios") {
        const { scenariosJsonSchema } = await import("../../../io/documents/scenario_file.ts");
        return writeJson(scenariosJsonSchema());
      }
      const { configJsonSchema } = await import("../../frame/config/config_schema.ts");
      writeJson(configJsonSchema(command.parent as DivvyCommand));
    });
  return command;
}
