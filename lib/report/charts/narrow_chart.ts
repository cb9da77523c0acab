/**
 * A chart drawn again for narrow places, such as a phone: a picture that is only made smaller would have letters too small to read.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { turned } from "./chart_parts.ts";
import { partsOf, withShortNames } from "./short_names.ts";

/** Width of a narrow chart, axes included, in pixels. */
const WIDTH = 290;
/** Size of its letters in pixels, as the style sheet sets them: still 11 on a screen that is 320 wide. */
export const NARROW_LETTERS = 13;
/** What Vega is told: it takes a letter to be 0.8 of its size wide, where digits are 0.64. */
const LAID_OUT = 10.5;
/** Most columns beside each other; more of them become rows. */
const MOST_COLUMNS = 6;
/** Most letters of a line of an axis's title. */
const TITLE_LINE = 20;
/** Most letters of a name beside an axis, and most pixels of a name beside a point, by what Vega takes them to be. */
const NAME = 20, POINT_WIDTH = 112;
/** An axis whose largest number is between these has numbers of few digits. */
const SHORT = [1e-4, 1e7];

type Part = Readonly<Record<string, unknown>>;

/**
 * The same chart, narrower and with larger letters: long names are cut, titles of axes broken, their numbers given exponents where
 * they would have many digits, the words of a legend stand below each other, and columns become rows where they are many.
 *
 * @example
 * ```ts
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { chart } from "./chart_parts.ts";
 * const spec = narrowChart(chart("Users", "Users by group.", [], { mark: "bar" }));
 * assertEquals([spec.title, spec.width], ["Users", 290]);
 * ```
 */
export function narrowChart(spec: VegaLiteSpec): VegaLiteSpec {
  const config = spec.config as Record<string, Part>;
  const columns = columnsOf(spec);
  const rows = columns > MOST_COLUMNS ? turned(spec, columns) as VegaLiteSpec : spec;
  return {
    ...fitted(rows, rows.data.values) as VegaLiteSpec,
    data: { values: withShortNames(rows, NAME).data.values },
    width: WIDTH,
    config: {
      ...config,
      axis: {
        ...config?.axis,
        labelFontSize: LAID_OUT,
        titleFontSize: LAID_OUT,
        titleLineHeight: NARROW_LETTERS + 3,
        // Vega cuts names that are as long as the limit, too.
        labelLimit: 0.8 * LAID_OUT * NAME + 1,
        titleLimit: 0,
        labelPadding: 9,
        labelSeparation: 6,
      },
      legend: {
        ...config?.legend,
        labelFontSize: LAID_OUT,
        labelLimit: 250,
        rowPadding: 6,
      },
      text: { ...config?.text, fontSize: LAID_OUT },
    },
  };
}

/** How many columns of bars it has; none where its bars are rows, or it has none. */
function columnsOf(spec: VegaLiteSpec): number {
  const x = partsOf(spec).map(({ x }) => x as Part | undefined)
    .find((x) => x?.type === "ordinal");
  const isBars = [spec, ...(spec.layer as Part[] | undefined ?? [])]
    .some(({ mark }) => mark === "bar");
  if (x === undefined || !isBars) return 0;
  return new Set(spec.data.values.map((row) => row[x.field as string])).size;
}

/** Whether what is drawn by numbers is drawn by some that have too many digits for a narrow axis; shares have few. */
function isLong({ field, type, axis }: Part, values: readonly Part[]): boolean {
  if (type !== "quantitative" || axis === null) return false;
  if (String((axis as Part | undefined)?.format).includes("%")) return false;
  const largest = values.reduce(
    (most, row) => Math.max(most, Math.abs(Number(row[field as string] ?? 0))),
    0,
  );
  return largest > 0 && (largest < SHORT[0] || largest >= SHORT[1]);
}

/** An axis whose numbers have exponents, all but 0; one that shows them without their sign still does. */
function withExponents(axis: Part | undefined): Part {
  const expression = String(axis?.labelExpr ?? "format(datum.value, ',d')");
  return {
    ...axis,
    labelExpr: `datum.value == 0 ? '0' : ${expression.replace("',d'", "'.12~e'")}`,
  };
}

/**
 * A part of a specification whose legends have one column, whose axes have titles of short lines and short numbers, and whose
 * points have short names.
 *
 * @param values the chart's numbers
 */
function fitted(part: unknown, values: readonly Part[]): unknown {
  if (Array.isArray(part)) return part.map((each) => fitted(each, values));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (key === "data") return [key, value];
      if (key === "mark" && value.limit !== undefined) {
        return [key, { ...value, limit: POINT_WIDTH }];
      }
      if (key === "color" && hasLegend(value)) return [key, inColumn(value)];
      if (key === "x" || key === "y") return [key, fittedAxis(value, values)];
      return [key, fitted(value, values)];
    }),
  );
}

/** What a chart draws along an axis, with a title of short lines and short numbers. */
function fittedAxis(along: Part, values: readonly Part[]): Part {
  const { title, axis } = along;
  return {
    ...along,
    ...(typeof title === "string" && { title: linesOf(title) }),
    ...(isLong(along, values) && { axis: withExponents(axis as Part | undefined) }),
  };
}

function hasLegend(colour: unknown): colour is Part {
  return typeof colour === "object" && colour !== null && "field" in colour &&
    (colour as Part).legend !== null;
}

function inColumn(colour: Part): Part {
  return { ...colour, legend: { ...colour.legend as Part | undefined, columns: 1 } };
}

/** A text in lines that are short where its words are. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= TITLE_LINE) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
