/**
 * What the charts are made of: the frame that they share, axes, colours, bars with labels.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { displaying } from "../display.ts";
import { count } from "../words.ts";
import { chartConfig, palette } from "./palette.ts";

/** Width of every chart, axes included, in pixels. */
const CHART_WIDTH = 480;
/** Schema of the version of Vega-Lite. */
const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** A specification in the style of all charts; in a notebook it displays itself. */
export function chart(
  title: string,
  description: string,
  values: Record<string, unknown>[],
  rest: Record<string, unknown>,
): VegaLiteSpec {
  const spec: VegaLiteSpec = {
    $schema: SCHEMA,
    title,
    description,
    data: { values },
    width: CHART_WIDTH,
    height: 220,
    autosize: { type: "fit-x", contains: "padding" },
    config: chartConfig,
    ...rest,
  };
  return displaying(spec, async () => {
    const { chartBundle } = await import("./chart_bundle.ts");
    return await chartBundle(spec);
  });
}

/** Axis of counts: thousands separators, whole numbers. */
export const countAxis = { format: ",d", tickCount: 5, tickMinStep: 1 };

/**
 * Colours of the words of a field, as a scale: of those that occur alone, so that a legend has no others.
 *
 * @param colours every word, in the order of the legend, with its colour
 *
 * @example
 * ```ts
 * import { coloursThere } from "./chart_parts.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const rows = [{ minimum: "missed" }];
 * const { domain } = coloursThere("minimum", rows, { met: "#3b5bdb", missed: "#d6336c" });
 * assertEquals(domain, ["missed"]);
 * ```
 */
export function coloursThere<Field extends string>(
  field: Field,
  rows: readonly Readonly<Record<Field, string>>[],
  colours: Readonly<Record<string, string>>,
): { domain: string[]; range: string[] } {
  const there = new Set<string>(rows.map((row) => row[field]));
  const domain = Object.keys(colours).filter((word) => there.has(word));
  return { domain, range: domain.map((word) => colours[word]) };
}

const TYPE_COLOURS = {
  sponsored: palette.sponsored,
  unsponsored: palette.unsponsored,
  "not known": palette.neutral,
};

/**
 * Colour by the type of a row's contracts: the legend has the types that occur.
 *
 * @example
 * ```ts
 * import { typeColour } from "./chart_parts.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * assertEquals(typeColour([{ type: "unsponsored" }]).scale.domain, ["unsponsored"]);
 * ```
 */
export function typeColour(rows: readonly { readonly type: string }[]) {
  return {
    field: "type",
    type: "nominal",
    scale: coloursThere("type", rows, TYPE_COLOURS),
    legend: { symbolOpacity: 1 },
  };
}

/** An axis of shares, 0…1, as percentages. */
function shareAxis(field: string, title: string): Record<string, unknown> {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain: [0, 1] },
    axis: { format: ".0%", grid: true, tickCount: 5 },
  };
}

/** Most bars of a chart that names things. */
export const NAMED_BARS = 12;

/** Classes of a share in percent that is above 0 and below 100: each from its first number on, up to below its second. */
export const SHARE_CLASSES: readonly string[] = ["<20", "20–<40", "40–<60", "60–<80", "80–<100"];

/**
 * Where a share among {@link SHARE_CLASSES} is.
 *
 * @param share above 0 and below 1
 * @example
 * ```ts
 * import { SHARE_CLASSES, shareClass } from "./chart_parts.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([0.005, 0.2, 0.3999, 0.9999].map((share) => SHARE_CLASSES[shareClass(share)]), [
 *   "<20",
 *   "20–<40",
 *   "20–<40",
 *   "80–<100",
 * ]);
 * ```
 */
export function shareClass(share: number): number {
  const { length } = SHARE_CLASSES;
  return Math.min(length - 1, Math.max(0, Math.floor(length * share)));
}

/**
 * Title of a chart of prices.
 *
 * @param unit what a price is for
 * @param slack what a unit may add beyond its price
 * @example
 * ```ts
 * import { pricesTitle } from "./chart_parts.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(pricesTitle("Full limits", "one unit more", 0), "Full limits: what one unit more is worth at most");
 * assertEquals(pricesTitle("Full limits", "one unit more", 0.1), "Full limits, and their prices");
 * ```
 */
export function pricesTitle(what: string, unit: string, slack: number): string {
  return slack > 0 ? `${what}, and their prices` : `${what}: what ${unit} is worth at most`;
}

