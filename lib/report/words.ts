/**
 * Numbers and ids as people read them, and what is said of them everywhere; the same on every machine.
 *
 * @module
 */
import { count, counted } from "../base/text/counted.ts";
export { allOf, count, counted, someOf } from "../base/text/counted.ts";

/** How many offers users get at most, and who has a number of its own. */
export function mostOffersPerUser(
  { k, own_k: own }: {
    readonly k: number;
    readonly own_k?: { readonly users: number; readonly least: number; readonly most: number };
  },
): string {
  const all = `at most ${counted(k, "offer")} per user`;
  if (own === undefined) return all;
  const range = own.least === own.most ? `${own.least}` : `${own.least} to ${own.most}`;
  return `${all}, ${range} for ${counted(own.users, "user")} with a k of ${
    own.users === 1 ? "its" : "their"
  } own`;
}

/** When a user would have its best offers: `if nothing were scarce`; pins keep it from them too. */
export function ifNothingWereScarce(
  { options }: { readonly options: readonly { readonly pinned?: boolean }[] },
): string {
  return `if nothing were scarce${options.some(({ pinned }) => pinned) ? " or pinned" : ""}`;
}

/**
 * A share of one as a percentage with one decimal: "98.7 %". Never rounds what is less than all, or more, to 100.
 *
 * @example
 * ```ts
 * import { percent } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([0.0004, 0.9996, 1, 1.0004].map((x) => percent(x)), ["<0.1 %", "99.9 %", "100.0 %", ">100.0 %"]);
 * ```
 */
export function percent(share: number, decimals = 1): string {
  const scale = 10 ** decimals;
  let value = Math.round(share * 100 * scale) / scale;
  if (share < 1 && value >= 100) value = 100 - 1 / scale;
  // What sums of doubles may differ by is no more than all.
  if (share > 1 + 1e-12 && value === 100) return `>${value.toFixed(decimals)} %`;
  if (share > 0 && value === 0) return `<${(1 / scale).toFixed(decimals)} %`;
  return `${value.toFixed(decimals)} %`;
}

/**
 * A share of one as a percentage that is not rounded, for what somebody asked for: one decimal, or as many as it has. Of one
 * that nobody writes down, such as a third, four decimals.
 *
 * @example
 * ```ts
 * import { percentInFull } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([0.07, 0.9996, 1 / 3].map(percentInFull), ["7.0 %", "99.96 %", "33.3333 %"]);
 * ```
 */
export function percentInFull(share: number): string {
  const [whole, part] = (100 * share).toFixed(12).split("."), digits = part.replace(/0+$/, "");
  return digits.length > 8 ? percent(share, 4) : `${count(Number(whole))}.${digits || "0"} %`;
}

/**
 * {@link percent} of a share that is told beside the one that was asked for: with enough decimals to be seen on its side of it.
 *
 * @example
 * ```ts
 * import { percentBeside } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([0.3, 0.4998, 0.5].map((share) => percentBeside(share, 0.5)), ["30.0 %", "49.98 %", "50.0 %"]);
 * ```
 */
export function percentBeside(share: number, asked: number): string {
  for (let decimals = 1; decimals <= 8; decimals++) {
    const text = percent(share, decimals);
    // "<0.1 %" says nothing beside 0.04 %, and ">100.0 %", which is no number, beside anything.
    const shown = text.startsWith("<")
      ? 100 * asked < 10 ** -decimals && asked > 0 ? NaN : 0
      : numberIn(text);
    if (isOnItsSide(shown, share, asked, 100 * asked)) return text;
  }
  return percentInFull(share);
}

/** Digits of a figure that needs no more. */
const USUAL_DIGITS = 6;

/**
 * {@link figure} of a number that is told beside the one that was asked for: with enough digits to be seen on its side of it.
 *
 * @example
 * ```ts
 * import { figureBeside } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(figureBeside(1234567.4, 1234567.25), "1,234,567.4");
 * assertEquals(figureBeside(1234567.4, 2e6), "1,234,567");
 * ```
 */
export function figureBeside(value: number, asked: number): string {
  for (let more = USUAL_DIGITS; more < 15; more++) {
    const text = more === USUAL_DIGITS ? figure(value, USUAL_DIGITS) : inFull(value, more);
    if (isOnItsSide(numberIn(text), value, asked)) return text;
  }
  return inFull(value);
}

/** Whether what is shown of a value is above, at or below what was asked for as the value is; what doubles round is nothing. */
function isOnItsSide(shown: number, value: number, asked: number, shownAsked = asked): boolean {
  const side = (a: number, b: number) =>
    Math.abs(a - b) <= 1e-12 * Math.abs(b) ? 0 : Math.sign(a - b);
  return side(shown, shownAsked) === side(value, asked);
}

/** The number in a text that {@link figure} or {@link percent} made. */
function numberIn(text: string): number {
  return Number(text.replace("−", "-").replaceAll(/[, %]/g, ""));
}

