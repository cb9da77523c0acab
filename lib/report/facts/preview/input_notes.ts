/**
 * What was left out of the input or filled in, in words.
 *
 * @module
 */
import type { InputReport } from "../../../allocator/drop/drop.ts";
import { LARGEST_COUNTED, SMALLEST_COUNTED } from "../../../allocator/drop/before/received.ts";
import { blankRowsNote, repeatedRowsNote } from "../../../base/text/row_notes.ts";
import { count, counted, figure } from "../../words.ts";

/** One line per thing that was left out, filled in or odd; none where everything was in order. */
export function inputNotes(input: InputReport): string[] {
  const tables = ["caps", "elig", "user_groups", "group_ratios"] as const;
  const notes: [number, string][] = [
    ...tables.map((table): [number, string] => [
      // Summaries of earlier versions have no such count.
      input[table].blank_rows ?? 0,
      blankRowsNote(table, input[table].blank_rows ?? 0),
    ]),
    ...previousNotes(input),
    ...capsNotes(input),
    ...eligNotes(input),
    ...groupNotes(input),
    ...beforeNotes(input),
    ...limitNotes(input).map(([n, note]): [number, string] => [n, `limits: ${note}`]),
    [
      input.ids_like_formulas ?? 0,
      `ids: ${
        counted(input.ids_like_formulas ?? 0, "id")
      } that a spreadsheet may run (they begin ` +
      "with =, +, - or @), kept as they are; .xlsx has them as text",
    ],
  ];
  // The largest counts come first, as they deserve a look most.
  const counts = notes.filter(([n]) => n > 0).sort(([a], [b]) => b - a).map(([, note]) => note);
  return [...input.read_as ?? [], ...counts];
}

/** What the input's report has of limits. */
export type LimitsReport = Pick<InputReport, "limits" | "limits_without_pairs" | "closed_shares">;

/** What is odd about limits: how many of them, and in words; 0 of what there is none of. */
export function limitNotes(input: LimitsReport): [number, string][] {
  return [
    [input.limits?.leasts ?? 0, leastsInWords(input)],
    [input.limits_without_pairs?.limits ?? 0, uncountedInWords(input)],
    [input.closed_shares?.shares ?? 0, closedInWords(input)],
  ];
}

/** Users who are held out, in a few words; null where nobody was to be. */
export function heldOutInShort({ holdout }: InputReport): string | null {
  if (holdout === undefined) return null;
  const { users, random_offers } = holdout;
  return `${counted(users, "user")} held out` +
    (random_offers === undefined ? "" : ` with ${counted(random_offers, "random offer")}`);
}

/** Users who are held out, and what they get; null where nobody was to be. */
export function heldOutInWords({ holdout }: InputReport): string | null {
  if (holdout === undefined) return null;
  const { users, groups, random_offers } = holdout;
  const who = `${counted(users, "user")} of ${counted(groups, "group")}`;
  return `${who} beside them, ${
    random_offers === undefined
      ? "without offers"
      : `with ${counted(random_offers, "random offer")}, whose units are taken off the caps`
  }`;
}

/** Leasts that no eligible pair counts toward; "" where there are none. */
export function leastsInWords({ limits }: Pick<InputReport, "limits">): string {
  if (limits === undefined) return "";
  const { leasts, examples } = limits;
  return `${counted(leasts, "least")} that no eligible pair counts toward ${
    leasts === 1 ? "is" : "are"
  } missed whatever is done: ${examples.join(", ")}` +
    (leasts > examples.length ? " and others" : "");
}

/** Limits that no eligible pair counts toward; "" where there are none. */
function uncountedInWords({ limits_without_pairs }: LimitsReport): string {
  if (limits_without_pairs === undefined) return "";
  const { limits, examples } = limits_without_pairs;
  return `no eligible pair that is left counts toward ${counted(limits, "limit")}: ${
    examples.join(", ")
  }` + (limits > examples.length ? " and others" : "");
}

