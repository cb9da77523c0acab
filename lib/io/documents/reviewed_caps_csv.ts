/**
 * Caps and rates computed from reviews, as CSV.
 *
 * @module
 */
import { csvText } from "../../base/text/csv_field.ts";
import { basisInWords } from "../../report/facts/review/rate_words.ts";
import type { CapFromReview } from "../../review/caps_from_rates.ts";
import type { CellRate } from "../../review/redemption_rates.ts";
import { RATE_COLUMNS, type ThisWeeksCaps } from "../tables/this_weeks_caps.ts";

/** A rate with six decimals, far finer than any estimate. */
const rounded = (value: number) => Number(value.toFixed(6));

/**
 * The caps table: the columns that allocate needs, further columns of this week's table, and how each cap was computed.
 *
 * @param before this week's table, whose further columns are kept; null: none
 */
export function reviewedCapsCsv(
  caps: readonly CapFromReview[],
  before: Pick<ThisWeeksCaps, "columns" | "fields"> | null,
): string {
  const replaced = new Set<string>(RATE_COLUMNS);
  const kept = (before?.columns ?? []).map((name, at) => ({ name, at }))
    .filter(({ name }) => !replaced.has(name));
  const lacks = (name: string) => !kept.some((column) => column.name === name);
  const hasFace = caps.some(({ faceValue }) => faceValue !== null) && lacks("face_value");
  const hasBrand = caps.some(({ brand }) => brand !== null) && lacks("brand_id");
  const header = [
    "contract_address",
    "cap_face",
    "is_sponsored",
    ...(hasFace ? ["face_value"] : []),
    ...(hasBrand ? ["brand_id"] : []),
    ...kept.map(({ name }) => name),
    ...RATE_COLUMNS,
  ];
  const rows = caps.map((row) => {
    const fields = before?.fields.get(row.contract) ?? [];
    const { rate, low, high } = row.estimate;
    return [
      row.contract,
      row.cap,
      row.isSponsored,
      ...(hasFace ? [row.faceValue] : []),
      ...(hasBrand ? [row.brand] : []),
      ...kept.map(({ at }) => fields[at]),
      rounded(rate),
      rounded(low),
      rounded(high),
      rounded(row.cautiousRate),
      basisInWords(row),
    ];
  });
  return csvText([header, ...rows]);
}

/** Rates of contracts in groups; `own_share` is the weight of the cell's own counts in its rate. */
export function cellRatesCsv(cells: readonly CellRate[]): string {
  const header = [
    "contract_address",
    "group_id",
    "offered",
    "redeemed",
    "redemption_rate",
    "rate_low",
    "rate_high",
    "own_share",
  ];
  return csvText([
    header,
    ...cells.map((cell) => [
      cell.contract,
      cell.group,
      cell.offers,
      cell.redeemed,
      rounded(cell.rate),
      rounded(cell.low),
      rounded(cell.high),
      rounded(cell.own),
    ]),
  ]);
}
