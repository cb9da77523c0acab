/**
 * Charts about limits.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import type { LimitRow } from "../../allocator/explain/limit_rows.ts";
import {
  chart,
  countAxis,
  NAMED_BARS,
  namedBars,
  pricesTitle,
  roundedUp,
  SHARE_CLASSES,
  shareClass,
} from "./chart_parts.ts";
import {
  fullLimits,
  type LimitsFacts,
  oneUnitInWords,
  rowInFull,
  rowInWords,
  unusedLimits,
} from "../facts/limit_facts.ts";
import { palette } from "./palette.ts";
import { gainOfUnitInWords } from "../facts/report_totals.ts";
import { alignedUp, count, counted } from "../words.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

const CLASSES = ["0", ...SHARE_CLASSES, "≥ 100", "missed"];

/** Where a row stands among {@link CLASSES}. A full row may have room left that is too little for an offer. */
function classOf({ status, used, amount, missed }: LimitRow): number {
  if (missed > 0) return 7;
  if (status === "unused" || used === null) return 0;
  const share = amount === 0 ? 1 : used / amount;
  return share >= 1 - COUNT_ROUNDING ? 6 : 1 + shareClass(share);
}

/** Rows by the share of their amount that is used; null where all are alike, which a sentence says. */
export function limitUseChart(facts: LimitsFacts): VegaLiteSpec | null {
  const rows = CLASSES.map((used) => ({ used, kept: "kept", limits: 0 }));
  rows[7].kept = "missed";
  for (const row of facts.rows) rows[classOf(row)].limits++;
  if (rows.filter(({ limits }) => limits > 0).length < 2) return null;
  const hasMore = facts.rows.some((row) => classOf(row) === 6 && row.status !== "full");
  return chart(
    "How much of their amounts limits use",
    `Limits by the share of their amount that is used. ${counted(facts.rows.length, "limit")}: ${
      count(rows[6].limits)
    } at the amount${hasMore ? " or above a least" : ""}, ${count(rows[7].limits)} missed, ${
      count(unusedLimits(facts).length)
    } unused.`,
    rows,
    {
      mark: "bar",
      encoding: {
        x: { field: "used", type: "ordinal", sort: CLASSES, title: "Used, % of the amount" },
        y: { field: "limits", type: "quantitative", title: "Limits", axis: countAxis },
        color: {
          field: "kept",
          type: "nominal",
          scale: { domain: ["kept", "missed"], range: [palette.sponsored, palette.missed] },
          legend: null,
        },
      },
    },
  );
}

/**
 * Full limits by what one unit more is worth at most; null where no prices are known or none is above 0.
 *
 * @param slack how far the bound that the prices prove is above the objective
 */
export function limitPricesChart(facts: LimitsFacts, slack: number): VegaLiteSpec | null {
  const rows = fullLimits(facts).filter(({ price }) => (price ?? 0) > 0).slice(0, NAMED_BARS);
  if (rows.length === 0) return null;
  const show = alignedUp(rows.map(({ price }) => price!), 3);
  const short = rows.map(rowInWords), allDiffer = new Set(short).size === rows.length;
  const values = rows.map((row, i) => ({
    limit: allDiffer ? short[i] : rowInFull(row),
    price: roundedUp(row.price!),
    label: show(row.price!),
  }));
  const [first] = rows;
  return chart(
    pricesTitle("Full limits", "one unit more", slack),
    `Limits with the highest prices. ${oneUnitInWords(first)} would add at most ${
      gainOfUnitInWords(first.price!, first.price! + slack, 3)
    }.`,
    values,
    namedBars("limit", "price", "Price", palette.sponsored, values.length, { tickCount: 5 }),
  );
}
