/**
 * A preview as people read it on a terminal.
 *
 * @module
 */
import { capacityText, sentences } from "./feasibility_text.ts";
import { optionsInWords } from "../facts/feasibility_words.ts";
import { inputNotes } from "../facts/input_notes.ts";
import { mostWanted, type PreviewFacts, sureToBeLeft } from "../facts/preview_facts.ts";
import { rowInWords } from "../facts/limit_facts.ts";
import { previewLimitsInWords, unreachableInWords } from "../facts/preview_limits.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { heading, type Layout, list, LISTED, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { aligned, count, figure, percent } from "../words.ts";

/** The preview as text: what the page tells, with the longest tables cut to their first rows. */
export function previewText(facts: PreviewFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout = { width, style };
  const { sentence, minima } = facts.headline;
  const { feasibility: f, model } = facts;
  const colour = model === "coverage" || f.required_sponsored_users === 0
    ? style.dim
    : f.least_shortfall === 0
    ? style.green
    : style.red;
  const head = [
    ...wrapped(`${sentence} Nothing is allocated yet.`, width).map(style.bold),
    ...wrapped(minima, width).map(colour),
    ...wrapped(facts.headline.offers, width),
  ];
  const wanted = mostWanted(facts.contracts), demand = aligned(wanted.map((c) => c.demand), 3);
  const out = facts.groups.filter((g) => g.unreachable_shortfall > 0)
    .sort((a, b) => b.unreachable_shortfall - a.unreachable_shortfall);
  return [
    head.map((line) => `${line}\n`).join(""),
    heading("Feasibility", layout) + capacityText(facts, layout) +
    sentences(optionsInWords(f, facts.k), layout),
    titled(
      "Groups whose minimum is out of reach",
      [{ title: "group" }, right("users"), right("ratio"), right("required"), right("can be")],
      out.map((g) => [
        g.group_id,
        count(g.users),
        percent(g.sponsorship_ratio),
        count(g.required_sponsored_users),
        count(g.users_with_sponsored_option),
      ]),
      layout,
    ),
    limitsPart(facts, layout),
    titled(
      "Contracts wanted more often than there are units",
      [
        { title: "contract" },
        { title: "type" },
        right("cap"),
        right("among their best"),
        right("per unit"),
        right("eligible"),
      ],
      wanted.map((c) => [
        c.contract_address,
        c.is_sponsored ? "sponsored" : "unsponsored",
        count(c.cap),
        count(c.wanted_by),
        demand(c.demand),
        count(c.eligible_users),
      ]),
      layout,
    ),
    titled(
      "Sponsored contracts with more units than eligible users",
      [{ title: "contract" }, right("cap"), right("eligible"), right("sure to be left")],
      sureToBeLeft(facts.contracts).map((c) => [
        c.contract_address,
        count(c.cap),
        count(c.eligible_users),
        count(c.cap - c.eligible_users),
      ]),
      layout,
    ),
    list("Input, as read", inputNotes(facts.input), layout),
  ].filter((part) => part !== "").join("\n");
}

/** The limits, and leasts of them that nobody can reach; "" without limits. */
function limitsPart({ limits }: PreviewFacts, layout: Layout): string {
  if (limits === undefined) return "";
  const title = previewLimitsInWords(limits).replace(/\.$/, "");
  const lines = limits.out_of_reach.map((row) =>
    `${rowInWords(row)}: at least ${figure(row.amount, 6)}, ${unreachableInWords(row)}`
  );
  return list(title, lines, layout, LISTED) || heading(title, layout);
}