/** The charts that have something to show, by name. */
export function shownCharts(
  charts: Record<string, VegaLiteSpec | null>,
): Record<string, VegaLiteSpec> {
  return Object.fromEntries(
    Object.entries(charts).filter((entry): entry is [string, VegaLiteSpec] => entry[1] !== null),
  );
}

/**
 * A legend's words below each other where beside each other they may need more room than the picture has.
 *
 * @param letters how many letters have room: more where no names stand left of the bars
 */
export function legendOf(words: readonly string[], letters = 24): Record<string, unknown> {
  return words.join("").length > letters ? { columns: 1 } : {};
}

/**
 * Colours of points by a word, with a legend of circles.
 *
 * @param colours the words and their colours, as {@link coloursThere} gives them
 * @param about what the legend says before each word (without quotes) and after it
 */
export function pointColour(
  field: string,
  colours: { readonly domain: readonly string[]; readonly range: readonly string[] },
  about?: readonly [before: string, after: string],
): Record<string, unknown> {
  return {
    field,
    type: "nominal",
    scale: colours,
    legend: {
      symbolType: "circle",
      ...(about !== undefined && {
        labelExpr: `'${about[0]}' + datum.label` +
          (about[1] === "" ? "" : ` + ${JSON.stringify(about[1])}`),
      }),
      ...legendOf(colours.domain.map((word) => about?.join(word) ?? word), 32),
      offset: 14,
    },
  };
}

/**
 * Colours of groups by whether they meet their minimum. The legend has only the words that occur.
 *
 * @param where what the legend says after "minimum met"
 */
export function minimumColour(
  groups: readonly { readonly minimum: string }[],
  where = "",
): Record<string, unknown> {
  const colours = { met: palette.sponsored, missed: palette.missed };
  return pointColour("minimum", coloursThere("minimum", groups, colours), ["minimum ", where]);
}

/** Most groups drawn as points. */
const MOST_POINTS = 600;

/** The groups that are drawn as points: where they are very many, the largest. */
export function drawnGroups<G extends { readonly users: number }>(
  groups: readonly G[],
): readonly G[] {
  if (groups.length <= MOST_POINTS) return groups;
  return [...groups].sort((a, b) => b.users - a.users).slice(0, MOST_POINTS);
}

/** A sentence that says how many of so many groups are drawn; empty where all are. */
export function drawnInWords(groups: number): string {
  return groups <= MOST_POINTS ? "" : ` The ${count(MOST_POINTS)} largest groups are drawn.`;
}

/** The fields and looks of {@link shareAgainstShare}. */
interface Points {
  /** Field and title of the axis. */
  readonly x: readonly [field: string, title: string];
  /** Field and title of the axis. */
  readonly y: readonly [field: string, title: string];
  /** Opacity of points, 0…1. */
  readonly opacity: number;
  /** Colours, by a field. */
  readonly colour: Record<string, unknown>;
  /** Fields that a point's tooltip shows. */
  readonly tooltip: readonly string[];
}

/** One share against another, a point per row, larger for more `users`; on the dashed line both are the same. */
export function shareAgainstShare({ x, y, opacity, colour, tooltip }: Points) {
  const axes = { x: shareAxis(...x), y: shareAxis(...y) };
  return {
    height: 280,
    layer: [
      {
        data: { values: [{ [x[0]]: 0, [y[0]]: 0 }, { [x[0]]: 1, [y[0]]: 1 }] },
        mark: { type: "line", color: palette.neutral, strokeDash: [4, 3], strokeWidth: 1.5 },
        encoding: axes,
      },
      {
        mark: { type: "circle", opacity },
        encoding: {
          ...axes,
          size: {
            field: "users",
            type: "quantitative",
            scale: { range: [18, 420] },
            legend: null,
          },
          color: colour,
          tooltip: tooltip.map((field) => ({ field })),
        },
      },
    ],
  };
}

/** Bars of a histogram: classes between the fields "from" and "to", as high as the field `counted`. */
export function histogramBars(x: string, counted: string, y: string) {
  return {
    mark: { type: "bar", binSpacing: 1, cornerRadiusEnd: 0 },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: "binned",
        title: x,
        axis: { tickCount: 6 },
      },
      x2: { field: "to" },
      y: { field: counted, type: "quantitative", title: y, axis: countAxis },
    },
  };
}

/** Most vertical bars that have room for a label above each. */
const LABELLED_COLUMNS = 12;