/**
 * A number with about `digits` significant digits, with separators and without an exponent where that stays short.
 *
 * @example
 * ```ts
 * import { figure } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(figure(1942.965006), "1,942.97");
 * assertEquals(figure(0.0034567), "0.003457");
 * ```
 */
export function figure(value: number, digits = 4): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (hasExponent(size)) return (value < 0 ? "−" : "") + size.toExponential(digits - 1);
  const [whole, part] = size.toFixed(decimalsOf(size, digits)).split(".");
  const fraction = (part ?? "").replace(/0+$/, "");
  return (value < 0 ? "−" : "") + count(Number(whole)) + (fraction === "" ? "" : `.${fraction}`);
}

/**
 * A number that somebody gave, with all of its digits up to so many: {@link figure} rounds thousands to two decimals.
 *
 * @example
 * ```ts
 * import { inFull } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([1942.965006, -2.5e-11, 7e20].map((x) => inFull(x)), ["1,942.965006", "−2.5e-11", "7e+20"]);
 * ```
 */
export function inFull(value: number, digits = 12): string {
  const size = Number(Math.abs(value).toPrecision(digits)), sign = value < 0 ? "−" : "";
  if (size === 0 || !Number.isFinite(size)) return figure(value);
  if (hasExponent(size)) return sign + size.toExponential();
  const [whole, fraction] = String(size).split(".");
  return sign + count(Number(whole)) + (fraction === undefined ? "" : `.${fraction}`);
}

/** An amount of money with the currency's decimal places. */
export function money(value: number, digits: number): string {
  return withMinus(value.toFixed(digits));
}

/**
 * A price with all of its digits, whatever the currency.
 *
 * @example
 * ```ts
 * import { priceInFull } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([45.5, 12345.678, 9007199254740.99].map(priceInFull), ["45.5", "12,345.678", "9,007,199,254,740.99"]);
 * ```
 */
export function priceInFull(price: number): string {
  return inFull(price, 17);
}

/**
 * What each of the units costs: in full where that ends with a coin of some currency, else with about four digits.
 *
 * @example
 * ```ts
 * import { priceOfEach } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([priceOfEach(24691.356, 2), priceOfEach(10, 3)], ["12,345.678", "3.333"]);
 * ```
 */
export function priceOfEach(price: number, units: number): string {
  const each = price / units, coins = Number(each.toFixed(MOST_CURRENCY_DIGITS));
  return Math.abs(each - coins) <= 1e-15 * Math.abs(each) ? priceInFull(coins) : figure(each);
}

/** Decimals of the currencies with the most, as KWD and BHD have. */
const MOST_CURRENCY_DIGITS = 3;

/** A number's digits with the sign that people write; there is no −0. */
export function withMinus(digits: string): string {
  return digits.replace(/^-(?=[0.]*$)/, "").replace(/^-/, "−");
}

/**
 * {@link figure} rounded up, so that what is said to be "at most" this is.
 *
 * @example
 * ```ts
 * import { figure, figureUp } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([figure(0.0121, 2), figureUp(0.0121, 2)], ["0.012", "0.013"]);
 * ```
 */
export function figureUp(value: number, digits = 4): string {
  return figure(nextShown(value, digits), digits);
}

/**
 * {@link figure} rounded down, so that what is said to be "from" this "on" is so, and what is said to be below it is no more.
 *
 * @example
 * ```ts
 * import { figure, figureDown } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([figure(0.0128, 2), figureDown(0.0128, 2)], ["0.013", "0.012"]);
 * ```
 */
export function figureDown(value: number, digits = 4): string {
  return figure(-nextShown(-value, digits), digits);
}

/** The least number that {@link figure} shows as it is and that is not below a value. */
function nextShown(value: number, digits: number): number {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size)) return value;
  const places = hasExponent(size)
    ? digits - 1 - Math.floor(Math.log10(size))
    : decimalsOf(size, digits);
  return upTo(value, places);
}

/** A value rounded up to so many decimals; below 0: to tens, hundreds, … */
function upTo(value: number, places: number): number {
  // Powers of ten that are whole numbers: 1e-20 itself is none in doubles.
  const power = 10 ** Math.abs(places), units = places < 0 ? value / power : value * power;
  // What is next to nothing above a decimal that is shown is that decimal: 100 × 6.4e-7 is 0.00006400000000000001.
  const whole = Math.ceil(units - 1e-12 * Math.abs(units));
  return places < 0 ? whole * power : whole / power;
}

function hasExponent(size: number): boolean {
  return size < 1e-6 || size >= 1e15;
}

/** Decimals that {@link figure} shows. Thousands keep two; of what is larger the digits asked for are enough. */
function decimalsOf(size: number, digits: number): number {
  const decimals = Math.max(0, Math.min(12, digits - 1 - Math.floor(Math.log10(size))));
  return size < 1000 ? decimals : size < 1e5 ? 2 : Math.min(2, decimals);
}

