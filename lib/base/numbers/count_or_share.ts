/**
 * Amounts that are a number of things, or a share of all of them: 500, or "5%".
 *
 * @module
 */

/** A whole number, or a share such as "5%". */
export type CountOrShare = number | string;

/** What messages say was expected. */
export const COUNT_OR_SHARE = 'a whole number ≥ 0, or a share such as "5%"';

/** Texts that may be one, for schemas; {@link parseCountOrShare} says which are. */
export const COUNT_OR_SHARE_PATTERN = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/;

/** The amount as a number, shares as 0…1; null where `value` is neither a count nor a share. */
export function parseCountOrShare(
  value: CountOrShare,
): { readonly amount: number; readonly isShare: boolean } | null {
  if (typeof value === "number") return isWhole(value) ? { amount: value, isShare: false } : null;
  const [, number, sign] = COUNT_OR_SHARE_PATTERN.exec(value) ?? [];
  if (number === undefined) return null;
  const amount = Number(number);
  if (sign === "") return isWhole(amount) ? { amount, isShare: false } : null;
  // Rounded to 15 digits, the decimal that was meant: 1.1 / 100 is 0.011000000000000001 in doubles.
  return amount <= 100 ? { amount: Number((amount / 100).toPrecision(15)), isShare: true } : null;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What messages say was expected of a share. */
export const SHARE = 'a share below 100 %, such as "5%"';

/** Texts that are one, for schemas. */
export const SHARE_PATTERN = /^\s*(0*\d{1,2}(?:\.\d+)?|\.\d+)\s*%\s*$/;

/** A share as text, from 0 to below 1; null where it is none. */
export function parseShare(text: unknown): number | null {
  const parsed = typeof text === "string" ? parseCountOrShare(text) : null;
  return parsed?.isShare && parsed.amount < 1 ? parsed.amount : null;
}
