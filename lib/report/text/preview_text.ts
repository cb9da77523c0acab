/**
 * A preview as people read it on a terminal.
 *
 * @module
 */
import { capacityText, sentences } from "./feasibility_text.ts";
import { optionsInWords } from "../facts/preview/feasibility_words.ts";
import { inputNotes } from "../facts/preview/input_notes.ts";
import { contractColumns } from "./contract_columns.ts";
import {
  mostWanted,
  type PreviewContract,
  type PreviewFacts,
  sureToBeLeft,
} from "../facts/preview/preview_facts.ts";
import { rowInWords } from "../facts/limit_facts.ts";
import { previewLimitsInWords, unreachableInWords } from "../facts/preview/preview_limits.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { heading, type Layout, left, list, LISTED, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { aligned, count, inFull, percentInFull } from "../words.ts";

/** The preview as text: what is on the page, with the longest tables cut to their first rows. */
export function previewText(facts: PreviewFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout = { width, style };
  const { sentence, minima } = facts.headline;
  const { feasibility: f, model } = facts;
  const isOpen = f.least_shortfall === 0 && f.not_counted !== undefined;
  const colour = model === "coverage" || f.required_sponsored_users === 0 || isOpen
    ? style.dim
    : f.least_shortfall > 0
    ? style.red
    : f.not_counted === undefined
    ? style.green
    : style.dim;
  const head = [
    ...wrapped(`${sentence} Nothing is allocated yet.`, width).map(style.bold),
    ...wrapped(minima, width).map(colour),
    ...wrapped(facts.headline.offers, width),
  ];
  const out = facts.groups.filter((g) => g.unreachable_shortfall > 0)
    .sort((a, b) => b.unreachable_shortfall - a.unreachable_shortfall);
  return [
    head.map((line) => `${line}\n`).join(""),
    heading("Feasibility", layout) + capacityText(facts, layout) +
    sentences(optionsInWords(f, facts.k), layout),
    titled(
      "Groups whose minimum is out of reach",
      [
        [left("group"), (g) => g.group_id],
        [right("users"), (g) => count(g.users)],
        [right("ratio"), (g) => percentInFull(g.sponsorship_ratio)],
        [right("required"), (g) => count(g.required_sponsored_users)],
        [right("can be"), (g) => count(g.users_with_sponsored_option)],
      ],
      out,
      layout,
    ),
    limitsPart(facts, layout),
    ...contractParts(facts, layout),
    list("Input, as read", inputNotes(facts.input), layout),
  ].filter((part) => part !== "").join("\n");
}

/** Contracts wanted by more users than their cap, and those with units that are sure to be left. */
function contractParts({ contracts }: PreviewFacts, layout: Layout): string[] {
  const wanted = mostWanted(contracts), demand = aligned(wanted.map((c) => c.demand), 3);
  const scarce = contractColumns<PreviewContract>(contracts, [
    [left("type"), (c) => c.is_sponsored ? "sponsored" : "unsponsored"],
    [right("cap"), (c) => count(c.cap)],
    [right("among their best"), (c) => count(c.wanted_by)],
    [right("per unit"), (c) => demand(c.demand)],
    [right("eligible"), (c) => count(c.eligible_users)],
  ]);
  const unused = contractColumns<PreviewContract>(contracts, [
    [right("cap"), (c) => count(c.cap)],
    [right("eligible"), (c) => count(c.eligible_users)],
    [right("sure to be left"), (c) => count(c.cap - c.eligible_users)],
  ]);
  return [
    titled("Contracts wanted more often than there are units", scarce, wanted, layout),
    titled(
      "Sponsored contracts with more units than eligible users",
      unused,
      sureToBeLeft(contracts),
      layout,
    ),
  ];
}

/** The limits, and leasts of them that nobody can reach; "" without limits. */
function limitsPart({ limits }: PreviewFacts, layout: Layout): string {
  if (limits === undefined) return "";
  const title = previewLimitsInWords(limits).replace(/\.$/, "");
  const lines = limits.out_of_reach.map((row) =>
    `${rowInWords(row)}: at least ${inFull(row.amount)}, ${unreachableInWords(row)}`
  );
  return list(title, lines, layout, LISTED) || heading(title, layout);
}
