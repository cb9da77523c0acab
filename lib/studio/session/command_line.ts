/**
 * The command lines that do what a session shows.
 *
 * @module
 */
import { shellWord } from "../../base/text/shell_word.ts";
import { defaultPolicy, type Policy } from "../../allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import { keyOf } from "./change_words.ts";
import type { StudioDetails } from "./drop_for_page.ts";
import type { Change, SaveKind } from "./messages.ts";
import { FILE_NAMES } from "./saves.ts";

/**
 * `divvy whatif` for the same figures and `divvy allocate` for the same assignments, byte for byte; and the files that these
 * name and the session saves.
 */
export function commandsFor(
  change: Change,
  policy: Policy,
  details: StudioDetails,
): { whatif: string; allocate: string; files: SaveKind[] } {
  const changes = keyOf(change) !== keyOf({});
  // Limits given as a list have no option; they are written to the configuration file.
  const listed = Array.isArray(details.options.limits);
  const inputs = listed ? [`--config ${FILE_NAMES.config}`] : optionsText(details.options);
  const certificate = details.certificate ?? FILE_NAMES.start;
  const gap = `--gap ${details.gap}`;
  const scenario = changes ? [`--scenario ${FILE_NAMES.scenario}`] : [];
  return {
    whatif: changes
      ? lines("divvy whatif", [
        ...inputs,
        `--certificate ${shellWord(certificate)}`,
        `--scenarios ${FILE_NAMES.scenario}`,
        gap,
      ])
      : "",
    allocate: lines("divvy allocate", [
      ...inputs,
      ...policyText(policy),
      ...scenario,
      `--prices ${FILE_NAMES.prices}`,
      gap,
      `--out ${FILE_NAMES.assignments}`,
    ]),
    files: [
      ...(listed ? ["config" as const] : []),
      ...(changes ? ["scenario" as const] : []),
      ...(changes && details.certificate === undefined ? ["start" as const] : []),
      "prices",
    ],
  };
}

/** Options as a command line spells them. A flag that is off in a configuration file is not given: it has no other spelling. */
function optionsText(options: Record<string, unknown>): string[] {
  return Object.entries(options)
    .flatMap(([name, value]) => value === false ? [] : spelled(name, value));
}

/** The rules that are not the defaults. */
function policyText(policy: Policy): string[] {
  return POLICY_FIELDS
    .filter(({ name }) => JSON.stringify(policy[name]) !== JSON.stringify(defaultPolicy[name]))
    .flatMap(({ name, json }) => spelled(json, policy[name]));
}

function spelled(name: string, value: unknown): string[] {
  const option = `--${name.replaceAll("_", "-")}`;
  if (value === null || value === undefined) return [];
  if (value === true) return [option];
  if (value === false) return [option.replace("--", "--no-")];
  if (Array.isArray(value) && value.every((part) => typeof part === "number")) {
    return [`${option} ${value.join(",")}`];
  }
  if (Array.isArray(value)) return value.map((part) => `${option} ${shellWord(String(part))}`);
  return [`${option} ${shellWord(String(value))}`];
}

/** A command over several lines. */
function lines(command: string, parts: readonly string[]): string {
  return [command, ...parts].join(" \\\n  ");
}
