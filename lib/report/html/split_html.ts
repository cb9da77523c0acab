/**
 * A split as one self-contained HTML page.
 *
 * @module
 */
import { METHODS } from "../../woptim/methods/methods.ts";
import type { ListedSplit } from "../../woptim/methods/person_list.ts";
import type { SplitGroup } from "../../woptim/split.ts";
import { SPLIT_DRAWN, splitChart } from "../charts/split_chart.ts";
import { placesChart, unitsChart } from "../charts/split_distribution.ts";
import {
  discontentFigure,
  fixedOf,
  insideOf,
  nothingOf,
  rowsOf,
  type SplitRow,
} from "../text/split_rows.ts";
import { beyondInWords, headline, splitWorth } from "../text/split_text.ts";
import { plain } from "../text/terminal.ts";
import { aligned, count, counted, inFull, money, priceInFull, priceOfEach } from "../words.ts";
import { figuresOf } from "./figures.ts";
import { tile } from "./html_parts.ts";
import { type HtmlColumn, tableCard } from "./html_table.ts";
import { type Content, html, type Markup } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";

/** Most people, or groups, of a table; more belong in a file. */
const MOST_PEOPLE = 1000;

/** What the page shows beside the split. */
export interface SplitPageOptions extends PageOptions {
  /** Title of the page. */
  readonly title: string;
  /** The step that units are multiples of. */
  readonly step?: number | string;
  /** Decimal places of payments. @default 2 */
  readonly currencyDigits?: number;
}

/** The split as one page: for any number of people, the first are drawn and all are counted. */
export async function splitHtml(split: ListedSplit, options: SplitPageOptions): Promise<string> {
  return pageText({
    kind: "split",
    name: options.title,
    header: header(split, options),
    sections: [
      { id: "picture", name: "Picture", content: await splitPictures(split) },
      { id: "people", name: "People", content: peopleTable(split, options) },
      { id: "groups", name: "Groups", content: split.groups && groupTable(split.groups) },
    ],
  }, options);
}

function header(split: ListedSplit, { step }: SplitPageOptions): Content {
  const { total, price, objective, people, method, leftover = 0 } = split;
  const [sentence, ...more] = headline(split, plain, step).split("\n");
  const inside = insideOf(split);
  return html`
    <h1>${sentence}</h1>
    <ul class="verdicts">${[...more, ...splitWorth(split, step)].map((line) =>
      html`<li>${line}</li>`
    )}</ul>
    <dl class="tiles">${[
      tile("Units", inFull(total), standing(split, step)),
      tile("People", count(people.length), `${count(inside)} inside their interval`),
      tile(
        "Method",
        method ?? "woptim",
        method === undefined ? "least discontent" : METHODS[method].what,
      ),
      price === null ? tile("Discontent", discontentFigure(objective, 6), "in all") : tile(
        "Price",
        priceInFull(price),
        total > leftover ? `${priceOfEach(price, total - leftover)} a unit` : "for nothing",
      ),
    ]}</dl>
  `;
}

/** How the total stands to the bounds, in a few words. */
export function standing(split: ListedSplit, step: number | string | undefined): string {
  if (split.status !== "feasible") return beyondInWords(split, step);
  const nothing = split.gap === undefined ? 0 : nothingOf(split), fixed = fixedOf(split).outside;
  const unmet = split.people.length - insideOf(split) - nothing - fixed;
  if (unmet > 0) return `${counted(unmet, "interval")} can't be kept`;
  return nothing + fixed === 0 ? "all intervals can be met" : "all others' intervals can be met";
}

/**
 * Who gets what as pictures: the first people, and of many how many get how much.
 *
 * @param name tells the pictures of one split from those of others on the same page
 */
export async function splitPictures(split: ListedSplit, name = "split"): Promise<Markup> {
  const isMany = split.people.length > SPLIT_DRAWN, places = placesChart(split);
  const named = (of: string) => `${name}-${of}`;
  const charts = await figuresOf({
    [named("people")]: splitChart(split),
    ...(isMany && { [named("units")]: unitsChart(split) }),
    ...(isMany && places !== null && { [named("places")]: places }),
  });
  const drawn = (of: string) => charts[named(of)];
  return html`<div class="grid">${drawn("units")}${drawn("places")}</div>${drawn("people")}`;
}

/** Who gets what as a table of the first people. */
export function peopleTable(
  split: ListedSplit,
  { currencyDigits = 2 }: Pick<SplitPageOptions, "currencyDigits">,
  title = "Who gets what",
): Content {
  const rows = rowsOf(split, MOST_PEOPLE), left = split.people.length - rows.length;
  const byClaim = rows[0].claim !== null;
  const number = (title: string, of: (row: SplitRow) => number | null): HtmlColumn<SplitRow> => {
    const known = rows.map(of).filter((value) => value !== null && Number.isFinite(value));
    const show = aligned(known, 6);
    return { title, show: (row) => shown(of(row), show), number: of };
  };
  const { group, weight, priority, previous } = rows[0];
  const columns: HtmlColumn<SplitRow>[] = [
    { title: "Name", show: (row) => row.name },
    ...(group === undefined ? [] : [{
      title: "Group",
      show: (row: SplitRow) => row.group ?? "",
    }]),
    ...(priority === undefined ? [] : [number("Priority", (row) => row.priority!)]),
    ...(weight === undefined ? [] : [number("Weight", (row) => row.weight!)]),
    number("Units", (row) => row.units),
    ...(previous === undefined
      ? []
      : [number("Previous", (row) => row.previous!), number("Change", (row) => row.change!)]),
    ...(byClaim ? [number("Claim", (row) => row.claim!)] : []),
    number(byClaim ? "Quota" : "Target", (row) => row.target),
    number("Lower", (row) => row.lower),
    number("Upper", (row) => row.upper),
    number("Off", (row) => row.distance),
    ...(byClaim ? [] : [number("Discontent", (row) => row.discontent)]),
    ...(split.price === null ? [] : [{
      title: "Pays",
      show: (row: SplitRow) => money(row.payment!, currencyDigits),
      number: (row: SplitRow) => row.payment,
    }]),
  ];
  const more = left > 0 &&
    html`<p class="none">${
      count(left)
    } more people; <code>--out</code> and <code>--json</code> have all.</p>`;
  return html`${tableCard(title, columns, rows, { extra: more })}`;
}

function groupTable(groups: readonly SplitGroup[]): Content {
  const rows = groups.slice(0, MOST_PEOPLE), left = groups.length - rows.length;
  const number = (title: string, of: (group: SplitGroup) => number | null) => {
    const all = rows.map(of).filter((value) => value !== null && Number.isFinite(value));
    const show = aligned(all as number[], 6);
    return {
      title,
      show: (group: SplitGroup) => of(group) === null ? "" : shown(of(group), show),
      number: of,
    };
  };
  const columns: HtmlColumn<SplitGroup>[] = [
    { title: "Group", show: ({ name }) => name },
    number("Units", ({ units }) => units),
    number("Target", ({ target }) => target),
    number("Lower", ({ lower }) => lower),
    number("Upper", ({ upper }) => upper),
    number("Discontent", ({ discontent }) => discontent),
    { title: "In", show: ({ group }) => group ?? "" },
  ];
  const more = left > 0 &&
    html`<p class="none">${count(left)} more groups; <code>--json</code> has all.</p>`;
  return html`${tableCard("What groups get together", columns, rows, { extra: more })}`;
}

function shown(value: number | null, show: (value: number | null) => string): string {
  if (value === null || Number.isFinite(value)) return show(value);
  return value < 0 ? "−∞" : "∞";
}
