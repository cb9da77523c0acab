/**
 * Bars of signs that show an interval, a target in it and where the units came to lie.
 *
 * @module
 */

/** What {@link rangeBar} draws. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
  readonly target: number;
  readonly units: number;
}

/** The numbers at the left and the right end of all bars of a table. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

/** What a bar is drawn with; one terminal column each. */
export interface BarSigns {
  readonly left: string;
  readonly inside: string;
  readonly right: string;
  /** An interval of one number. */
  readonly point: string;
  readonly target: string;
  readonly units: string;
  /** Units and target in the same place. */
  readonly both: string;
}

/** Box drawing and dots. */
export const SIGNS: BarSigns = {
  left: "├",
  inside: "─",
  right: "┤",
  point: "│",
  target: "○",
  units: "●",
  both: "◉",
};

/** For terminals and files that hold ASCII only. */
export const PLAIN_SIGNS: BarSigns = {
  left: "[",
  inside: "-",
  right: "]",
  point: "|",
  target: "o",
  units: "*",
  both: "@",
};

/** A bound so many times as far out as all targets and units is drawn as an open one, to the end of the bar. */
const FAR = 10;

/** The least scale from 0 (or below) that has room for all ranges, except bounds that are open or far out. */
export function scaleOf(ranges: readonly Range[]): Scale {
  let from = 0, to = 0, size = 0;
  for (const { target, units } of ranges) {
    from = Math.min(from, target, units);
    to = Math.max(to, target, units);
    size = Math.max(size, Math.abs(target), Math.abs(units));
  }
  for (const bound of ranges.flatMap(({ lower, upper }) => [lower, upper])) {
    if (!(Math.abs(bound) <= FAR * size)) continue;
    from = Math.min(from, bound);
    to = Math.max(to, bound);
  }
  return { from, to };
}

/**
 * One range as `cells` signs.
 *
 * @example
 * ```ts
 * import { PLAIN_SIGNS, rangeBar } from "./range_bar.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const range = { lower: 2, upper: 8, target: 4, units: 7 };
 * assertEquals(rangeBar(range, { from: 0, to: 10 }, 11, PLAIN_SIGNS), "  [-o--*]  ");
 * ```
 */
export function rangeBar(range: Range, scale: Scale, cells: number, signs: BarSigns): string {
  const { lower, upper, target, units } = range;
  const width = scale.to - scale.from;
  const cell = (x: number) => {
    const at = width === 0 ? 0 : Math.round((x - scale.from) / width * (cells - 1));
    return Math.min(cells - 1, Math.max(0, at));
  };
  const bar = new Array<string>(cells).fill(" ");
  bar.fill(signs.inside, cell(lower), cell(upper) + 1);
  if (width === 0 || lower >= scale.from) bar[cell(lower)] = signs.left;
  if (width === 0 || upper <= scale.to) {
    bar[cell(upper)] = cell(lower) === cell(upper) ? signs.point : signs.right;
  }
  bar[cell(target)] = signs.target;
  bar[cell(units)] = cell(target) === cell(units) ? signs.both : signs.units;
  return bar.join("");
}