/** Vertical bars with the field "label" above each; horizontal ones with it behind each where they are too many. */
export function barsWithLabels(
  x: Record<string, unknown>,
  y: Record<string, unknown>,
  bars: number,
): Record<string, unknown> {
  const columns = {
    encoding: { x },
    layer: [
      { mark: "bar", encoding: { y: { ...y, axis: countAxis } } },
      {
        mark: { type: "text", dy: -8 },
        encoding: {
          y: { field: y.field, type: "quantitative" },
          text: { field: "label", type: "nominal" },
        },
      },
    ],
  };
  return bars > LABELLED_COLUMNS ? turned(columns, bars) : columns;
}

const OTHER_WAY: Readonly<Record<string, string>> = { x: "y", y: "x", xOffset: "yOffset" };

/** A chart, or the rest of one, whose columns become so many rows, with the label of each behind it. */
export function turned(
  spec: Readonly<Record<string, unknown>>,
  rows: number,
): Record<string, unknown> {
  return { ...otherWay(spec), height: 22 * rows };
}

type Part = Readonly<Record<string, unknown>>;

function otherWay(part: Part): Record<string, unknown> {
  const { mark, encoding, layer } = part;
  const turnedEncoding = encoding === undefined ? undefined : Object.fromEntries(
    Object.entries(encoding as Part).map(([at, what]) => [OTHER_WAY[at] ?? at, what]),
  );
  return {
    ...part,
    ...(turnedEncoding !== undefined && { encoding: turnedEncoding }),
    ...((mark as Part | undefined)?.type === "text" && barLabel(turnedEncoding!)),
    ...(layer !== undefined && { layer: (layer as Part[]).map(otherWay) }),
  };
}

/**
 * Horizontal bars in the order of the rows, to the right, or to the left for numbers below 0; coloured by the field
 * "way".
 */
export function barsBothWays(
  name: string,
  field: string,
  title: string,
  rows: number,
  colour: Record<string, unknown>,
): Record<string, unknown> {
  return {
    height: 24 * rows,
    mark: "bar",
    encoding: {
      y: { field: name, type: "nominal", sort: null, title: null },
      x: {
        field,
        type: "quantitative",
        title,
        axis: { ...countAxis, labelExpr: "format(abs(datum.value), ',d')" },
      },
      color: { field: "way", type: "nominal", ...colour },
    },
  };
}

/** Horizontal bars in the order of the rows, with the label at each end; of one colour, or coloured by an encoding. */
export function namedBars(
  name: string,
  field: string,
  title: string,
  colour: string | Readonly<Record<string, unknown>>,
  rows: number,
  axis: Record<string, unknown> = typeof colour === "string" ? countAxis : { tickCount: 5 },
): Record<string, unknown> {
  const y = { field: name, type: "nominal", sort: null, title: null };
  const x = { field, type: "quantitative", title, axis };
  return {
    height: (rows < 4 ? 30 : 22) * rows,
    layer: [
      {
        mark: { type: "bar", ...(typeof colour === "string" ? { color: colour } : {}) },
        encoding: { y, x, ...(typeof colour === "string" ? {} : { color: colour }) },
      },
      barLabel({ y, x }),
    ],
  };
}

/**
 * The field "label" just past the ends of horizontal bars. The axis ends where the longest bar does: Vega makes room for the
 * label from there on, once, and what an axis has beyond its bars is too little of that room when the picture is made narrower.
 */
export function barLabel(
  { x, ...encoding }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    mark: { type: "text", align: "left", dx: 5 },
    encoding: {
      ...encoding,
      x: { ...x as Part, scale: { ...(x as Part).scale as Part | undefined, nice: false } },
      text: { field: "label", type: "nominal" },
    },
  };
}

/** Four decimals: finer than a pixel, and short. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * {@link rounded} up, for what is said to be the most.
 *
 * @param value at least 0
 * @example
 * ```ts
 * import { rounded, roundedUp } from "./chart_parts.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([rounded(0.0044524), roundedUp(0.0044524)], [0.004452, 0.004453]);
 * ```
 */
export function roundedUp(value: number): number {
  const near = rounded(value);
  return near >= value ? near : rounded(near + 10 ** (Math.floor(Math.log10(near)) - 3));
}

/** What users with k offers have: with a k of their own users may have more, or all of fewer. */
export function allOffersInWords(
  { k, own_k }: { readonly k: number; readonly own_k?: object },
): string {
  return k === 1 ? "one offer" : `${own_k === undefined ? "all " : ""}${k} offers`;
}
