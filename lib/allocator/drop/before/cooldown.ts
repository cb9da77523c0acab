/**
 * Cooldowns: how long after an offer the same contract, or brand, is not offered to the same user again.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";

/** What is not offered again: the contract, or any contract of its brand. */
export type CooldownOf = "contract" | "brand";

/** The length of a cooldown: a number of days, or of the latest drops. */
export interface Span {
  /** How many. */
  readonly count: number;
  /** The unit. */
  readonly unit: "days" | "drops";
}

/** The cooldowns of a drop; absent: none. */
export type Cooldown = Partial<Readonly<Record<CooldownOf, Span>>>;

/** What is expected of a cooldown, in words. */
export const COOLDOWN_EXPECTED =
  "contract=SPAN or brand=SPAN, a span such as 8d, 4w or 2drops, or several with commas between";

/** A cooldown that counts in days, as messages write it; null: none does. */
export function cooldownInDays(cooldown: Cooldown): string | null {
  const found = Object.entries(cooldown).find(([, { unit }]) => unit === "days");
  return found === undefined ? null : `cooldown ${found[0]}=${found[1].count}d`;
}

const ENTRY = /^(contract|brand)\s*=\s*(\d{1,6})\s*(d|days?|w|weeks?|drops?)$/;

/**
 * Reads cooldowns in the command line's form.
 *
 * @param name the option's name, for messages
 * @throws {UsageError} for a text that is no cooldown, and for two of contracts, or of brands
 *
 * @example
 * ```ts
 * import { parseCooldown } from "./cooldown.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * assertEquals(parseCooldown(["contract=8d,brand=4w"]), {
 *   contract: { count: 8, unit: "days" },
 *   brand: { count: 28, unit: "days" },
 * });
 * ```
 */
export function parseCooldown(texts: readonly string[], name = "cooldown"): Cooldown {
  const cooldown: { [of in CooldownOf]?: Span } = {};
  for (const text of texts) {
    for (const entry of text.split(",")) {
      const match = ENTRY.exec(entry.trim());
      if (match === null || Number(match[2]) === 0) {
        throw new UsageError(`${name} is ${quote(text)}, expected ${COOLDOWN_EXPECTED}`);
      }
      const [, of, number, unit] = match, count = Number(number);
      if (of in cooldown) throw new UsageError(`${name} names ${of} twice`);
      cooldown[of as CooldownOf] = unit.startsWith("drop")
        ? { count, unit: "drops" }
        : { count: unit.startsWith("w") ? 7 * count : count, unit: "days" };
    }
  }
  return cooldown;
}
