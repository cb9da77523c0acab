/**
 * Scenarios as a table on the terminal and as CSV.
 *
 * @module
 */
import { csvText } from "../../base/text/csv_field.ts";
import type { ChangeFacts } from "../facts/change_facts.ts";
import { plain, type TextOptions } from "./terminal.ts";
import {
  hasLeastsWithoutPairs,
  missesFreely,
  type ScenarioFacts,
  shortfallPriceInWords,
  type WhatIfFacts,
  worthLostInWords,
} from "../facts/compare/whatif_facts.ts";
import { left, right, type ShownColumn, tableOf } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { aligned, count, duration, percent } from "../words.ts";
import { changeInPercent, signed } from "../signed.ts";
import { gapInShort } from "../proof_words.ts";

/** Scenarios as an aligned table, each with the change of Σ score against the first. */
export function whatIfText(facts: WhatIfFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const first = facts.scenarios[0];
  const objective = aligned(facts.scenarios.map((s) => s.objective), 6);
  const score = aligned(facts.scenarios.map((s) => s.score), 6);
  const columns: ShownColumn<ScenarioFacts>[] = [
    [left("scenario"), (s) => s.name],
    [right("objective"), (s) => objective(s.objective)],
    ...stabilityColumns(facts),
    // Beside the score, as it is the score's.
    [right("score"), (s) => score(s.score)],
    [right("change"), (s) => s === first ? "" : relativeChange(s.score, first.score)],
    [right("fill"), (s) => percent(s.fill_rate)],
    [right("sponsored"), (s) => percent(s.sponsored_user_share)],
    [right("missing"), (s) => count(s.shortfall)],
    ...limitColumns(facts),
    [right("gap"), (s) => gapInShort(s.gap)],
    [right("time"), (s) => duration(s.seconds) + (s.timed_out ? "!" : "")],
  ];
  const text = tableOf(columns, facts.scenarios, { width, style });
  const stopped = facts.scenarios.some((s) => s.timed_out);
  const price = shortfallPriceInWords(facts);
  return text + (stopped ? "! stopped before it was finished\n" : "") +
    (missesFreely(facts) ? "model coverage does not ask for those missing\n" : "") +
    (price === null ? "" : `${wrapped(price, width).join("\n")}\n`) +
    legend(facts.scenarios, width);
}

/** Who has other offers than before, and what is lost by keeping more of them. */
function stabilityColumns(facts: WhatIfFacts): ShownColumn<ScenarioFacts>[] {
  if (facts.scenarios[0].stability === undefined) return [];
  return [
    [right("users changed"), (s) => percent(s.stability!.users_changed_share)],
    [right("worth lost"), (s) => worthLostInWords(facts, s)],
  ];
}

/** Limits missed, where the drop has limits, and leasts that nothing counts toward, where there are any. */
function limitColumns(facts: WhatIfFacts): ShownColumn<ScenarioFacts>[] {
  if (facts.scenarios[0].limits_missed === undefined) return [];
  const missed: ShownColumn<ScenarioFacts> = [
    right("limits missed"),
    (s) => count(s.limits_missed!),
  ];
  const without: ShownColumn<ScenarioFacts> = [
    right("leasts without pairs"),
    (s) => count(s.leasts_without_pairs!),
  ];
  return hasLeastsWithoutPairs(facts) ? [missed, without] : [missed];
}

/** What each scenario changes, for those whose name does not say it. */
function legend(scenarios: readonly ScenarioFacts[], width: number): string {
  const lines = scenarios.filter(({ name, changes }) => name !== changes && changes !== "")
    .map(({ name, changes }) => `${name}: ${changes}`);
  if (lines.length === 0) return "";
  return `\n${lines.map((line) => `  ${wrapped(line, width - 4).join("\n    ")}\n`).join("")}`;
}

/** A relative change with its sign, "+3.1 %"; beside 0 or less, which has no shares, the change itself: "+3.1". */
export function relativeChange(value: number, before: number): string {
  if (before <= 0) return signed(value - before);
  return changeInPercent((value - before) / before);
}

/** Columns of the CSV file, named as in the JSON. */
const COLUMNS = [
  "name",
  "changes",
  "objective",
  "score",
  "assignments",
  "fill_rate",
  "sponsored_user_share",
  "sponsored_share",
  "users_without_offers",
  "shortfall",
  "bound",
  "gap",
  "seconds",
  "timed_out",
] as const satisfies (keyof ScenarioFacts)[];

/** A further column where minima are missed at a price. */
const PRICE_COLUMNS = ["shortfall_price"] as const satisfies (keyof ScenarioFacts)[];

/** Further columns for a drop with limits. */
const LIMIT_COLUMNS = [
  "limits_missed",
  "limits_cost",
  "leasts_without_pairs",
] as const satisfies (keyof ScenarioFacts)[];

/** Further columns for a drop that is compared with previous offers, last. */
const CHANGE_COLUMNS = [
  "offers_kept",
  "offers_changed",
  "users_changed_share",
  "change_cost",
  "objective_before_cost",
] as const satisfies (keyof ChangeFacts)[];

/** Scenarios as CSV, a line each; what is not known is blank. */
export function whatIfCsv(facts: WhatIfFacts): string {
  const hasAny = (name: keyof ScenarioFacts) => facts.scenarios.some((s) => s[name] !== undefined);
  const columns: (keyof ScenarioFacts)[] = [
    ...COLUMNS,
    ...(hasAny("limits_missed") ? LIMIT_COLUMNS : []),
    ...(hasAny("shortfall_price") ? PRICE_COLUMNS : []),
  ];
  const ofChanges = hasAny("stability") ? CHANGE_COLUMNS : [];
  return csvText([
    [...columns, ...ofChanges],
    ...facts.scenarios.map((s) => [
      ...columns.map((name) => s[name]),
      ...ofChanges.map((name) => s.stability?.[name]),
    ]),
  ]);
}
