/**
 * The schema of the configuration file, derived from the commands' options, so that the two always agree.
 *
 * @module
 */
import { z } from "../../../deps/zod.ts";
import type { DivvyCommand } from "../command.ts";
import { COUNT_OR_SHARE_PATTERN, SHARE_PATTERN } from "../../../base/numbers/count_or_share.ts";
import { DATE_FORM } from "../../../base/text/day.ts";
import { FRACTION, isOfKind, type ValueKind } from "../../../base/value_kind.ts";
import { numberSchema, plainSchema } from "../../../io/documents/value_schema.ts";
import { DivvyOption } from "../option_kinds.ts";

/** The commands that take `--config`. */
export function configurable(program: DivvyCommand): DivvyCommand[] {
  return (program.commands as DivvyCommand[]).filter((command) =>
    command.options.some((option) => option.long === "--config")
  );
}

/** A command's options by their names in a configuration file; `--x` and `--no-x` are one option. */
export function configOptions(command: DivvyCommand): Map<string, DivvyOption> {
  const options = new Map<string, DivvyOption>();
  for (const option of command.options) {
    if (!(option instanceof DivvyOption) || option.attributeName() === "config") continue;
    if (!options.has(option.configName())) options.set(option.configName(), option);
  }
  return options;
}

/**
 * The schema. Options at the top hold for every command that has them; options in a section with a command's name hold for that
 * command, and win. Where an option and a command have the same name (`caps`), either may stand there.
 *
 * @param config the document to be checked, if there is one
 */
export function configSchema(
  program: DivvyCommand,
  config?: unknown,
): z.ZodType<Record<string, unknown>> {
  const given = isSection(config) ? config : undefined;
  const top: Record<string, z.ZodType> = { $schema: z.string().optional() };
  const sections: Record<string, z.ZodType> = {};
  for (const command of configurable(program)) {
    const section: Record<string, z.ZodType> = {};
    for (const [name, option] of configOptions(command)) {
      const value = valueSchema(option.kind, given !== undefined).describe(option.description)
        .optional();
      section[name] = value;
      top[name] ??= value;
    }
    sections[command.name()] = z.strictObject(section)
      .describe(`options of divvy ${command.name()}`);
  }
  for (const [name, section] of Object.entries(sections)) {
    const either = name in top ? [top[name], section] : [section];
    // Where a document is given, its value shows which of the two it is, so that errors are about that one only.
    const shown = isSection(given?.[name]) ? [section] : either.slice(0, 1);
    top[name] = z.union(given === undefined ? either : shown).optional();
  }
  return z.strictObject(top);
}

/** Whether a value at the top of a file is a section with a command's options. */
export function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same as JSON Schema, for editors: `divvy schema`. */
export function configJsonSchema(program: DivvyCommand): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema(program)) as Record<string, unknown>;
  return { ...schema, title: "divvy.json", description: "Options of the divvy command line" };
}

/** The schema of an option's value; `isGiven`: a document is checked, and limits pass, since their reader checks them. */
function valueSchema(kind: ValueKind, isGiven: boolean): z.ZodType {
  switch (kind.type) {
    case "limits":
      // Checked by limits_table.ts, which names the wrong field; here the error would be about the whole list.
      return z.union([
        z.string().min(1),
        z.array(isGiven ? z.looseObject({}) : limitSchema),
      ]);
    case "flag":
    case "choice":
    case "number":
    case "numbers":
      return plainSchema(kind);
    case "share":
      return textOf(kind, SHARE_PATTERN);
    case "count_or_share":
      return z.union([
        numberSchema({ min: 0, whole: true }),
        textOf(kind, COUNT_OR_SHARE_PATTERN),
      ]);
    case "date":
      return textOf(kind, new RegExp(DATE_FORM));
    case "step":
      return z.union([numberSchema({ min: 0, above: true }), textOf(kind, FRACTION)]);
    case "texts":
      return z.array(z.string()).min(1);
    case "files":
      return z.array(z.string().min(1)).min(1);
    default:
      return z.string().min(1);
  }
}

/** A text of the kind; editors get its pattern. */
function textOf(kind: ValueKind, pattern: RegExp): z.ZodType {
  return z.string().regex(pattern).refine((text) => isOfKind(text, kind));
}

const amount = z.union([z.number().min(0), z.string().min(1)]);
const selected = z.union([z.string(), z.number(), z.boolean()]);

/** A family of limits, with the names of limits.csv. */
const limitSchema = z.object({
  limit: z.string().min(1).describe("Its name, in the summary, the certificate and explain"),
  per: z.union([z.string(), z.array(z.string())]).optional()
    .describe("Columns (joined with +): a limit for each combination of their values"),
  counts: z.string().optional()
    .describe("offers (the default), or a column of numbers of caps or elig"),
  at_most: amount.optional().describe("A number, or a column of the table that per names"),
  at_least: amount.optional().describe("A number, or a column of the table that per names"),
  share_of: z.literal("offers").optional()
    .describe("The amounts are shares of all offers within the same per"),
  price: z.number().min(0).optional().describe("Cost of each unit beyond the amount"),
}).catchall(z.union([selected, z.array(selected)]))
  .describe("A limit; any other name selects: a column of an input, and its values that count");
