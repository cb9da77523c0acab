/// <reference lib="dom" />
/**
 * Contracts: caps, what is used of them, what a unit more is worth at most.
 *
 * @module
 */
import { BEFORE_FLOOR } from "../../base/numbers/rounding.ts";
import { useMemo } from "../../deps/preact.ts";
import type { ContractFacts } from "../../report/facts/contract_facts.ts";
import { percent, shortId } from "../../report/words.ts";
import type { StudioContract } from "../session/messages.ts";
import { BulkTools } from "./bulk_tools.ts";
import { type Column, DataTable, figureColumn } from "./data_table.ts";
import { capUnder, withEntry } from "./effective.ts";
import { price } from "./figures.ts";
import { html } from "./markup.ts";
import { Slider } from "./slider.ts";
import type { Shown, Store } from "./store.ts";

/** A contract, and what became of it. */
interface Row {
  contract: StudioContract;
  facts: ContractFacts | undefined;
}

/** The table of contracts. */
export function ContractsTab({ store, shown, onOpen }: {
  store: Store;
  shown: Shown;
  onOpen: (id: string) => void;
}) {
  const { drop, draft, result } = shown;
  const rows = useMemo(() => {
    const byId = new Map(result?.contracts.map((facts) => [facts.contract_address, facts]));
    return drop.contracts.map((contract): Row => ({ contract, facts: byId.get(contract.id) }));
  }, [drop, result]);
  const columns: Column<Row>[] = [
    ...aboutColumns(drop),
    capColumn(store, draft),
    figureColumn("Used", ({ facts }) => facts?.assigned),
    figureColumn("Share used", ({ facts }) => facts?.utilization, percent),
    {
      title: "Price, a unit",
      numeric: true,
      by: ({ facts }) => facts?.price ?? null,
      cell: ({ facts }) => price(facts?.price),
    },
    figureColumn("Wanted by", ({ facts }) => facts?.wanted_by),
    {
      title: "Who nearly",
      cell: ({ contract }) =>
        html`
          <button type="button" class="link" aria-label=${`who nearly got ${contract.id}`}
            onClick=${() => onOpen(contract.id)}>who?</button>
        `,
    },
  ];
  return html`
    <${DataTable} label="Contracts" columns=${columns} rows=${rows} stale=${store.stale}
      idOf=${({ contract }: Row) => contract.id}
      textOf=${({ contract: c, facts }: Row) =>
        `${c.id} ${c.sponsored ? "sponsored" : "unsponsored"} ${c.brand} ${c.more.join(" ")} ${
          facts && facts.assigned >= facts.cap ? "full" : "open"
        }`}
      onOpen=${({ contract }: Row) => onOpen(contract.id)}
      bulk=${(meant: readonly Row[], selected: boolean) =>
        html`<${Bulk} store=${store} shown=${shown} rows=${meant} selected=${selected} />`} />
  `;
}

/** What a contract is. */
function aboutColumns(drop: Shown["drop"]): Column<Row>[] {
  const branded = drop.contracts.some(({ brand }) => brand !== "");
  return [
    {
      title: "Contract",
      by: ({ contract }) => contract.id,
      cell: ({ contract }) => shortId(contract.id),
    },
    ...drop.columns.map((title, at): Column<Row> => ({
      title,
      by: ({ contract }) => contract.more[at],
      cell: ({ contract }) => html`<span title=${contract.more[at]}>${contract.more[at]}</span>`,
    })),
    {
      title: "Type",
      by: ({ contract }) => contract.sponsored ? "sponsored" : "unsponsored",
      cell: ({ contract }) => {
        const type = contract.sponsored ? "sponsored" : "unsponsored";
        return html`<span class=${`tag ${type}`}>${type}</span>`;
      },
    },
    ...(branded
      ? [{
        title: "Brand",
        by: ({ contract }: Row) => contract.brand,
        cell: ({ contract }: Row) => contract.brand,
      }]
      : []),
  ];
}

/** The cap, and a slider that changes it. */
function capColumn(store: Store, draft: Shown["draft"]): Column<Row> {
  return {
    title: "Cap",
    wide: true,
    numeric: true,
    by: ({ contract }) => capUnder(draft, contract),
    cell: ({ contract }) => {
      const cap = capUnder(draft, contract);
      return html`
        <${Slider} label=${`cap of ${contract.id}`} min=${0} max=${Math.max(
          10,
          2 * contract.cap,
        )} step=${Math.max(1, Math.round(contract.cap / 50))} value=${cap}
          changed=${cap !== contract.cap}
          onValue=${(value: number, drag?: string) =>
            store.edit(
              { ...draft, setCap: withEntry(draft.setCap, contract.id, Math.round(value)) },
              drag,
            )} />
      `;
    },
  };
}

/** One factor for the caps of many contracts. */
function Bulk({ store, shown, rows, selected }: {
  store: Store;
  shown: Shown;
  rows: readonly Row[];
  selected: boolean;
}) {
  const { draft } = shown;
  const scale = (contract: StudioContract, percentage: number) =>
    Math.floor(capUnder(draft, contract) * percentage / 100 * BEFORE_FLOOR);
  return html`
    <${BulkTools} store=${store} draft=${draft} field="setCap"
      items=${rows.map(({ contract }) => contract)} selected=${selected}
      label="percentage for many caps" placeholder="120" uses=${[["Scale caps to %", scale]]}
      reset="As they were" />
  `;
}
