/**
 * The options for history, pins and bans: checked and turned into rules.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import { aFlag, aNumber, ofKind, type OptionRule } from "../../../base/validate.ts";
import { COOLDOWN_EXPECTED, cooldownInDays, parseCooldown } from "../before/cooldown.ts";
import { DATE_EXPECTED, dayOf, NO_DAY } from "../../../base/text/day.ts";
import type { HistoryRules } from "../before/history.ts";

/** How history and pins are used. */
export interface BeforeOptions {
  /** The drop's day, an ISO date: history after it is ignored, and cooldowns count back from it. @default none */
  asOf?: string;
  /**
   * How long after an offer its contract, or its brand, is not offered to the same user again: `contract=8d`, `brand=4w`,
   * `contract=2drops`, several in a list or with commas between them. @default none
   */
  cooldown?: string | readonly string[];
  /** Scores are multiplied by this for each time that the user declined the contract or its brand. @default 1 */
  declineFactor?: number;
  /** W: scores of users who got fewer or worse offers lately are multiplied by up to 1 + W. @default 0 */
  rotate?: number;
  /** Whether a pin that is no eligible pair becomes one, with the pin's score. @default false */
  pinsCreate?: boolean;
}

/** What values each option accepts. */
export const BEFORE_OPTIONS: Readonly<Record<keyof BeforeOptions, OptionRule>> = {
  asOf: ofKind({ type: "date" }),
  cooldown: {
    expected: COOLDOWN_EXPECTED,
    accepts: (value) =>
      typeof value === "string" ||
      (Array.isArray(value) && value.every((text) => typeof text === "string")),
  },
  declineFactor: aNumber({ min: 0, max: 1 }),
  rotate: aNumber({ min: 0, max: 1000 }),
  pinsCreate: aFlag,
};

/** Which inputs are there that options may be about. */
export interface BeforeInputs {
  /** Whether there is a history. */
  readonly history: boolean;
  /** Whether there are pins. */
  readonly pins: boolean;
}

/**
 * The rules that the options ask for.
 *
 * @throws {UsageError} for a rule about history without a history, a cooldown in days without `asOf`, and a text that is no
 *   cooldown or date
 */
export function historyRules(options: BeforeOptions, given: BeforeInputs): HistoryRules {
  const { asOf, cooldown = [], declineFactor = 1, rotate = 0, pinsCreate = false } = options;
  const spans = parseCooldown(typeof cooldown === "string" ? [cooldown] : cooldown);
  const needing = [
    Object.keys(spans).length > 0 ? "cooldown" : "",
    declineFactor === 1 ? "" : "declineFactor",
    rotate === 0 ? "" : "rotate",
  ].filter((name) => name !== "");
  if (!given.history && needing.length > 0) {
    throw new UsageError(`${needing.join(" and ")} needs history (assignments of earlier drops)`);
  }
  if (!given.pins && pinsCreate) throw new UsageError("pinsCreate needs pins");
  const inDays = cooldownInDays(spans);
  if (inDays !== null && asOf === undefined) {
    throw new UsageError(`${inDays} needs asOf, the drop's day, to count back from`);
  }
  const day = asOf === undefined ? null : dayOf(asOf);
  if (day === NO_DAY) throw new UsageError(`asOf is ${quote(asOf!)}, expected ${DATE_EXPECTED}`);
  return { asOf: day, cooldown: spans, declineFactor, rotate };
}
