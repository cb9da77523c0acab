/**
 * Colours and looks that all charts share.
 *
 * @module
 */

/** Colours of the charts on a light ground; the page replaces them in dark mode. */
export const palette = {
  /** Sponsored, and single series. */
  sponsored: "#3b5bdb",
  /** Unsponsored. */
  unsponsored: "#c77700",
  /** Missed, short. */
  missed: "#d6336c",
  /** Neutral marks: capacity, reference lines. */
  neutral: "#88919a",
  /** Words. */
  ink: "#343a40",
  /** Words of less weight. */
  muted: "#646c75",
  /** Grid lines. */
  grid: "#e6e9ed",
} as const;

/** Name of a colour of the {@link palette}. */
export type Colour = keyof typeof palette;

/** The same colours on a dark ground. */
export const darkPalette: Record<Colour, string> = {
  sponsored: "#7c93fb",
  unsponsored: "#f0a742",
  missed: "#f06595",
  neutral: "#6b747e",
  ink: "#e9ecef",
  muted: "#a5adb6",
  grid: "#363d45",
};

/** Vega-Lite `config` of every chart. */
export const chartConfig = {
  background: "transparent",
  font: "system-ui, sans-serif",
  padding: 4,
  title: { anchor: "start", fontSize: 14, fontWeight: 600, color: palette.ink, offset: 10 },
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    labelFontSize: 12,
    labelColor: palette.muted,
    labelPadding: 6,
    labelLimit: 260,
    titleFontSize: 12,
    titleFontWeight: 500,
    titleColor: palette.muted,
    titlePadding: 8,
    gridColor: palette.grid,
  },
  axisX: { grid: false, labelAngle: 0 },
  axisDiscrete: { domain: true, domainColor: palette.neutral },
  legend: {
    orient: "top",
    title: null,
    labelFontSize: 12,
    labelColor: palette.ink,
    // Room for names of files: letters are taken to be wider than they are.
    labelLimit: 400,
    symbolType: "square",
    symbolStrokeWidth: 0,
    offset: 8,
  },
  bar: { color: palette.sponsored, cornerRadiusEnd: 2 },
  text: { fontSize: 12, color: palette.ink },
  // Percentages as in the text around: "20 %".
  locale: {
    number: {
      decimal: ".",
      thousands: ",",
      grouping: [3],
      currency: ["$", ""],
      percent: " %",
      minus: "−",
    },
  },
};
