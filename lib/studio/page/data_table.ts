/// <reference lib="dom" />
/**
 * A table that sorts, filters and selects; of thousands of rows only those in sight are drawn.
 *
 * @module
 */
import { type ComponentChildren, useMemo, useRef, useState } from "../../deps/preact.ts";
import { count, counted } from "../../report/words.ts";
import { html, valueIn } from "./markup.ts";

/** A column. */
export interface Column<Row> {
  /** Heading. */
  title: string;
  /** What stands in the cell. */
  cell: (row: Row) => ComponentChildren;
  /**
   * The value it sorts by; null comes last. Absent: the column holds buttons, and its heading is for screen readers
   * only.
   */
  by?: (row: Row) => number | string | null;
  /** Whether it holds numbers. */
  numeric?: boolean;
  /** Width class of the column. */
  wide?: boolean;
}

/** A column of figures; the cell is empty where none is known yet, and has a dash where there is none (null). */
export function figureColumn<Row>(
  title: string,
  of: (row: Row) => number | null | undefined,
  text: (value: number) => string = count,
): Column<Row> {
  return {
    title,
    numeric: true,
    by: (row) => of(row) ?? null,
    cell: (row) => {
      const value = of(row);
      return value === undefined ? "" : value === null ? "–" : text(value);
    },
  };
}

/** Properties of a table. */
export interface DataTableProps<Row> {
  /** Its name. */
  label: string;
  /** Columns; the first names the row. */
  columns: readonly Column<Row>[];
  /** Rows, in their first order. */
  rows: readonly Row[];
  /** The row's id, different for each row. */
  idOf: (row: Row) => string;
  /** Text of a row that the filter searches. */
  textOf: (row: Row) => string;
  /** Called when the row's name is pressed. */
  onOpen?: (row: Row) => void;
  /** Tools for the selected rows; where none is selected, for the rows that the filter leaves. */
  bulk?: (rows: readonly Row[], selected: boolean) => ComponentChildren;
  /** Whether the figures are of an earlier state. */
  stale: boolean;
}

/** Height of a row in pixels, as in the style sheet; rows drawn beyond those in sight; rows drawn at first. */
const ROW = 40, BEYOND = 8, FIRST = 24;

/** Which column rows are sorted by, and how; null: by none. */
type Sort = { at: number; down: boolean } | null;

/** The table. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, idOf, textOf, bulk, stale } = props;
  const [sort, setSort] = useState<Sort>(null);
  const [filter, setFilter] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [view, setView] = useState({ top: 0, height: FIRST * ROW });
  const box = useRef<HTMLDivElement>(null);

  const texts = useMemo(() => rows.map((row) => textOf(row).toLowerCase()), [rows]);
  const left = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = rows.filter((_, i) => words.every((word) => texts[i].includes(word)));
    return sort === null ? kept : sorted(kept, columns[sort.at], sort.down);
  }, [rows, texts, filter, sort]);
  const picked = rows.filter((row) => selected.has(idOf(row)));

  const first = Math.max(0, Math.min(left.length, Math.floor(view.top / ROW) - BEYOND));
  const end = Math.min(left.length, Math.ceil((view.top + view.height) / ROW) + BEYOND);
  const scrolled = (event: Event) => {
    const { scrollTop, clientHeight } = event.currentTarget as HTMLElement;
    setView({ top: scrollTop, height: Math.max(clientHeight, FIRST * ROW) });
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const allLeft = left.length > 0 && left.every((row) => selected.has(idOf(row)));
  const toggleAll = () => setSelected(new Set(allLeft ? [] : left.map(idOf)));
  const span = columns.length + (bulk ? 1 : 0);
  const line = (row: Row, i: number) =>
    rowOf(props, row, first + i + 2, selected.has(idOf(row)), toggle);
  return html`
    <div class=${stale ? "table stale" : "table"}>
      ${barOf(props, { filter, setFilter, left, picked })}
      <div class="scroll" tabindex="0" role="region" aria-label=${label} ref=${box}
        onScroll=${scrolled}
        onKeyDown=${moveFocus}>
        <table aria-rowcount=${left.length + 1}>
          <caption class="hide">${label}</caption>
          <thead>
            <tr aria-rowindex="1">
            ${bulk &&
              html`<th scope="col" class="pick"><input type="checkbox" aria-label=${`select all of ${label}`}
              checked=${allLeft} onChange=${toggleAll} /></th>`}
            ${columns.map((column, at) => headingOf(column, at, sort, setSort))}</tr>
          </thead>
          <tbody>${gapOf(first, span)}${left.slice(first, end).map(line)}${gapOf(
            left.length - end,
            span,
          )}</tbody>
        </table>
      </div>
    </div>
  `;
}

/** The filter, how many rows it leaves, and the tools for them. */
function barOf<Row>(
  { label, rows, bulk }: DataTableProps<Row>,
  { filter, setFilter, left, picked }: {
    filter: string;
    setFilter: (text: string) => void;
    left: readonly Row[];
    picked: readonly Row[];
  },
) {
  return html`
    <div class="bar">
      <input type="search" placeholder="Filter" aria-label=${`Filter ${label}`} value=${filter}
        onInput=${(event: Event) => setFilter(valueIn(event))} />
      <span role="status">${left.length === rows.length
        ? counted(rows.length, "row")
        : `${count(left.length)} of ${counted(rows.length, "row")}`}${picked.length > 0 &&
        `, ${count(picked.length)} selected`}</span>
      ${bulk &&
        html`<div class="bulk">${bulk(picked.length > 0 ? picked : left, picked.length > 0)}</div>`}
    </div>
  `;
}

