/**
 * A split as people read it on a terminal.
 *
 * @module
 */
import { unicodeWidth } from "../../deps/std_cli.ts";
import type { ListedSplit } from "../../woptim/methods/person_list.ts";
import { METHODS } from "../../woptim/methods/methods.ts";
import type { SplitGroup, SplitPerson } from "../../woptim/split.ts";
import { PLAIN_SIGNS, rangeBar, scaleOf, SIGNS } from "./range_bar.ts";
import {
  aboveOf,
  discontentFigure,
  fixedOf,
  insideOf,
  nothingOf,
  rowsOf,
  type SplitRow,
} from "./split_rows.ts";
import { right } from "./text_parts.ts";
import { type Column, plain, type Style, table, visible } from "./terminal.ts";
import {
  count,
  counted,
  figure,
  figureUp,
  inFull,
  money,
  priceInFull,
  priceOfEach,
  withMinus,
} from "../words.ts";

/** How {@link splitText} is laid out. */
export interface SplitTextOptions {
  /** Terminal columns. @default 80 */
  readonly width?: number;
  /** Emphasis. @default none */
  readonly style?: Style;
  /** Draw bars with ASCII signs only. @default false */
  readonly ascii?: boolean;
  /** Decimal places of payments. @default 2 */
  readonly currencyDigits?: number;
  /** The step that units are multiples of. @default none */
  readonly step?: number | string;
}

/** Most people that are listed. */
const LISTED = 50;
/** Terminal columns of a bar: below the least it is left out. */
const BAR = { least: 10, most: 32 };
/** Decimals that shares before rounding have beyond a coin's. */
const SHARE_DIGITS = 3;
/** Significant digits of units, in the largest number of a column: the first of these that leaves room for bars. */
const DIGITS = [7, 6, 5, 4];

/** The split as text: what came of it in a sentence, a line with a bar for each person, what it is worth. */
export function splitText(
  split: ListedSplit & { readonly good?: string },
  options: SplitTextOptions = {},
): string {
  const { width = 80, style = plain, ascii = false, currencyDigits = 2, step } = options;
  const listed = rowsOf(split, LISTED);
  const more = split.people.length - listed.length;
  const signs = ascii ? PLAIN_SIGNS : SIGNS;
  const scale = scaleOf(listed);

  // The column of shares is the first to be left out where the table is too wide.
  let withShare = true;
  const room = (digits: number) => {
    const { columns, rows } = numbers(split, listed, currencyDigits, digits, withShare);
    const bare = table(columns, rows).split("\n").map(unicodeWidth);
    return Math.min(BAR.most, width - Math.max(...bare) - 2);
  };
  withShare = DIGITS.some((digits) => room(digits) >= -2);
  const digits = DIGITS.find((digits) => room(digits) >= BAR.least) ??
    DIGITS.find((digits) => room(digits) >= -2) ?? DIGITS[DIGITS.length - 1];
  const cells = room(digits);
  const { columns, rows } = numbers(split, listed, currencyDigits, digits, withShare);
  if (cells >= BAR.least) {
    columns.push({ title: "" });
    listed.forEach((person, i) => {
      const bar = rangeBar(person, scale, cells, signs);
      rows[i].push(person.inside ? style.green(bar) : style.red(bar));
    });
  }
  const wanted = listed[0].claim === null ? "target" : "quota";
  const legend = `${signs.units} units  ${signs.target} ${wanted}  ${signs.both} both  ` +
    `${signs.left}${signs.inside}${signs.right} interval; ` +
    `bars from ${figure(scale.from)} to ${figure(scale.to)}`;
  return [
    (split.good !== undefined ? `${style.bold(visible(split.good))}: ` : "") +
    `${headline(split, style, step)}\n`,
    table(columns, rows, { style, width }) +
    (more > 0 ? `… and ${count(more)} more (--json and --out have them all)\n` : "") +
    (cells >= BAR.least ? `${style.dim(legend)}\n` : ""),
    ...(split.groups === undefined ? [] : [groupTable(split.groups, { style, width })]),
    `${splitWorth(split, step).join("\n")}\n`,
  ].join("\n");
}