/**
 * How the numbers of one column are shown: all with as many decimals, so that their points stand below each other,
 * the largest with about `digits` significant digits; null is "–", what would round to 0 is "<" the least that is shown.
 *
 * @example
 * ```ts
 * import { aligned } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const show = aligned([1.9, 0.8717, 0, null, 0.00001]);
 * assertEquals([1.9, 0.8717, 0, null, 0.00001].map(show).join(), "1.900,0.872,0,–,<0.001");
 * ```
 */
export const aligned: Aligned = alignedBy(figure, (size, decimals) => size.toFixed(decimals));

/**
 * {@link aligned} rounded up, for a column of which each number is said to be "at most" what it shows, as prices are.
 *
 * @example
 * ```ts
 * import { alignedUp } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([12.3412, 0.25, 0.00001].map(alignedUp([12.3412, 0.25, 0.00001])).join(), "12.35,0.25,<0.01");
 * ```
 */
export const alignedUp: Aligned = alignedBy(
  figureUp,
  (size, decimals) => upTo(size, decimals).toFixed(decimals),
);

/**
 * {@link aligned} rounded down, for a column of numbers up to which something holds.
 *
 * @example
 * ```ts
 * import { alignedDown } from "./words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([12.3498, 0.25].map(alignedDown([12.3498, 0.25])).join(), "12.34,0.25");
 * ```
 */
export const alignedDown: Aligned = alignedBy(
  figureDown,
  (size, decimals) => (-upTo(-size, decimals)).toFixed(decimals),
);

/** Shows the numbers of one column, whose largest has about so many significant digits. */
type Aligned = (
  values: Iterable<number | null>,
  digits?: number,
) => (value: number | null) => string;

/** {@link Aligned}: `round` gives a number above 0 so many decimals, `alone` shows one of a column too small or large for those. */
function alignedBy(
  alone: (value: number, digits: number) => string,
  round: (size: number, decimals: number) => string,
): Aligned {
  return (values, digits = 4) => {
    const sizes = Array.from(values, (value) => Math.abs(value ?? 0)).filter(Number.isFinite);
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
    if (largest === 0 || largest < 1e-6 || largest >= 1e15) {
      return (value) => value === null ? "–" : alone(value, digits);
    }
    const wanted = digits - 1 - Math.floor(Math.log10(largest));
    let decimals = Math.max(0, Math.min(6, wanted));
    // No more decimals than needed.
    while (decimals > 0 && sizes.every((size) => round(size, decimals).endsWith("0"))) decimals--;
    const least = (10 ** -decimals).toFixed(decimals);
    return (value) => {
      if (value === null) return "–";
      if (value === 0) return "0";
      const size = Math.abs(value), sign = value < 0 ? "−" : "";
      if (Number(size.toFixed(decimals)) * Number(round(size, decimals)) === 0) {
        return `${sign === "" ? "<" : ">−"}${least}`;
      }
      const [whole, part] = round(size, decimals).split(".");
      return sign + count(Number(whole)) + (part === undefined ? "" : `.${part}`);
    };
  };
}

/** A sum with six digits, a large one with two decimals: enough to tell it from a bound close by. */
export function total(value: number): string {
  return figure(value, Math.abs(value) >= 1e5 ? 9 : 6);
}

/** Seconds as people say them: "0.42 s", "12.3 s", "2 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** An id short enough for a sentence: the first eight and the last four characters of a long one. */
export function shortId(id: string): string {
  return cutTo(id, 8, 4);
}

/** A name short enough for a sentence: the first and the last words of a very long one. */
export function shortName(name: string): string {
  return cutTo(name, 40, 20);
}

/** A name short enough for a table's column: its beginning and its end, where names that are alike mostly differ. */
export function narrowName(name: string): string {
  return cutTo(name, 16, 10);
}

/** Ids short enough for a chart's axis, and still all different: cut less where the usual cut makes two of them equal. */
export function shortIds(ids: readonly string[]): string[] {
  for (let from = 8; from < 100; from *= 2) {
    const short = ids.map((id) => cutTo(id, from, from / 2));
    if (new Set(short).size === new Set(ids).size) return short;
  }
  return [...ids];
}

/** The first `from` and the last `to` characters of an id that has more than `most`, which is a few more than these. */
export function cutTo(id: string, from: number, to: number, most: number = from + to + 4): string {
  const characters = Array.from(id), { length } = characters;
  if (length <= most) return id;
  return `${characters.slice(0, from).join("")}…${characters.slice(length - to).join("")}`;
}

/**
 * What a limit is called in a sentence: one that is called "limit 1" needs no second "limit" before it.
 *
 * @param name the limit's name, or a row's that begins with it; it stays as it was given
 * @param word what comes before other names: "Limit" at the beginning of a sentence
 * @example
 * ```ts
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([limitCalled("budget"), limitCalled("limit 1")], ["limit budget", "limit 1"]);
 * ```
 */
export function limitCalled(name: string, word: "limit" | "Limit" = "limit"): string {
  return /^limit\b/i.test(name) ? name : `${word} ${name}`;
}

/** A text with a capital at its beginning. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