/** A column's heading, which sorts by it. */
function headingOf<Row>(
  column: Column<Row>,
  at: number,
  sort: Sort,
  setSort: (sort: Sort) => void,
) {
  if (column.by === undefined) {
    return html`<th scope="col"><span class="hide">${column.title}</span></th>`;
  }
  const isSorted = sort?.at === at;
  const press = () => setSort({ at, down: isSorted ? !sort.down : column.numeric === true });
  return html`
    <th scope="col" class=${className(column)}
      aria-sort=${isSorted
        ? (sort.down ? "descending" : "ascending")
        : undefined}><button type="button" onClick=${press}>${column
        .title}</button></th>
  `;
}

/** A row. */
function rowOf<Row>(
  { columns, idOf, onOpen, bulk }: DataTableProps<Row>,
  row: Row,
  index: number,
  isPicked: boolean,
  toggle: (id: string) => void,
) {
  const id = idOf(row);
  return html`<tr key=${id} aria-rowindex=${index} class=${isPicked ? "picked" : ""}>
      ${
    bulk && html`<td class="pick"><input type="checkbox" aria-label=${`select ${id}`}
        checked=${isPicked} onChange=${() => toggle(id)} /></td>`
  }
      ${
    columns.map((column, at) =>
      at === 0
        ? html`<th scope="row" title=${id}>${
          onOpen
            ? html`<button type="button" class="name" aria-label=${id} onClick=${() =>
              onOpen(row)}>${column.cell(row)}</button>`
            : column.cell(row)
        }</th>`
        : html`<td class=${className(column)}>${column.cell(row)}</td>`
    )
  }</tr>`;
}

/** A spacer for `n` rows that are not drawn. */
function gapOf(n: number, span: number) {
  return n > 0 && html`
    <tr aria-hidden="true">
      <td class="gap" colspan=${span} style=${{
        height: `${n * ROW}px`,
      }}></td>
    </tr>
  `;
}

function className<Row>({ numeric, wide }: Column<Row>): string {
  return `${numeric ? "n" : ""}${wide ? " wide" : ""}`;
}

/** The arrow keys up and down move from row to row, except in fields where they have a meaning of their own. */
function moveFocus(event: KeyboardEvent): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = event.target as HTMLElement;
  if (by === 0 || !from.matches("button.name,input[type=checkbox]")) return;
  const row = from.closest("tr");
  const next = by === 1 ? row?.nextElementSibling : row?.previousElementSibling;
  const to = next?.querySelector<HTMLElement>(
    from.matches("button") ? "button.name" : "input[type=checkbox]",
  );
  if (!to) return;
  event.preventDefault();
  to.focus();
}

/** Rows sorted by a column; rows without a value come last in both directions, equal rows keep their order. */
function sorted<Row>(rows: readonly Row[], { by }: Column<Row>, down: boolean): Row[] {
  const sign = down ? -1 : 1;
  return rows.map((row) => ({ row, key: by!(row) })).sort((a, b) => {
    if (a.key === b.key) return 0;
    if (a.key === null || b.key === null) return a.key === null ? 1 : -1;
    return a.key < b.key ? -sign : sign;
  }).map(({ row }) => row);
}
