/**
 * Options for history, pins and bans, of every command that reads a drop.
 *
 * @module
 */
import type { BeforeOptions } from "../../../allocator/drop/applied/before_options.ts";
import { parseCooldown } from "../../../allocator/drop/before/cooldown.ts";
import { UsageError } from "../../../base/errors.ts";
import type { DropSources } from "../../../io/drop_reader.ts";
import { date, file, files, flag, number, texts, type ValuesFrom } from "../option_kinds.ts";

/** The options; docs/weekly.md explains them. */
export function beforeOptions() {
  return [
    files(
      "--history <file>",
      "assignments of earlier drops: user_id, contract_address; offered_at, outcome, … (repeatable)",
    ),
    date("--as-of <date>", "the drop's day: cooldowns count back from it, later rows are left out"),
    texts(
      "--cooldown <spans>",
      "how long a user is not offered the same again: contract=8d,brand=4w, or contract=2drops",
    ),
    number("--decline-factor <f>", "score × f for each decline of the contract or brand", {
      min: 0,
      max: 1,
    }),
    number("--rotate <w>", "score × up to 1 + w for users who got less lately", {
      min: 0,
      max: 1000,
    }),
    file("--pins <file>", "pairs that must be given: user_id, contract_address"),
    flag("--pins-create", "a pin that is not eligible becomes so, with the score beside it"),
    file("--bans <file>", "pairs that must not be: user_id, contract_address, brand_id, group_id"),
  ];
}

/** Their values. */
export type BeforeValues = ValuesFrom<typeof beforeOptions>;

/** The inputs named on the command line. */
export function beforeSources(
  { history: files, pins, bans }: BeforeValues,
): Pick<DropSources, "history" | "pins" | "bans"> {
  if (files?.includes("")) throw new UsageError('--history is "", expected a file');
  return {
    ...(files !== undefined && { history: files }),
    ...(pins !== undefined && { pins }),
    ...(bans !== undefined && { bans }),
  };
}

/**
 * The rules among the option values.
 *
 * @throws {UsageError} for an option that needs another one that is not given
 */
export function beforeRules(options: BeforeValues): BeforeOptions {
  const { asOf, cooldown, declineFactor, rotate, pinsCreate } = options;
  const spans = Object.values(parseCooldown(cooldown ?? [], "--cooldown"));
  const needs = cooldown !== undefined
    ? "--cooldown"
    : declineFactor !== undefined
    ? "--decline-factor"
    : rotate !== undefined
    ? "--rotate"
    : null;
  if (needs !== null && options.history === undefined) {
    throw new UsageError(`${needs} needs --history, assignments of earlier drops`);
  }
  if (asOf === undefined && spans.some(({ unit }) => unit === "days")) {
    throw new UsageError("--cooldown in days needs --as-of, the drop's day, to count back from");
  }
  if (pinsCreate && options.pins === undefined) {
    throw new UsageError("--pins-create needs --pins");
  }
  return { asOf, cooldown, declineFactor, rotate, pinsCreate };
}
