/**
 * Limits: their amounts, what counts toward them, their prices.
 *
 * @module
 */
import type { LimitRow } from "../../allocator/explain/limit_rows.ts";
import { amountInWords, usedInWords } from "../../report/facts/limit_facts.ts";
import { figure, narrowName } from "../../report/words.ts";
import { type Column, DataTable, figureColumn } from "./data_table.ts";
import { price } from "./figures.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";

/** The table of limits' rows. */
export function LimitsTab({ store, shown }: { store: Store; shown: Shown }) {
  const rows = shown.result?.limits?.rows ?? [];
  const columns: Column<LimitRow>[] = [
    { title: "Limit", by: (row) => row.limit, cell: (row) => narrowName(row.limit) },
    { title: "For", by: nameOf, cell: (row) => nameOf(row) || "all" },
    {
      title: "Side",
      by: (row) => row.side,
      cell: (row) => row.side === "at_most" ? "at most" : "at least",
    },
    { title: "Amount", numeric: true, by: (row) => row.amount, cell: amountInWords },
    {
      title: "Counted",
      numeric: true,
      by: (row) => row.used,
      cell: (row) => usedInWords(row.used, row),
    },
    {
      title: "Status",
      by: (row) => row.status,
      cell: (row) =>
        html`<span class=${
          row.missed > 0 ? "tag bad" : row.status === "full" ? "tag" : "tag good"
        }>${row.status}</span>`,
    },
    figureColumn("Missed by", (row) => row.missed, (missed) => figure(missed, 6)),
    {
      title: "Price, a unit",
      numeric: true,
      by: (row) => row.price ?? null,
      cell: (row) => price(row.price),
    },
  ];
  return html`
    <${DataTable} label="Limits" columns=${columns} rows=${rows} stale=${store.stale}
      idOf=${(row: LimitRow) => `${row.limit} ${row.side} ${nameOf(row)}`}
      textOf=${(row: LimitRow) => `${row.limit} ${nameOf(row)} ${row.side} ${row.status}`} />
  `;
}

/** The values that a row is for, a contract by its name, where it has one, and its id. */
function nameOf({ values, contract_name: name }: LimitRow): string {
  return Object.entries(values).map(([column, value]) => {
    const named = column === "contract_address" && name !== undefined;
    return `${column}=${named ? `${name} (${value})` : value}`;
  }).join(", ");
}
