/**
 * Whole numbers as people read them, with their nouns.
 *
 * @module
 */

/**
 * A whole number with thousands separators; one of more than 21 digits, which doubles don't have, with an exponent.
 *
 * @example
 * ```ts
 * import { count } from "./counted.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(count(1234567), "1,234,567");
 * ```
 */
export function count(n: number): string {
  if (Math.abs(n) >= 1e21) return n.toExponential(3);
  return String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * All of `n` things, as the subject of a sentence.
 *
 * @example
 * ```ts
 * import { allOf } from "./counted.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const all = [1, 2, 1200].map((n) => allOf(n, "limit"));
 * assertEquals(all, ["the only limit", "both limits", "all 1,200 limits"]);
 * ```
 */
export function allOf(n: number, noun: string, plural = `${noun}s`): string {
  return n === 1 ? `the only ${noun}` : n === 2 ? `both ${plural}` : `all ${count(n)} ${plural}`;
}

/**
 * Some of them, or {@link allOf}.
 *
 * @example
 * ```ts
 * import { someOf } from "./counted.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([someOf(2, 3, "group"), someOf(2, 2, "group")], ["2 of 3 groups", "both groups"]);
 * ```
 */
export function someOf(n: number, all: number, noun: string, plural = `${noun}s`): string {
  return n === all ? allOf(all, noun, plural) : `${count(n)} of ${counted(all, noun, plural)}`;
}

/** `n` and its noun: "1 user", "2,000 users"; `plural` where an "s" does not make it. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`;
}
