/**
 * What `divvy allocate --engine` reports about a run, as JSON and as text.
 *
 * @module
 */
import { roughScoresReport } from "../../../allocator/drop/before/received.ts";
import type { EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import { closedShares } from "../../../allocator/drop/limits/closed_shares.ts";
import { limitsWithoutPairsIn } from "../../../allocator/drop/limits/limits_without_pairs.ts";
import { withoutRounding } from "../../../base/numbers/without_rounding.ts";
import { blankRowsNote, repeatedRowsNote } from "../../../base/text/row_notes.ts";
import { dropsOf } from "../../../engine/drop/before.ts";
import { pairsOfItems } from "../../../engine/drop/slots.ts";
import {
  filledCapsNotes,
  limitNotes,
  type LimitsReport,
  roughScoreNotes,
  unusedRatiosNotes,
} from "../../../report/facts/preview/input_notes.ts";
import { limitsInWords } from "../../../report/facts/limit_facts.ts";
import { alternatesInWords } from "../../../report/text/summary_text.ts";
import { table } from "../../../report/text/terminal.ts";
import { count, counted, duration, figure } from "../../../report/words.ts";
import type { OptionValues } from "../../frame/command.ts";
import { namedOptions } from "../../frame/options/named_options.ts";
import type { EngineCommand } from "../engines/engine.ts";
import { engineLimitsFacts } from "../engines/limits_facts.ts";

/** What a result comes to, for its summary and its page. */
export function engineTotals(result: EngineResult) {
  const { users, usersWithOffers, assignments, score, objective, bound, gap } = result;
  const users_without_offers = users - usersWithOffers;
  return { users, users_without_offers, assignments, score, objective, bound, gap };
}

/** The summary of a run, as JSON has it: names as in the summary of `divvy allocate`. */
export function engineSummary(
  result: EngineResult,
  engine: EngineCommand,
  options: OptionValues,
  peakRss: number,
) {
  const limits = engineLimitsFacts(result);
  return {
    engine: engine.name,
    model: result.certificate.model,
    k: result.certificate.k,
    options: namedOptions(options),
    input: {
      caps: result.tables.caps,
      elig: pairFacts(result, options),
      user_groups: {
        rows: result.userGroups.rows,
        blank_rows: result.userGroups.blankRows,
        duplicate_rows: result.userGroups.repeatedRows,
        conflicting_duplicate_rows: result.userGroups.conflictingRows,
      },
      group_ratios: result.tables.group_ratios,
      ...beforeFacts(result, options),
      ...holdoutFacts(result),
      ...previousFacts(result),
      ...limitsReport(result),
    },
    ...engineTotals(result),
    timed_out: result.timedOut,
    shortfall: result.shortfall,
    ...(options.limits !== undefined && { leasts_missed: result.leastsMissed }),
    ...(limits !== undefined && { limits }),
    ...changeFacts(result),
    ...alternateFacts(result),
    sample_users: result.sampleUsers,
    passes: result.passes,
    rounds: result.rounds,
    published_by: result.published,
    timings: result.seconds,
    peak_rss_bytes: peakRss,
  };
}

/** The pairs and why others are left out, counted as in the summary of one machine. */
function pairFacts({ pairs, tally, pins }: EngineResult, { duplicates = "largest" }: OptionValues) {
  return {
    rows: pairs.rows,
    blank_rows: pairs.blankRows,
    pairs: tally.pairs,
    users: tally.users,
    duplicate_pairs: tally.duplicates,
    conflicting_duplicate_pairs: tally.conflicts,
    duplicates,
    pairs_without_group: pairs.rows - pairs.unknownContracts - tally.rowsWithoutCap -
      (tally.rows - (pins?.created ?? 0)),
    pairs_with_unknown_contract: pairs.unknownContracts,
    pairs_without_cap: tally.rowsWithoutCap,
    pairs_below_min_score: tally.belowLeast,
    pairs_beyond_top_n: tally.beyondTopN,
  };
}

/** The parts of the summary about history, pins and bans; none where the run has none of them. */
function beforeFacts(
  { history, roughScores, tally, pins }: EngineResult,
  { bans }: OptionValues,
) {
  return {
    ...(history !== null && {
      history: {
        rows: history.rows,
        blank_rows: history.blankRows,
        drops: dropsOf(history.days),
        rows_after_as_of: history.laterRows,
        declined_rows: history.declinedRows,
        ...roughScoresReport(roughScores),
        pairs_cooling_by_contract: tally.coolingByContract,
        pairs_cooling_by_brand: tally.coolingByBrand,
        pairs_declined: tally.declined,
      },
    }),
    ...(pins !== null && {
      pins: {
        rows: pins.rows,
        blank_rows: pins.blankRows,
        pairs: pins.pairs,
        duplicate_rows: pins.rows - pins.pairs,
        created: pins.created,
      },
    }),
    ...(bans !== undefined && { bans: { pairs: tally.banned } }),
  };
}

/** The part of the summary about previous offers; none where the drop is compared with none. */
function previousFacts({ previous }: EngineResult) {
  if (previous === null) return {};
  const { rows, blankRows, distinct, eligible } = previous;
  return {
    previous: {
      rows,
      blank_rows: blankRows,
      repeated_rows: rows - distinct,
      eligible,
      ineligible: distinct - eligible,
    },
  };
}

/** Leasts and limits that no pair counts toward, and shares that allow no offer; nothing where there are none. */
export function limitsReport({ slots }: EngineResult): LimitsReport {
  const drop = slots?.drop;
  if (drop?.limits === undefined) return {};
  const closed = closedShares(drop.limits, pairsOfItems(slots!));
  return {
    ...limitsWithoutPairsIn(drop, drop.limits),
    ...(closed && { closed_shares: closed }),
  };
}

/** How the offers differ from the previous ones; nothing where there are none. */
function changeFacts({ slots, slotOffers, previous, objective, certificate }: EngineResult) {
  if (previous === null) return {};
  const all = slotOffers!.reduce((sum, n) => sum + n, 0);
  const changed = slotOffers!.reduce((sum, n, s) => sum + n * slots!.isNew![s], 0);
  const cost = (certificate.change_cost ?? 0) * changed;
  return {
    changes: {
      offers_kept: all - changed,
      offers_changed: changed,
      offers_changed_share: all === 0 ? 0 : changed / all,
      offers_given_up: previous.left - (all - changed),
      change_cost: cost,
      objective_before_cost: withoutRounding(objective + cost, objective, cost),
    },
  };
}

/** Alternates as the summary of one machine has them; nothing where none were asked for. */
function alternateFacts({ alternates: made, usersWithOffers, capOf }: EngineResult) {
  if (made === null) return {};
  let full = 0;
  for (const [id, users] of made.firstOf) {
    if ((made.given.get(id) ?? 0) >= capOf.get(id)!) full += users;
  }
  return {
    alternates: {
      alternates: made.alternates,
      users: made.users,
      users_without: usersWithOffers - made.users,
      first_of_full_contracts: full,
    },
  };
}

/** The row about alternates; none where none were asked for. */
function alternateRows({ alternates: made }: EngineResult): string[][] {
  return made === null ? [] : [["alternates", alternatesInWords(made.alternates, made.users)]];
}

/** The part of the summary about users held out; none where nobody was to be. */
function holdoutFacts({ heldOut }: EngineResult) {
  if (heldOut === null) return {};
  const groups = new Set(heldOut.users.map(({ group }) => group)).size;
  const { randomOffers } = heldOut;
  return {
    holdout: {
      users: heldOut.users.length,
      groups,
      ...(randomOffers !== null && { random_offers: randomOffers }),
    },
  };
}

/** The row about changes; none where the drop is compared with no previous offers. */
function changeRows(result: EngineResult): string[][] {
  const { changes } = changeFacts(result);
  if (changes === undefined) return [];
  const cost = changes.change_cost === 0 ? "" : `, which cost ${figure(changes.change_cost, 4)}`;
  return [[
    "against previous offers",
    `${count(changes.offers_kept)} kept, ${count(changes.offers_changed)} new${cost}`,
  ]];
}

/**
 * What is said of rows of separators only, for each table that has some, of users that have several rows, of caps and ratios, and
 * of history's scores. What is repeated in caps and ratios is said as they are read.
 */
function rowNotes(result: EngineResult): string[] {
  const { pairs, userGroups, history, pins, previous, roughScores, tables } = result;
  const blank = Object.entries({ elig: pairs, user_groups: userGroups, history, pins, previous })
    .flatMap(([table, rows]) => rows?.blankRows ? [blankRowsNote(table, rows.blankRows)] : []);
  const { repeatedRows, conflictingRows } = userGroups;
  const counted: [number, string][] = [
    [repeatedRows, repeatedRowsNote("user_groups", repeatedRows, "user", conflictingRows)],
    ...filledCapsNotes(tables),
    ...unusedRatiosNotes(tables),
    ...roughScoreNotes(roughScoresReport(roughScores)),
  ];
  return [...blank, ...counted.filter(([n]) => n > 0).map(([, note]) => note)];
}

/** The result of a run as rows for people: a name, and what there is of it. */
export function engineRows(
  result: EngineResult,
  out: string,
  peakRss: number,
): [name: string, text: string][] {
  const { objective, bound, gap, timedOut, pairs, gathered, tally } = result;
  const limits = engineLimitsFacts(result);
  const total = Object.values(result.seconds).reduce((sum, s) => sum + s, 0);
  const leftOut = pairs.rows - gathered.pairs;
  const rows: string[][] = [
    ["users, pairs", `${count(result.users)}, ${count(gathered.pairs)}`],
    ["rows left out", count(leftOut)],
    ...rowNotes(result).map((note) => ["", note]),
    ...(tally.duplicates === 0 ? [] : [[
      "repeated pairs",
      `${count(tally.duplicates)}, ${
        count(tally.conflicts)
      } with another score; the largest counts`,
    ]]),
    ...(result.history === null ? [] : [[
      "history",
      `${counted(tally.coolingByContract + tally.coolingByBrand, "pair")} cooling, ` +
      `${counted(tally.declined, "score")} lowered by declines`,
    ]]),
    ...(tally.banned === 0 ? [] : [["pairs banned", count(tally.banned)]]),
    ...(result.heldOut === null ? [] : [[
      "held out",
      `${counted(result.heldOut.users.length, "user")}, ${
        result.heldOut.randomOffers === null
          ? "without offers"
          : `with ${counted(result.heldOut.randomOffers, "random offer")}`
      }`,
    ]]),
    ["assignments", `${count(result.assignments)} in ${out}, by ${result.published}`],
    ...changeRows(result),
    ...alternateRows(result),
    ["objective", figure(objective, 9)],
    ["bound", figure(bound, 9)],
    ["gap", `${gapInDigits(gap)}${timedOut ? ": time ran out (--timeout)" : ""}`],
    ["users missing to minima", count(result.shortfall)],
    ...(limits === undefined ? [] : [["limits", limitsInWords(limits)]]),
    ...limitNotes(limitsReport(result)).flatMap(([n, note]) => n === 0 ? [] : [["", note]]),
    ["passes, rounds of repair", `${result.passes}, ${result.rounds}`],
    [
      "seconds",
      Object.entries(result.seconds).map(([name, s]) => `${name} ${s.toFixed(1)}`).join(", "),
    ],
    ["total", `${duration(total)}, Divvy itself at most ${Math.round(peakRss / 1e6)} MB`],
  ];
  return rows as [string, string][];
}

/** The gap in few digits; none is 0, not 0.00e+0. */
function gapInDigits(gap: number): string {
  return gap === 0 ? "0" : gap.toExponential(2);
}

/** What of the rules is missed, as it may be at the shortfall price; "" where nothing is. */
function butMissed({ shortfall, leastsMissed }: EngineResult): string {
  const missed = [
    ...(shortfall > 0 ? ["minima"] : []),
    ...(leastsMissed > 0 ? ["leasts"] : []),
  ];
  return missed.length === 0 ? "" : ` but the ${missed.join(" and ")} that are missed`;
}

/** The result of a run as a table for people. */
export function engineText(result: EngineResult, out: string, peakRss: number): string {
  const columns = [{ title: "" }, { title: "" }], rows = engineRows(result, out, peakRss);
  return `${table(columns, rows)}certified: every rule kept${butMissed(result)}, gap ≤ ${
    gapInDigits(result.gap)
  }\n`;
}
