/**
 * `divvy schema`: the JSON Schema of the configuration file.
 *
 * @module
 */
import { DivvyCommand } from "../frame/command.ts";
import { writeJson } from "../frame/write.ts";

/** Defines `divvy schema`. */
export function schemaCommand(): DivvyCommand {
  const command: DivvyCommand = new DivvyCommand("schema", "print the JSON Schema of divvy.json")
    .helpGroup("Shell:")
    .example("Let an editor check and complete divvy.json", "divvy schema > divvy.schema.json")
    .runs(async () => {
      const { configJsonSchema } = await import("../frame/config_schema.ts");
      writeJson(configJsonSchema(command.parent as DivvyCommand));
    });
  return command;
}
