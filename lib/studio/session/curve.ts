/**
 * The trade-off curve of a session's results.
 *
 * @module
 */
import { tradeOffChart } from "../../report/charts/whatif_charts.ts";
import { picturesOf } from "../../report/html/figures.ts";
import type { StudioDrop, StudioRow } from "./messages.ts";

/**
 * Σ score against the share of sponsored users, a point per result, as SVG in the colours of a page, for wide places and for narrow
 * ones.
 */
export async function curveSvg(rows: readonly StudioRow[], drop: StudioDrop): Promise<string> {
  if (rows.length === 0) return "";
  const scenarios = rows.map((row) => ({ ...row, groups: [] }));
  const { title, model, users } = drop;
  const spec = tradeOffChart({ title, model, users, scenarios });
  return (await picturesOf("curve", spec)).text;
}
