/**
 * A review as people read it on a terminal.
 *
 * @module
 */
import type {
  FunnelSteps,
  LiftFacts,
  NeverChosen,
  ReviewFacts,
  ReviewGroup,
} from "../facts/review/review_facts.ts";
import {
  confidenceInWords,
  liftInWords,
  reviewNotes,
  shareInWords,
  targetInWords,
} from "../facts/review/review_words.ts";
import { count, counted, percent } from "../words.ts";
import { type Column, plain, type TextOptions } from "./terminal.ts";
import { type Layout, list, right, titled } from "./text_parts.ts";
import { nameColumn } from "./contract_columns.ts";
import { wrapped } from "./wrapped.ts";
import { signedPoints } from "../signed.ts";

/** The review as text: what is on the page, with the longest tables cut to their first rows. */
export function reviewText(facts: ReviewFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout: Layout = { width, style };
  return [
    headline(facts, layout),
    funnel(facts, layout),
    sponsored(facts, layout),
    lift(facts, layout),
    byContract(facts, layout),
    byName("By brand", "brand", largest(facts.brands ?? []), facts, layout),
    byName("By group", "group", largest(facts.groups), facts, layout),
    neverChosen(facts.never_chosen, layout),
    list("Input, as read", reviewNotes(facts), layout),
  ].filter((part) => part !== "").join("\n");
}

/** What matters most, as text. */
export function reviewHeadlineText(facts: ReviewFacts, options: TextOptions): string {
  const { width = 80, style = plain } = options;
  return headline(facts, { width, style });
}

function headline(
  { headline: { sentence, sponsored, lift } }: ReviewFacts,
  layout: Layout,
): string {
  const { width, style } = layout;
  return [
    ...wrapped(sentence, width).map(style.bold),
    ...(sponsored === null ? [] : wrapped(sponsored, width)),
    ...(lift === null ? [] : wrapped(lift, width)),
  ].map((line) => `${line}\n`).join("");
}

/** Titles of the columns of a funnel: counts are left to the page, shares with their intervals say more. */
function stepColumns(facts: ReviewFacts): Column[] {
  return [
    right("offered"),
    right("selected"),
    ...(facts.totals.redeemed === null ? [] : [right("redeemed")]),
  ];
}

function stepCells(steps: FunnelSteps): string[] {
  return [
    count(steps.offered),
    shareInWords(steps.selection),
    ...(steps.redemption === null ? [] : [shareInWords(steps.redemption)]),
  ];
}

function funnel(facts: ReviewFacts, layout: Layout): string {
  const { totals: t, types, ranks } = facts;
  const rows: [string, FunnelSteps][] = [
    ["all", t],
    ...types.map((row): [string, FunnelSteps] => [row.name ?? "type not known", row]),
    ...(ranks ?? []).map((row): [string, FunnelSteps] => [`user's no. ${row.rank}`, row]),
  ];
  const none =
    `${count(t.users_chose_none)} of ${counted(t.users_with_offers, "user")} with offers ` +
    `(${
      percent(t.users_with_offers === 0 ? 0 : t.users_chose_none / t.users_with_offers)
    }) chose none.`;
  return titled(
    `The funnel, shares of the offers (in brackets: ${
      confidenceInWords(facts.confidence)
    } intervals)`,
    [{ title: "offers" }, ...stepColumns(facts)],
    rows.map(([name, steps]) => [name, ...stepCells(steps)]),
    layout,
  ) + wrapped(none, layout.width - 2).map((line) => `  ${line}\n`).join("");
}

function sponsored({ sponsored }: ReviewFacts, layout: Layout): string {
  if (sponsored === null) return "";
  const cells = (g: ReviewGroup, name: string) => [
    name,
    count(g.users),
    targetInWords(g.sponsorship_ratio, g === sponsored.overall),
    percent(g.ratio_by_assignments),
    shareInWords(g.ratio_by_selections),
    count(g.users_chose_none),
  ];
  const groups = [...sponsored.groups].sort((a, b) => b.users - a.users);
  return titled(
    "Users with a sponsored offer, by assignments and by selections",
    [
      { title: "group" },
      right("users"),
      right("target"),
      right("assigned"),
      right("selected"),
      right("chose none"),
    ],
    [
      cells(sponsored.overall, "all"),
      ...groups.map((g) => cells(g, g.group_id ?? "(no group)")),
    ],
    layout,
  );
}

function lift(facts: ReviewFacts, layout: Layout): string {
  const { lift, totals } = facts;
  if (lift === null) return "";
  const difference = ({ difference, low, high }: LiftFacts) =>
    difference === null
      ? "–"
      : `${signedPoints(difference)} (${signedPoints(low!)} to ${signedPoints(high!)})`;
  // The last row is in the headline already.
  const words = lift.slice(0, -1).map((row) => liftInWords(row, facts));
  return titled(
    `Lift over ${count(totals.users_held_out)} held out, in percentage points`,
    [
      { title: "users who", whole: true },
      right("offered"),
      right("held out"),
      right("difference"),
      right("relative"),
    ],
    lift.map((row) => [
      row.outcome,
      shareInWords(row.offered),
      shareInWords(row.held_out),
      difference(row),
      row.relative === null ? "–" : `${signedPoints(row.relative)} %`,
    ]),
    layout,
  ) + words.flatMap((text) =>
    wrapped(text, layout.width - 2)
  ).map((line) => `  ${line}\n`).join("");
}

function largest(rows: ReviewFacts["groups"]): [string, FunnelSteps][] {
  return [...rows].sort((a, b) => b.offered - a.offered)
    .map((row) => [row.name ?? "(none)", row]);
}

function byContract(facts: ReviewFacts, layout: Layout): string {
  const rows = facts.contracts.filter(({ offered }) => offered > 0)
    .sort((a, b) => b.offered - a.offered);
  const names = nameColumn(rows);
  return titled(
    "By contract, most offers first",
    [{ title: "contract" }, ...names.map(([column]) => column), ...stepColumns(facts)],
    rows.map((row) => [
      row.contract_address,
      ...names.map(([, show]) => show(row)),
      ...stepCells(row),
    ]),
    layout,
  );
}

function byName(
  title: string,
  name: string,
  rows: [string, FunnelSteps][],
  facts: ReviewFacts,
  layout: Layout,
): string {
  return titled(
    title,
    [{ title: name }, ...stepColumns(facts)],
    rows.map(([id, steps]) => [id, ...stepCells(steps)]),
    layout,
  );
}

function neverChosen(rows: readonly NeverChosen[], layout: Layout): string {
  const names = nameColumn(rows);
  return titled(
    "Offers that nobody chose",
    [
      { title: "contract" },
      ...names.map(([column]) => column),
      { title: "group" },
      right("offered"),
      right("expected"),
      right("at most"),
    ],
    rows.map((row) => [
      row.contract_address,
      ...names.map(([, show]) => show(row)),
      row.group_id ?? "anywhere",
      count(row.offered),
      row.expected.toFixed(1),
      percent(row.at_most),
    ]),
    layout,
  );
}
