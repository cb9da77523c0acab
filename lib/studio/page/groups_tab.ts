/// <reference lib="dom" />
/**
 * Groups: what their ratios ask for, and what they get.
 *
 * @module
 */
import { html, useMemo, useRef } from "../../deps/preact.ts";
import type { GroupFacts } from "../../report/facts/group_facts.ts";
import { count, percent } from "../../report/words.ts";
import type { StudioDrop } from "../session/messages.ts";
import { type Column, DataTable } from "./data_table.ts";
import { own, ratioUnder, withEntry } from "./effective.ts";
import { price } from "./figures.ts";
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
  const columns: Column<Row>[] = [
    { title: "Group", cell: ({ group }) => group.id, by: ({ group }) => group.id },
    {
      title: "Ratio",
      wide: true,
      numeric: true,
      by: ({ group }) => ratioUnder(draft, group),
      cell: ({ group }) =>
        html`
          <${Slider} label=${`ratio of ${group.id}`} min=${0} max=${1} step=${0.01} scale=${100}
            unit="%" value=${ratioUnder(
              draft,
              group,
            )} changed=${ratioUnder(draft, group) !== group.ratio}
            onValue=${(value: number, drag?: string) =>
              store.edit(
                { ...draft, setRatio: withEntry(draft.setRatio, group.id, Math.min(1, value)) },
                drag,
              )} />
        `,
    },
    figureColumn("Users", ({ group }) => group.users),
    figureColumn("Required", ({ facts }) => facts?.required_sponsored_users),
    figureColumn("Reached", ({ facts }) => facts?.sponsored_users),
    {
      title: "Missing",
      numeric: true,
      by: ({ facts }) => facts?.shortfall ?? null,
      cell: ({ facts }) =>
        facts?.shortfall
          ? html`<span class="tag bad">${count(facts.shortfall)}</span>`
          : facts && "0",
    },
    {
      title: "Price, a user",
      numeric: true,
      by: ({ facts }) => facts?.prices?.min_sponsored ?? 0,
      cell: ({ facts }) => price(facts && (facts.prices?.min_sponsored ?? 0)),
    },
    {
      title: "Offers",
      numeric: true,
      by: ({ facts }) => facts?.assignments ?? null,
      cell: ({ facts }) => facts && count(facts.assignments),
    },
  ];
  return html`
    <${DataTable} label="Groups" columns=${columns} rows=${rows} stale=${store.stale}
      idOf=${({ group }: Row) => group.id}
      textOf=${({ group, facts }: Row) =>
        `${group.id} ${facts?.shortfall ? "missing short" : "met"}`}
      onOpen=${({ group }: Row) => onOpen(group.id)}
      bulk=${(meant: readonly Row[], selected: boolean) =>
        html`<${Bulk} store=${store} shown=${shown} rows=${meant} selected=${selected} />`} />
  `;
}

function figureColumn(title: string, of: (row: Row) => number | undefined): Column<Row> {
  return {
    title,
    numeric: true,
    by: (row) => of(row) ?? null,
    cell: (row) => {
      const value = of(row);
      return value === undefined ? "" : count(value);
    },
  };
}

/** One ratio or one factor for many groups. */
function Bulk({ store, shown, rows, selected }: {
  store: Store;
  shown: Shown;
  rows: readonly Row[];
  selected: boolean;
}) {
  const field = useRef<HTMLInputElement>(null);
  const apply = (to: (now: number, n: number) => number) => {
    const n = Number(field.current!.value.replace(",", "."));
    if (field.current!.value.trim() === "" || !(n >= 0)) {
      return store.tell("a percentage is expected: 0 or more");
    }
    let { setRatio } = shown.draft;
    for (const { group } of rows) {
      const ratio = Math.min(1, Number(to(ratioUnder(shown.draft, group), n).toPrecision(12)));
      setRatio = withEntry(setRatio, group.id, ratio);
    }
    store.edit({ ...shown.draft, setRatio });
  };
  const changed = rows.some(({ group }) => own(shown.draft.setRatio, group.id) !== undefined);
  const reset = () => {
    let { setRatio } = shown.draft;
    for (const { group } of rows) setRatio = withEntry(setRatio, group.id, undefined);
    store.edit({ ...shown.draft, setRatio });
  };
  const whose = `${count(rows.length)} ${selected ? "selected" : "shown"}`;
  return html`
    <span>${whose}:</span>
    <span
      class="typed"><input type="text" inputmode="decimal" aria-label="percentage for many groups" ref=${field}
      placeholder=${percent(0.25, 0).replace(" %", "")} /><i>%</i></span>
    <button type="button" onClick=${() => apply((_, n) => n / 100)}>Set ratio</button>
    <button type="button" onClick=${() => apply((now, n) => now * n / 100)}>Scale to %</button>
    ${changed && html`<button type="button" onClick=${reset}>As it was</button>`}
  `;
}