/** Shares that allow no offer; "" where there are none. */
function closedInWords({ closed_shares }: LimitsReport): string {
  if (closed_shares === undefined) return "";
  const { shares, pairs, examples } = closed_shares, one = shares === 1;
  return `${counted(shares, "share")} ${one ? "allows" : "allow"} no offer, as each of ${
    one ? "its" : "their"
  } ${counted(pairs, "eligible pair")} counts more than that: ${examples.join(", ")}` +
    (shares > examples.length ? " and others" : "");
}

function capsNotes(input: InputReport): [number, string][] {
  const { duplicate_rows, conflicting_duplicate_rows } = input.caps;
  return [
    duplicates("caps", duplicate_rows, conflicting_duplicate_rows, "contract"),
    ...filledCapsNotes(input),
  ];
}

/** Caps that are rounded down, left out or given the default: how many, and in words. */
export function filledCapsNotes({ caps }: Pick<InputReport, "caps">): [number, string][] {
  return [
    [caps.fractional_caps, `caps: ${counted(caps.fractional_caps, "cap")} not whole, rounded down`],
    [
      caps.sponsored_without_cap,
      `caps: ${counted(caps.sponsored_without_cap, "sponsored contract")} without cap left out`,
    ],
    [
      caps.unsponsored_default_cap,
      `caps: ${
        counted(caps.unsponsored_default_cap, "unsponsored contract")
      } without cap given the default`,
    ],
  ];
}

function eligNotes({ elig }: InputReport): [number, string][] {
  return [
    duplicates("elig", elig.duplicate_pairs, elig.conflicting_duplicate_pairs, "pair"),
    [
      elig.pairs_without_group,
      `elig: ${counted(elig.pairs_without_group, "row")} of ${
        counted(elig.users_without_group, "user")
      } without a group left out`,
    ],
    [
      elig.pairs_with_unknown_contract,
      `elig: ${counted(elig.pairs_with_unknown_contract, "row")} of ${
        counted(elig.unknown_contracts, "contract")
      } not in caps left out`,
    ],
    [
      elig.pairs_without_cap,
      `elig: ${counted(elig.pairs_without_cap, "row")} of contracts without cap left out`,
    ],
    [
      elig.pairs_below_min_score,
      `elig: ${counted(elig.pairs_below_min_score, "pair")} below --min-score left out`,
    ],
    [
      elig.pairs_beyond_top_n,
      `elig: ${counted(elig.pairs_beyond_top_n, "pair")} beyond --top-n left out`,
    ],
  ];
}

function groupNotes(input: InputReport): [number, string][] {
  const { user_groups, group_ratios } = input;
  return [
    duplicates(
      "user_groups",
      user_groups.duplicate_rows,
      user_groups.conflicting_duplicate_rows,
      "user",
    ),
    [
      user_groups.users_without_pairs,
      `user_groups: ${counted(user_groups.users_without_pairs, "user")} without an eligible pair${
        leavesPairsOut(input) ? ", or whose pairs are left out" : ""
      }`,
    ],
    duplicates(
      "group_ratios",
      group_ratios.duplicate_rows,
      group_ratios.conflicting_duplicate_rows,
      "group",
    ),
    ...unusedRatiosNotes(input),
  ];
}

/** Ratios of groups without users, and groups that have none: how many, and in words. */
export function unusedRatiosNotes(
  { group_ratios }: Pick<InputReport, "group_ratios">,
): [number, string][] {
  return [
    [
      group_ratios.groups_without_users,
      `group_ratios: ${counted(group_ratios.groups_without_users, "group")} without eligible users`,
    ],
    [
      group_ratios.default_ratio_groups,
      group_ratios.of_every_group === undefined
        ? `group_ratios: ${
          counted(group_ratios.default_ratio_groups, "group")
        } given --default-ratio`
        : `no group ratios given: every group has ratio ${group_ratios.of_every_group}`,
    ],
  ];
}