/** The groups, a line each. */
function groupTable(
  groups: readonly SplitGroup[],
  layout: { style: Style; width: number },
): string {
  const listed = groups.slice(0, LISTED);
  const column = (pick: (group: SplitGroup) => number) => sameDecimals(listed.map(pick), DIGITS[0]);
  const units = allDigits(listed.map((g) => g.units), DIGITS[0]),
    lower = column((g) => g.lower),
    upper = column((g) => g.upper);
  const rows = listed.map((group, i) => [
    group.name,
    units[i],
    group.target === null ? "" : inFull(group.target),
    `${lower[i]} … ${upper[i]}`,
    figure(group.discontent),
    group.group ?? "",
  ]);
  const columns: Column[] = [
    { title: "group" },
    right("units"),
    right("target"),
    right("interval"),
    right("discontent"),
    { title: "in" },
  ];
  const more = groups.length - listed.length;
  return table(columns, rows, layout) +
    (more > 0 ? `… and ${counted(more, "more group", "more groups")} (--json has them all)\n` : "");
}

/** What came of it, in a sentence or two. */
export function headline(
  split: ListedSplit,
  style: Style,
  step: number | string | undefined,
): string {
  const { status, amount, total, people, leftover = 0, gap } = split;
  // People who may get nothing, and get nothing, count as kept intervals.
  const nothing = gap === undefined ? 0 : nothingOf(split), fixed = fixedOf(split);
  const outside = people.length - insideOf(split) - nothing;
  const units = total === 1 ? "unit" : "units";
  const kept = (leftover === 0 ? "" : `\n${inFull(leftover)} left over: no whole step.`) +
    (nothing === 0 ? "" : `\n${counted(nothing, "person gets", "people get")} nothing.`) +
    (fixed.outside === 0
      ? ""
      : `\n${
        counted(fixed.outside, "fixed amount is", "fixed amounts are")
      } outside the interval.`) +
    (gap
      ? `\nIt is within ${figureUp(100 * gap, 2)} % of the best: the search ended before its time.`
      : "");
  const given = `${inFull(total)} ${units} for ${counted(people.length, "person", "people")}: `;
  if (status === "total_too_high") {
    return style.yellow(`${given}${inFull(amount)} ${beyondInWords(split, step)}.`) +
      `\n${broken(split, outside, "above")}${kept}`;
  }
  if (status === "total_too_low") {
    return style.yellow(`${given}${inFull(amount)} ${beyondInWords(split, step)}.`) +
      `\n${broken(split, outside, "below")}${kept}`;
  }
  const unmet = outside - fixed.outside;
  if (unmet === 0) {
    const whose = nothing + fixed.outside === 0
      ? "everybody's interval is kept"
      : "all others' intervals are kept";
    return style.bold(`${given}${whose}.`) + kept;
  }
  return style.yellow(
    `${given}${counted(unmet, "interval")} can't be kept: no multiple of the step lies in it.`,
  ) + kept;
}

/** Which sum of bounds a total is more or less than. Bounds are rounded to steps where there are any. */
export function beyondInWords(
  split: ListedSplit,
  step: number | string | undefined,
): string {
  const { status, gap, increment } = split, { all } = fixedOf(split);
  const rounded = step !== undefined
    ? `, in steps of ${stepText(step)}`
    : increment !== undefined
    ? ", in everybody's own steps"
    : "";
  return status === "total_too_high"
    ? `more than ${boundsInWords("upper", all, false)}${rounded}`
    : `less than ${boundsInWords("lower", all, gap !== undefined)}${rounded}`;
}

/** The sum that the total is compared with: who is fixed counts with that amount, who may get nothing with no lower bound. */
function boundsInWords(side: "lower" | "upper", fixed: number, isChoice: boolean): string {
  const [before, others] = fixed === 0 ? ["", ""] : ["what is fixed and ", " others"];
  return isChoice
    ? `${before}the ${side} bounds of all${others} but those who may get nothing`
    : `${before}all${others === "" ? "" : `${others}'`} ${side} bounds together`;
}

