/**
 * Splits of several goods as one self-contained HTML page.
 *
 * @module
 */
import { LongSum } from "../../base/numbers/long_sum.ts";
import { pieces } from "../../woptim/methods/person_list.ts";
import type { GoodSplit } from "../../woptim/goods.ts";
import { discontentFigure, insideOf } from "../text/split_rows.ts";
import { headline, splitWorth } from "../text/split_text.ts";
import { plain } from "../text/terminal.ts";
import { count, counted, inFull, priceInFull } from "../words.ts";
import { tile } from "./html_parts.ts";
import { countColumn, type HtmlColumn, numberColumn, tableCard } from "./html_table.ts";
import { type Content, html } from "./markup.ts";
import { pageText } from "./page.ts";
import { peopleTable, type SplitPageOptions, splitPictures, standing } from "./split_html.ts";

/** Most goods with a picture and a table each; more belong in a file. */
const SHOWN_GOODS = 30;

/** The splits of several goods as one page: all goods beside each other, then who gets what of each of the first. */
export async function goodsHtml(
  goods: readonly GoodSplit[],
  options: SplitPageOptions,
): Promise<string> {
  const sections = [{ id: "goods", name: "Goods", content: goodsTable(goods, options) }];
  for (const [g, split] of goods.slice(0, SHOWN_GOODS).entries()) {
    sections.push({
      id: `good-${g + 1}`,
      name: split.good,
      content: await goodSection(split, `good-${g + 1}`, options),
    });
  }
  return pageText({ kind: "split", name: options.title, header: header(goods), sections }, options);
}

/** Who gets what of one good. */
async function goodSection(
  split: GoodSplit,
  id: string,
  options: SplitPageOptions,
): Promise<Content> {
  const [sentence, ...more] = headline(split, plain, options.step).split("\n");
  const lines = [...more, ...splitWorth(split, options.step)];
  return html`
    <p class="lede">${sentence}</p>
    <ul class="verdicts">${lines.map((line) => html`<li>${line}</li>`)}</ul>
    ${await splitPictures(split, id)}
    ${peopleTable(split, options, `Who gets what: ${split.good}`)}
  `;
}

function header(goods: readonly GoodSplit[]): Content {
  const people = peopleOf(goods), outside = goods.filter(isOutside).length;
  const sentence = `${counted(goods.length, "good")} for ${counted(people, "person", "people")}: ${
    outside === 0
      ? "everybody's interval is kept."
      : `not everybody's interval is kept for ${count(outside)} of them.`
  }`;
  const prices = goods.filter(({ price }) => price !== null);
  return html`
    <h1>${sentence}</h1>
    <dl class="tiles">${[
      tile("Goods", count(goods.length), "each split by itself"),
      tile("People", count(people), "get some of them, or could"),
      ...(prices.length === 0 ? [] : [
        tile(
          "Price",
          priceInFull(pricesTogether(prices)),
          "of all goods",
        ),
      ]),
    ]}</dl>
  `;
}

/** What all goods with a price cost. */
function pricesTogether(goods: readonly GoodSplit[]): number {
  const sum = new LongSum();
  for (const { price } of goods) sum.add(price!);
  return sum.decimal;
}

/** How many people there are; who is named for several goods counts once. */
function peopleOf(goods: readonly GoodSplit[]): number {
  const names = new Set<string>();
  for (const { people } of goods) {
    for (const piece of pieces(people)) for (const { name } of piece) names.add(name);
  }
  return names.size;
}

/** Whether somebody's interval is not kept. */
function isOutside(split: GoodSplit): boolean {
  return insideOf(split) < split.people.length;
}

function goodsTable(goods: readonly GoodSplit[], { step }: SplitPageOptions): Content {
  const columns: HtmlColumn<GoodSplit>[] = [
    { title: "Good", show: ({ good }) => good },
    numberColumn("Units", ({ total }) => total, inFull),
    countColumn("People", ({ people }) => people.length),
    countColumn("Inside their interval", insideOf),
    numberColumn("Discontent", ({ objective }) => objective, (n) => discontentFigure(n, 6)),
    ...(goods.every(({ price }) => price === null) ? [] : [{
      title: "Price",
      show: ({ price }: GoodSplit) => price === null ? "–" : priceInFull(price),
      number: ({ price }: GoodSplit) => price,
    }]),
    { title: "Intervals", show: (split) => standing(split, step), text: true },
  ];
  const left = goods.length - SHOWN_GOODS;
  const extra = left > 0 &&
    html`
      <p
        class="none">${counted(
          left,
          "more good has",
          "more goods have",
        )} no picture here; <code>--out</code> and <code>--json</code> have who gets what of all.</p>
    `;
  return html`${tableCard("All goods", columns, goods, { extra })}`;
}