/** Whether pairs are left out for which a user may have no other. */
function leavesPairsOut({ elig, history, bans }: InputReport): boolean {
  return elig.pairs_with_unknown_contract + elig.pairs_without_cap + elig.pairs_below_min_score +
      (history?.pairs_cooling_by_contract ?? 0) + (history?.pairs_cooling_by_brand ?? 0) +
      (bans?.pairs ?? 0) > 0;
}

/** Scores of history that rotation does not count as they are: how many, and in words. */
export function roughScoreNotes(
  { scores_counted_as_0: small = 0, scores_counted_as_most: large = 0 }: Pick<
    NonNullable<InputReport["history"]>,
    "scores_counted_as_0" | "scores_counted_as_most"
  >,
): [number, string][] {
  return [
    [
      small,
      `history: ${counted(small, "score")} below ${
        figure(SMALLEST_COUNTED, 2)
      } taken as 0 by --rotate`,
    ],
    [
      large,
      `history: ${counted(large, "score")} above ${
        count(LARGEST_COUNTED)
      } taken as that by --rotate`,
    ],
  ];
}

/** Counts of history, pins and bans, where there are any. */
function beforeNotes({ history, pins, bans }: InputReport): [number, string][] {
  const notes: [number, string][] = [];
  if (history !== undefined) {
    const { pairs_cooling_by_contract: contract, pairs_cooling_by_brand: brand } = history;
    const rows = (n: number, what: string): [number, string] => [
      n,
      `history: ${counted(n, "row")} ${what}`,
    ];
    notes.push(
      [
        contract + brand,
        `history: ${counted(contract + brand, "pair")} inside --cooldown left out: ${
          count(contract)
        } for the contract, ${count(brand)} for its brand`,
      ],
      [
        history.pairs_declined,
        `history: ${counted(history.pairs_declined, "score")} lowered by --decline-factor`,
      ],
      ...roughScoreNotes(history),
      rows(history.rows_after_as_of, "after --as-of passed over"),
      rows(
        history.rows_too_long_ago,
        "that no rule asks about (too long ago, and no decline that counts) passed over",
      ),
      rows(history.rows_of_other_users, "of users who are not in this drop"),
      rows(history.rows_of_other_contracts, "of contracts that are not in this drop"),
      [history.blank_rows, blankRowsNote("history", history.blank_rows)],
    );
  }
  if (pins !== undefined) {
    notes.push(
      [pins.pairs, `pins: ${counted(pins.pairs, "pair")} must be given`],
      [pins.created, `pins: ${counted(pins.created, "pair")} made eligible by --pins-create`],
      [pins.duplicate_rows, `pins: ${counted(pins.duplicate_rows, "row")} of a pair seen before`],
      [pins.blank_rows, blankRowsNote("pins", pins.blank_rows)],
    );
  }
  if (bans !== undefined) {
    notes.push(
      [bans.pairs, `bans: ${counted(bans.pairs, "pair")} left out`],
      [
        bans.rows_of_others,
        `bans: ${counted(bans.rows_of_others, "row")} of users, contracts, brands or groups ` +
        "that are not in this drop",
      ],
      [bans.blank_rows, blankRowsNote("bans", bans.blank_rows)],
    );
  }
  return notes;
}

function duplicates(
  file: string,
  rows: number,
  conflicting: number,
  noun: string,
): [number, string] {
  return [rows, repeatedRowsNote(file, rows, noun, conflicting)];
}

function previousNotes({ previous }: InputReport): [number, string][] {
  if (previous === undefined) return [];
  const { blank_rows, repeated_rows, ineligible } = previous;
  return [
    [blank_rows, blankRowsNote("previous", blank_rows)],
    [repeated_rows, `previous: ${counted(repeated_rows, "row")} of an offer seen before left out`],
    [
      ineligible,
      `previous: ${counted(ineligible, "previous offer")} ${
        ineligible === 1 ? "is no eligible pair" : "are no eligible pairs"
      } any more`,
    ],
  ];
}
