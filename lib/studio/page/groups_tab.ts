/// <reference lib="dom" />
/**
 * Groups: what their ratios ask for, and what they get.
 *
 * @module
 */
import { useMemo } from "../../deps/preact.ts";
import type { GroupFacts } from "../../report/facts/group_facts.ts";
import { minimumPrice } from "../../report/facts/minimum_price.ts";
import { count, narrowName, percent } from "../../report/words.ts";
import type { StudioDrop } from "../session/messages.ts";
import { BulkTools } from "./bulk_tools.ts";
import { type Column, DataTable, figureColumn } from "./data_table.ts";
import { modelUnder, ratioUnder, withEntry } from "./effective.ts";
import { price } from "./figures.ts";
import { html } from "./markup.ts";
import { Slider } from "./slider.ts";
import type { Shown, Store } from "./store.ts";

/** A group, and what became of it. */
interface Row {
  group: StudioDrop["groups"][number];
  facts: GroupFacts | undefined;
}

/** The table of groups. */
export function GroupsTab({ store, shown, onOpen }: {
  store: Store;
  shown: Shown;
  onOpen: (id: string) => void;
}) {
  const { drop, draft, result } = shown;
  const rows = useMemo(() => {
    const byId = new Map(result?.groups.map((facts) => [facts.group_id, facts]));
    return drop.groups.map((group): Row => ({ group, facts: byId.get(group.id) }));
  }, [drop, result]);
  // Model coverage asks for no minima: they are counted, but there is nothing to set and no price.
  const hasMinima = modelUnder(draft, drop) === "uniform";
  const columns: Column<Row>[] = [
    { title: "Group", cell: ({ group }) => narrowName(group.id), by: ({ group }) => group.id },
    ...(hasMinima ? [ratioColumn(store, draft)] : []),
    figureColumn("Users", ({ group }) => group.users),
    figureColumn("Required", ({ facts }) => facts?.required_sponsored_users),
    figureColumn("Reached", ({ facts }) => facts?.sponsored_users),
    missingColumn(),
    ...(hasMinima ? [priceColumn()] : []),
    figureColumn("Offers", ({ facts }) => facts?.assignments),
  ];
  return html`
    <${DataTable} label="Groups" columns=${columns} rows=${rows} stale=${store.stale}
      idOf=${({ group }: Row) => group.id}
      textOf=${({ group, facts }: Row) =>
        `${group.id} ${facts?.shortfall ? "missing missed" : "met"}`}
      onOpen=${({ group }: Row) => onOpen(group.id)}
      bulk=${hasMinima
        ? ((meant: readonly Row[], selected: boolean) =>
          html`<${Bulk} store=${store} shown=${shown} rows=${meant} selected=${selected} />`)
        : undefined} />
  `;
}

/** What one user fewer in a minimum adds at most. */
function priceColumn(): Column<Row> {
  return {
    title: "Price, a user",
    numeric: true,
    by: ({ facts }) => (facts && minimumPrice(facts)) ?? 0,
    cell: ({ facts }) => price(facts && (minimumPrice(facts) ?? 0)),
  };
}

/** The ratio, and a slider that changes it. */
function ratioColumn(store: Store, draft: Shown["draft"]): Column<Row> {
  const change = (id: string, ratio: number, drag?: string) =>
    store.edit({ ...draft, setRatio: withEntry(draft.setRatio, id, Math.min(1, ratio)) }, drag);
  return {
    title: "Ratio",
    wide: true,
    numeric: true,
    by: ({ group }) => ratioUnder(draft, group),
    cell: ({ group }) => {
      const ratio = ratioUnder(draft, group);
      return html`
        <${Slider} label=${`ratio of ${group.id}`} min=${0} max=${1} step=${0.01} scale=${100}
          unit="%" value=${ratio} changed=${ratio !== group.ratio}
          onValue=${(value: number, drag?: string) => change(group.id, value, drag)} />
      `;
    },
  };
}

/** Users that the minimum lacks. */
function missingColumn(): Column<Row> {
  return {
    title: "Missing",
    numeric: true,
    by: ({ facts }) => facts?.shortfall ?? null,
    cell: ({ facts }) =>
      facts?.shortfall
        ? html`<span class="tag bad">${count(facts.shortfall)}</span>`
        : facts && "0",
  };
}

/** One ratio or one factor for many groups. */
function Bulk({ store, shown, rows, selected }: {
  store: Store;
  shown: Shown;
  rows: readonly Row[];
  selected: boolean;
}) {
  const { draft } = shown;
  const atMostAll = (ratio: number) => Math.min(1, Number(ratio.toPrecision(12)));
  const set = (_: Row["group"], percentage: number) => atMostAll(percentage / 100);
  const scale = (group: Row["group"], percentage: number) =>
    atMostAll(ratioUnder(draft, group) * percentage / 100);
  return html`
    <${BulkTools} store=${store} draft=${draft} field="setRatio"
      items=${rows.map(({ group }) => group)} selected=${selected}
      label="percentage for many groups" placeholder=${percent(0.25, 0).replace(" %", "")}
      uses=${[["Set ratio", set], ["Scale to %", scale]]} reset="As it was" />
  `;
}
