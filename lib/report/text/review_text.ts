/**
 * A review as people read it on a terminal.
 *
 * @module
 */
import type {
  FunnelSteps,
  LiftFacts,
  NeverChosen,
  ReviewContract,
  ReviewFacts,
} from "../facts/review/review_facts.ts";
import {
  confidenceInWords,
  liftInWords,
  reviewNotes,
  shareInWords,
  targetInWords,
} from "../facts/review/review_words.ts";
import { count, counted, percent } from "../words.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { type Layout, left, list, right, type ShownColumn, titled } from "./text_parts.ts";
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

/** A row of a funnel by its name. */
type NamedSteps = readonly [name: string, FunnelSteps];

/** Columns of a funnel: counts are left to the page, shares with their intervals say more. */
function stepColumns<Row>(facts: ReviewFacts, of: (row: Row) => FunnelSteps): ShownColumn<Row>[] {
  const redeemed: ShownColumn<Row> = [
    right("redeemed"),
    (row) => shareInWords(of(row).redemption!),
  ];
  return [
    [right("offered"), (row) => count(of(row).offered)],
    [right("selected"), (row) => shareInWords(of(row).selection)],
    ...(facts.totals.redeemed === null ? [] : [redeemed]),
  ];
}

function funnel(facts: ReviewFacts, layout: Layout): string {
  const { totals: t, types, ranks } = facts;
  const rows: NamedSteps[] = [
    ["all", t],
    ...types.map((row): NamedSteps => [row.name ?? "type not known", row]),
    ...(ranks ?? []).map((row): NamedSteps => [`user's no. ${row.rank}`, row]),
  ];
  const none =
    `${count(t.users_chose_none)} of ${counted(t.users_with_offers, "user")} with offers ` +
    `(${
      percent(t.users_with_offers === 0 ? 0 : t.users_chose_none / t.users_with_offers)
    }) chose none.`;
  const title = `The funnel, shares of the offers (in brackets: ${
    confidenceInWords(facts.confidence)
  } intervals)`;
  return byName(title, "offers", rows, facts, layout) +
    wrapped(none, layout.width - 2).map((line) => `  ${line}\n`).join("");
}

function sponsored({ sponsored }: ReviewFacts, layout: Layout): string {
  if (sponsored === null) return "";
  const all = { ...sponsored.overall, group_id: "all" };
  const groups = [...sponsored.groups].sort((a, b) => b.users - a.users);
  return titled(
    "Users with a sponsored offer, by assignments and by selections",
    [
      [left("group"), (g) => g.group_id ?? "(no group)"],
      [right("users"), (g) => count(g.users)],
      [right("target"), (g) => targetInWords(g.sponsorship_ratio, g === all)],
      [right("assigned"), (g) => percent(g.ratio_by_assignments)],
      [right("selected"), (g) => shareInWords(g.ratio_by_selections)],
      [right("chose none"), (g) => count(g.users_chose_none)],
    ],
    [all, ...groups],
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
      [{ title: "users who", whole: true }, (row) => row.outcome],
      [right("offered"), (row) => shareInWords(row.offered)],
      [right("held out"), (row) => shareInWords(row.held_out)],
      [right("difference"), difference],
      [
        right("relative"),
        (row) => row.relative === null ? "–" : `${signedPoints(row.relative)} %`,
      ],
    ],
    lift,
    layout,
  ) + words.flatMap((text) =>
    wrapped(text, layout.width - 2)
  ).map((line) => `  ${line}\n`).join("");
}

function largest(rows: ReviewFacts["groups"]): NamedSteps[] {
  return [...rows].sort((a, b) => b.offered - a.offered)
    .map((row) => [row.name ?? "(none)", row]);
}

function byContract(facts: ReviewFacts, layout: Layout): string {
  const rows = facts.contracts.filter(({ offered }) => offered > 0)
    .sort((a, b) => b.offered - a.offered);
  return titled(
    "By contract, most offers first",
    [
      [left("contract"), (row) => row.contract_address],
      ...nameColumn(rows),
      ...stepColumns(facts, (row: ReviewContract) => row),
    ],
    rows,
    layout,
  );
}

function byName(
  title: string,
  name: string,
  rows: readonly NamedSteps[],
  facts: ReviewFacts,
  layout: Layout,
): string {
  const steps = stepColumns(facts, ([, steps]: NamedSteps) => steps);
  return titled(title, [[left(name), ([id]) => id], ...steps], rows, layout);
}

function neverChosen(rows: readonly NeverChosen[], layout: Layout): string {
  return titled(
    "Offers that nobody chose",
    [
      [left("contract"), (row) => row.contract_address],
      ...nameColumn(rows),
      [left("group"), (row) => row.group_id ?? "anywhere"],
      [right("offered"), (row) => count(row.offered)],
      [right("expected"), (row) => row.expected.toFixed(1)],
      [right("at most"), (row) => percent(row.at_most)],
    ],
    rows,
    layout,
  );
}
