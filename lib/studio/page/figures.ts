/**
 * Numbers of the page in words.
 *
 * @module
 */
import { figure, figureUp } from "../../report/words.ts";
import { changeInPercent } from "../../report/signed.ts";

/** A difference with its sign: "+0.52 %"; "" where there is none. */
export function differenceInPercent(now: number, before: number): string {
  if (now === before) return "";
  if (before === 0) return difference(now, before);
  const share = (now - before) / Math.abs(before);
  return changeInPercent(share, Math.abs(share) < 0.1 ? 2 : 1);
}

/** A difference with its sign, with `digits` significant digits; "" where there is none. */
export function difference(now: number, before: number, digits = 4): string {
  if (now === before) return "";
  return `${now < before ? "−" : "+"}${figure(Math.abs(now - before), digits)}`;
}

/** A price, in short, rounded up as a unit more adds at most that; "–" where there is none. */
export function price(value: number | undefined | null): string {
  return value === undefined || value === null ? "–" : figureUp(value, 3);
}