/**
 * How many of the bounds that may be broken are, and how many of those `outside` of their intervals are so on the other side,
 * as steps make them.
 */
function broken(split: ListedSplit, outside: number, side: "above" | "below"): string {
  const above = aboveOf(split), isAbove = side === "above";
  const are = isAbove ? above : outside - above, others = outside - are;
  const which = isAbove ? "Upper bounds may be passed" : "Lower bounds may be missed";
  const rest = others === 0 ? "" : `\n${counted(others, "other")} ${others === 1 ? "is" : "are"} ` +
    (isAbove ? "below the lower bound." : "above the upper bound.");
  return `${which} (${are} of ${split.people.length} are).${rest}`;
}

function numbers(
  split: ListedSplit,
  listed: readonly SplitRow[],
  currencyDigits: number,
  digits: number,
  withShare: boolean,
) {
  const column = (pick: (person: SplitRow) => number) => sameDecimals(listed.map(pick), digits);
  const units = allDigits(listed.map((p) => p.units), digits), target = column((p) => p.target);
  const lower = column((p) => p.lower), upper = column((p) => p.upper);
  const distance = column((p) => isNoise(p) ? 0 : p.distance);
  const byClaim = listed[0].claim !== null;
  const claim = byClaim ? column((p) => p.claim!) : [];
  const columns: Column[] = [
    { title: "name" },
    right("units"),
    ...(byClaim ? [right("claim"), right("quota")] : [right("target")]),
    right("interval"),
    right("off"),
    ...(byClaim ? [] : [right("discontent")]),
  ];
  const rows = listed.map((person, i) => [
    person.name,
    units[i],
    ...(byClaim ? [claim[i]] : []),
    target[i],
    `${lower[i]} … ${upper[i]}`,
    distance[i],
    ...(byClaim ? [] : [figure(isNoise(person) && person.inside ? 0 : person.discontent)]),
  ]);
  if (split.price !== null) {
    if (withShare) columns.push(right("share"));
    columns.push(right("pays"));
    // A double has some 15 digits.
    const size = Math.max(1, ...listed.map(({ share }) => Math.abs(share!)));
    const places = Math.max(
      currencyDigits,
      Math.min(currencyDigits + SHARE_DIGITS, 14 - Math.floor(Math.log10(size))),
    );
    listed.forEach(({ share, payment }, i) => {
      if (withShare) rows[i].push(money(share!, places));
      rows[i].push(money(payment!, currencyDigits));
    });
  }
  return { columns, rows };
}

/** Whether the units are off the target by the rounding of doubles only. */
function isNoise({ units, target, distance }: SplitPerson): boolean {
  return distance <= 1e-13 * Math.max(Math.abs(units), Math.abs(target));
}

/** What the split is worth, and what the method says of it; a line each. */
export function splitWorth(split: ListedSplit, step: number | string | undefined): string[] {
  const { objective, price, total, method, leftover = 0 } = split;
  const inAll = `discontent in all ${discontentFigure(objective, 6)}`;
  const lines = method === undefined
    ? [inAll, ...changes(split, step)]
    : [...byMethod(split), ...(METHODS[method].claims ? [] : [`${inAll}, as woptim counts it`])];
  const handedOut = total - leftover;
  if (price !== null && handedOut > 0) {
    lines.push(`price ${priceInFull(price)}, ${priceOfEach(price, handedOut)} a unit`);
  }
  return lines;
}

