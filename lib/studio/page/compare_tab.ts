/// <reference lib="dom" />
/**
 * Every result so far beside the others, and the trade-off between score and sponsored users.
 *
 * @module
 */
import { useEffect, useState } from "../../deps/preact.ts";
import { count, figure, percent } from "../../report/words.ts";
import { gapInShort } from "../../report/proof_words.ts";
import type { StudioRow } from "../session/messages.ts";
import { type Column, DataTable, figureColumn } from "./data_table.ts";
import { differenceInPercent } from "./figures.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";

/** Curve and table. */
export function CompareTab({ store, shown }: { store: Store; shown: Shown }) {
  const { rows, state } = shown;
  const [svg, setSvg] = useState("");
  useEffect(() => {
    if (rows.length === 0) return;
    let late = false;
    store.link.call("curve", null).then((text) => late || setSvg(text)).catch(() => {});
    return () => late = true;
  }, [rows]);
  const base = rows.find(({ key }) => key === "{}");
  return html`
    <figure class="curve" role="img" aria-label=${`Trade-off of ${rows.length} results: score against share of sponsored users`}>
      <figcaption>Σ score against the share of users with a sponsored offer, a point for each result.</figcaption>
      <div dangerouslySetInnerHTML=${{ __html: svg }}></div>
    </figure>
    <${DataTable} label="Results" columns=${columnsOf(store, base, JSON.stringify(state.change))}
      rows=${rows} stale=${false} idOf=${(row: StudioRow) => row.key}
      textOf=${(row: StudioRow) => row.changes} />
    ${base && rows.length > 1 && html`
      <p
        class="lede">${count(rows.length)} results; the best by Σ score is ${best(rows, base)}.</p>
    `}
  `;
}

/**
 * Columns of results.
 *
 * @param base the drop as it is
 * @param now key of the result that is shown
 */
function columnsOf(
  store: Store,
  base: StudioRow | undefined,
  now: string,
): Column<StudioRow>[] {
  return [
    {
      title: "Changes",
      by: (row) => row.changes,
      cell: (row) => row.changes || "as it is",
    },
    figureColumn("Σ score", (row) => row.score, (v) => figure(v, 7)),
    {
      title: "Difference",
      numeric: true,
      by: (row) => row.score - (base?.score ?? 0),
      cell: (row) => base && row !== base ? differenceInPercent(row.score, base.score) || "0" : "",
    },
    figureColumn("Objective", (row) => row.objective, (v) => figure(v, 7)),
    figureColumn("Filled", (row) => row.fill_rate, percent),
    figureColumn("Sponsored users", (row) => row.sponsored_user_share, percent),
    figureColumn("Missing", (row) => row.shortfall, count),
    figureColumn("Offers", (row) => row.assignments, count),
    {
      title: "Gap",
      numeric: true,
      by: (row) => row.gap,
      cell: (row) => gapInShort(row.gap),
    },
    {
      title: "Go back",
      cell: (row) =>
        row.key === now
          ? html`<span class="tag">now</span>`
          : html`<button type="button" onClick=${() =>
            store.edit(row.change)}>Go back to it</button>`,
    },
  ];
}

/** Words for the result with the largest Σ score, and how much more it has than the drop as it is. */
function best(rows: readonly StudioRow[], base: StudioRow): string {
  const { changes, score } = rows.reduce((a, b) => b.score > a.score ? b : a);
  return score === base.score
    ? "that of the drop as it is"
    : `that of “${changes}”, ${figure(score - base.score, 4)} more than the drop as it is`;
}