/** What a unit more or less changes. */
function changes(
  { people, multiplier = 0, more = null, less = null, increment: ownUnit }: ListedSplit,
  step: number | string | undefined,
): string[] {
  const noise = 1e-12 * steepest(people.slice(0, LISTED)), increment = ownUnit ?? 1;
  const change = (by: number) => {
    const value = Math.abs(by) <= noise ? 0 : by;
    return `${value < 0 ? "−" : "+"}${figure(Math.abs(value))}`;
  };
  // Where people have their own steps, none of them is the step of the whole split.
  const one = step !== undefined
    ? "one step"
    : increment === 1
    ? "one unit"
    : `${inFull(increment)} units`;
  const changes = [
    ...(more === null ? [] : [`${one} more changes it by ${change(more)}`]),
    ...(less === null
      ? []
      : [`${increment === 1 || step !== undefined ? "one" : "as many"} less by ${change(less)}`]),
  ];
  return [
    ...(changes.length > 0 ? [changes.join(", ")] : []),
    `at the margin a unit more changes it by ${change(multiplier)}` +
    (step !== undefined
      ? " (without the step)"
      : ownUnit !== undefined
      ? " (without the steps)"
      : ""),
  ];
}

/**
 * The largest slope of the discontent of these people, 1 where nobody is off the target but by rounding: what rounding leaves
 * of a slope goes by it, not by the discontent, which grows with the units.
 */
function steepest(people: readonly SplitPerson[]): number {
  let most = 0;
  for (const person of people) {
    const { discontent, distance } = person;
    if (distance > 0 && !isNoise(person)) most = Math.max(most, 2 * discontent / distance);
  }
  return most === 0 ? 1 : most;
}

/** Most names that a sentence lists. */
const NAMED = 10;

/** A method's level and tie, in words. */
function byMethod({ method, level, tie }: ListedSplit): string[] {
  const { what, level: levelIs } = METHODS[method!];
  const lines = [`by ${method}: ${what}`];
  if (level !== null && level !== undefined) lines.push(`${levelIs}: ${figure(level, 6)}`);
  if (tie) {
    const names = tie.people.slice(0, NAMED).join(", ") +
      (tie.people.length > NAMED ? ` and ${count(tie.people.length - NAMED)} more` : "");
    lines.push(
      `a tie: ${counted(tie.units, "unit")} could as well go to others of ${names}; ` +
        "the first in order got them",
    );
  }
  return lines;
}

/** A step, which may be a fraction such as 1/3. */
function stepText(step: number | string): string {
  return typeof step === "number"
    ? inFull(step)
    : Number.isNaN(Number(step))
    ? step
    : inFull(Number(step));
}

/** Numbers with the same number of decimals: as many as they need, up to `digits` digits in the largest. */
export function sameDecimals(values: readonly number[], digits: number): string[] {
  // Open and huge bounds do not decide how many decimals the others have.
  const size = Math.max(0, ...values.map(Math.abs).filter((value) => value < 1e15));
  if (size < 1e-6) return values.map((value) => shown(value, digits));
  // Where all are small, zeros after the point are no digits.
  const first = Math.floor(Math.log10(size)), zeros = size < 0.01 ? first : Math.max(0, first);
  const most = Math.max(0, digits - 1 - zeros);
  const usual = values.filter((value) => Math.abs(value) < 1e15);
  const fixed = usual.map((value) => value.toFixed(most));
  const needed = Math.max(
    ...fixed.map((text) => text.replace(/\.?0*$/, "").split(".")[1]?.length ?? 0),
  );
  return values.map((value) =>
    Math.abs(value) < 1e15 ? withMinus(value.toFixed(needed)) : shown(value, 2)
  );
}

/** What each gets, with the same number of decimals: all of them where they end, as in steps of a cent; else `digits` digits. */
function allDigits(units: readonly number[], digits: number): string[] {
  const places = units.map((value) => String(value).split(".")[1] ?? "");
  const whole = Math.max(...units.map((value) => Math.trunc(Math.abs(value)).toString().length));
  const needed = whole + Math.max(...places.map((place) => place.length));
  const ends = needed <= 15 && !units.some((value) => String(value).includes("e"));
  return sameDecimals(units, ends ? Math.max(digits, needed) : digits);
}

/** A number of any size, ∞ included. */
function shown(value: number, digits: number): string {
  if (Number.isFinite(value)) return figure(value, digits);
  return value < 0 ? "−∞" : "∞";
}
