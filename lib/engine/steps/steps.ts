/**
 * What a run asks of an engine. The modules of lib/engine/run know engines by these steps only; a further engine is a
 * folder beside this one that has them.
 *
 * @module
 */
import type { UnknownId } from "../../allocator/drop/no_pair_left.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { HistoryRules } from "../../allocator/drop/before/history.ts";
import type { PastDay, ResolvedBans } from "./before.ts";
import type { OwnK } from "./own_k.ts";
import type { Room } from "./room.ts";
import type { EnginePins, KeptOffers, PinKinds } from "./pins.ts";
import type { AttributeNames, PairKinds, Slots, UsersApart } from "./slots.ts";
import type { Columns, EngineAlternates } from "./task.ts";
import type { Usage } from "./usage.ts";

/** What is known of the users' groups before pairs are looked at. */
export interface GroupFacts {
  /** Groups that users have. */
  readonly ids: readonly string[];
  /** Distinct groups and k of rows, "" where a row has none; absent: there is no column k. */
  readonly ofK?: readonly (readonly [group: string, k: string])[];
  /** Of the rows: another table gives another text. */
  readonly fingerprint: string;
}

/** What is known of the eligible pairs before they are gathered. */
export interface PairFacts {
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Rows whose contract is not in the caps. */
  readonly unknownContracts: number;
  /** Rows whose contract is in the caps and has no capacity, of users with and without a group. */
  readonly withoutCap: number;
  /** Of the rows: another table gives another text. */
  readonly fingerprint: string;
}

/** What was gathered. */
export interface UserFacts {
  /** Users with a pair. */
  readonly users: number;
  /** Pairs. */
  readonly pairs: number;
  /** Rows left out because the pair had another; the largest score was kept. */
  readonly duplicates: number;
  /** Of them, those with another score than the one kept. */
  readonly conflicts: number;
  /** Pairs left out because their user has enough better ones. */
  readonly beyondTopN: number;
  /** Largest |score| of the pairs. */
  readonly largest: number;
  /** Uint32Array, length groups: users of each. */
  readonly groupSize: Uint32Array;
  /** Float64Array: users of each class of k. */
  readonly ofK: Float64Array;
}

/** Pairs and why others are left out, each counted once: in the order of one machine. */
export interface PairTally {
  /** Rows of users who have a group, of contracts that can be given; pins that have become pairs among them. */
  readonly rows: number;
  /** Rows of users who have a group, of contracts without capacity. */
  readonly rowsWithoutCap: number;
  /** Rows left out because the pair had another; the largest score was kept. */
  readonly duplicates: number;
  /** Of them, those with another score than the one kept. */
  readonly conflicts: number;
  /** Pairs below the least score. */
  readonly belowLeast: number;
  /** Other pairs that are banned. */
  readonly banned: number;
  /** Other pairs left out because the user had the contract lately. */
  readonly coolingByContract: number;
  /** Other pairs left out because the user had something of its brand lately. */
  readonly coolingByBrand: number;
  /** Pairs left with a score that is lowered by declines. */
  readonly declined: number;
  /** Pairs left out because their user has enough better ones. */
  readonly beyondTopN: number;
  /** Pairs left, those of users who are held out among them. */
  readonly pairs: number;
  /** Users who have one. */
  readonly users: number;
}

/** An id that pairs have and caps lack, and one that users' groups lack, beside ids that are there. */
export interface UnknownIds {
  /** Of contracts. */
  readonly contracts: UnknownId;
  /** Of users. */
  readonly users: UnknownId;
}

/** Rows of users and their pairs: id, group, as JSON contracts and scores of sponsored pairs and of the others, and class of k. */
export type UserRow = readonly string[];

/** D and what users use at some prices. */
export interface PassResult extends Usage {
  /** D: an upper bound on every feasible objective. */
  readonly bound: number;
}

/**
 * The margins of a group (what its users lose by being sponsored) at the ranks that decide the price of sponsored
 * users.
 */
export interface GroupMargins {
  /** The group. */
  readonly group: number;
  /** Margin at its least number of sponsored users, and the next one. */
  readonly least: readonly [at: number, after: number];
  /** Margin at its largest number of sponsored users, and the next one. */
  readonly most: readonly [at: number, after: number];
  /** Its users. */
  readonly users: number;
  /** Its users who are sponsored at t = 0. */
  readonly willing: number;
}

/** What one user holds after a move. */
export interface Move {
  /** The user's id, as it was read. */
  readonly user: string;
  /** The part that the user is on. */
  readonly part: number;
  /** Contracts that the user holds. */
  readonly held: readonly number[];
  /** How many of them are sponsored. */
  readonly sponsored: number;
}

/** A round of moves. */
export interface Round {
  /** What must be kept. */
  readonly problem: DualProblem;
  /** Prices that moves are weighed by. */
  readonly prices: Prices;
  /** What has room, and what is lacking. */
  readonly room: Room;
  /** Its number, from 1. */
  readonly round: number;
  /** A move that loses more gives up a pin, so it is not made; Infinity: there are none. */
  readonly mostRegret: number;
}

/** What a round of moves came to. */
export interface Moved {
  /** Users who moved. */
  readonly moves: number;
  /** What they lost by it at the round's prices. */
  readonly regret: number;
}

/** Which of the rows of the table of pairs count. */
export interface PairRules {
  /** Least score; −Infinity: any. */
  readonly minScore: number;
  /** How many pairs of each user count, the best by score, equal ones in the order of their contracts; Infinity: all. */
  readonly topN: number;
}

/** The rules that assignments are judged by beside those of the problem. */
export interface JudgeRules extends PairRules {
  /** Whether any pair comes twice: its largest score counts then. */
  readonly repeats: boolean;
  /** Users' own k; null: the policy's k holds for all. */
  readonly ownK: OwnK | null;
  /** How many pairs are pinned. */
  readonly pins: number;
}

/** What certification found. */
export interface Certified {
  /** The bound that the prices prove. */
  readonly bound: number;
  /** Objective, missed minima priced in. */
  readonly objective: number;
  /** Σ score. */
  readonly score: number;
  /** Rows of assignments. */
  readonly assignments: number;
  /** Users with an eligible pair. */
  readonly users: number;
  /** Of them, those with an assignment. */
  readonly usersWithOffers: number;
  /** Users that the minima lack. */
  readonly shortfall: number;
  /** Leasts of limits that lack something at the shortfall price. */
  readonly leastsMissed: number;
  /** Offers in each slot, see `Slots`; null: no limits tell pairs apart. */
  readonly slotOffers: Float64Array | null;
  /** Broken rules in words; empty: every rule is kept. */
  readonly broken: readonly string[];
}

/** What is known of history before pairs are gathered. */
export interface HistoryFacts {
  /** What the days of its rows mean; those after the drop's own are not among them. */
  readonly days: readonly PastDay[];
  /** Rows. */
  readonly rows: number;
  /** Rows on a day after the drop's own. */
  readonly laterRows: number;
  /** Rows that say declined, those after the drop's own day left out. */
  readonly declinedRows: number;
  /** Of the rows: other files give another text. */
  readonly fingerprint: string;
}

/** What is known of previous offers before pairs are gathered. */
export interface PreviousFacts {
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Distinct offers. */
  readonly distinct: number;
  /** Of the rows: other files give another text. */
  readonly fingerprint: string;
}

/** History, bans and pins of a drop, as a run takes them. */
export interface BeforeOfRun {
  /** Banned pairs; null: none. */
  readonly bans: ResolvedBans | null;
  /** Pinned pairs; null: none. */
  readonly pins: EnginePins | null;
  /** What the days of history mean; null: there is no history. */
  readonly days: readonly PastDay[] | null;
  /** What history is used for. */
  readonly rules: HistoryRules;
  /** Least score, compared with the scores before history scales them; −Infinity: any. */
  readonly minScore: number;
}

/** What is known of a pair before a scenario. */
export interface PairStanding {
  /** Whether the tables have it. */
  readonly isPair: boolean;
  /** Whether a ban keeps it out. */
  readonly isBanned: boolean;
  /** Whether a cooldown keeps it out. */
  readonly isCooling: boolean;
  /** The user's group; empty: it has none. */
  readonly groups: readonly string[];
}

/** A user who is held out and gets offers. */
export interface ServedUser {
  /** Place in the order in which users draw. */
  readonly place: number;
  /** Contracts of its pairs, in any order. */
  readonly contracts: readonly number[];
  /** Scores of these. */
  readonly scores: readonly number[];
  /** Class of k. */
  readonly kc: number;
}

/** What gives offers to users held out. */
export interface ServeUsers {
  /** Called first, with the places of the users who have a pair that counts. */
  begin(places: readonly number[]): void;
  /** Called with users in their order, some at a time. Returns rows of their assignments, as texts. */
  next(users: readonly ServedUser[]): readonly (readonly string[])[];
}

/** Alternates in figures. */
export interface AlternatesMade {
  /** Alternates in all. */
  readonly alternates: number;
  /** Users with one or more. */
  readonly users: number;
  /** How many users have a first alternate of each contract, by its id. */
  readonly firstOf: ReadonlyMap<string, number>;
  /** How many offers each contract has, by its id. */
  readonly given: ReadonlyMap<string, number>;
}

/** How the assignments were published, in the engine's words. */
export type Published = string;

/** A drop's tables, opened: what is in them, before a run begins. */
export interface OpenedDrop {
  /** Names of the engine's tables or files, for what must be the same when a run is resumed. */
  readonly names: readonly (string | number)[];
  /** Name of the pairs, for messages. */
  readonly pairsName: string;
  /** Name of the users' groups, for messages. */
  readonly groupsName: string;
  /** Name of what the assignments go to, for messages. */
  readonly outName: string;
  /** Columns of the engine's own tables that limits name. */
  readonly attributes: AttributeNames;
  /** Inspects the users' groups. */
  inspectGroups(control: RunControl): Promise<GroupFacts>;
  /**
   * Inspects the pairs.
   *
   * @throws InputError for NULLs and for scores that are not finite
   */
  inspectPairs(columns: Columns, control: RunControl): Promise<PairFacts>;
  /**
   * Inspects history.
   *
   * @throws InputError for dates, outcomes and scores that are invalid
   */
  inspectHistory(rules: HistoryRules, control: RunControl): Promise<HistoryFacts>;
  /**
   * Inspects previous offers.
   *
   * @throws InputError for a row that has one id only
   */
  inspectPrevious(control: RunControl): Promise<PreviousFacts>;
  /**
   * Begins a run, or resumes the one with that token; what dead runs left is removed.
   *
   * @throws InputError where there is no room, or another run works for the same place
   */
  begin(token: string, control: RunControl): Promise<EngineRun>;
  /** Closes what was opened, where no run has begun. */
  close(): Promise<void>;
}

/** What is decided before a drop is gathered: which pairs and users are in it, and what tells pairs apart. */
export interface DecideSteps {
  /**
   * Applies history, bans and pins: from here on pairs are read without those that must not be given, with scaled
   * scores. Returns how many pins were not eligible and have become so.
   */
  applyBefore(columns: Columns, before: BeforeOfRun, control: RunControl): Promise<number>;
  /**
   * Counts the pairs, and what history, bans and the rules leave out of them. Users held out are still there.
   *
   * @param rows rows of the pairs
   */
  tallyPairs(
    columns: Columns,
    rules: PairRules,
    rows: number,
    control: RunControl,
  ): Promise<PairTally>;
  /** Counts the rows about contracts without capacity, of users who have a group. */
  countWithoutCap(columns: Columns, control: RunControl): Promise<number>;
  /** Samples of ids that pairs have and other tables lack, to say why no pair is left. */
  unknownIds(columns: Columns, control: RunControl): Promise<UnknownIds>;
  /** Lists the users who have a group and a pair that counts; returns how many each group has. */
  listUsers(columns: Columns, minScore: number, control: RunControl): Promise<Float64Array>;
  /** Reads the users listed: id, and index of the group. */
  readListed(
    onRows: (rows: readonly (readonly string[])[]) => void,
    control: RunControl,
  ): Promise<void>;
  /** Takes users listed out of the drop: from here on they have no group. Returns how many rows of pairs they have. */
  holdOut(users: readonly string[], control: RunControl): Promise<number>;
  /** Gives offers to users held out, in the order given, of pairs that count by the rules: these are published with the others. */
  serveHeldOut(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    serve: ServeUsers,
    control: RunControl,
  ): Promise<void>;
  /** Makes pairs say whether they are previous offers: from here on they have one attribute more, `in_previous`. */
  usePrevious(control: RunControl): Promise<void>;
  /**
   * Makes previous offers that count by the rules pins, beside those that are pins already: from here on pairs say what they are
   * pinned as. Pairs must say whether they are previous offers.
   *
   * @throws InputError where a user has more of them than any k
   */
  keepPrevious(
    columns: Columns,
    rules: PairRules,
    kinds: PinKinds,
    control: RunControl,
  ): Promise<KeptOffers>;
  /** Which of some users have a pair that counts by the rules, held out or not. */
  usersAmong(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>>;
  /**
   * Bans pairs among those that count by the rules, also of users who are held out: from here on pairs are read without them.
   * Each user's best have been chosen then.
   */
  banMore(
    bans: ResolvedBans,
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<void>;
  /**
   * Makes more pairs pins, beside those that are pins already: from here on pairs say what they are pinned as. Those that are
   * no pairs that count by the rules are `missing`.
   *
   * @throws InputError where a user has more pins than any k
   */
  pinMore(
    pins: readonly (readonly [user: string, contract: string])[],
    columns: Columns,
    rules: PairRules,
    kinds: PinKinds,
    control: RunControl,
  ): Promise<KeptOffers & { readonly missing: ReadonlySet<string> }>;
  /** What is known of a pair before {@link banMore}. */
  standingOf(user: string, contract: string, control: RunControl): Promise<PairStanding>;
  /**
   * Finds the kinds of users and pairs that limits distinguish.
   *
   * @throws InputError where there are more kinds than slots
   */
  findKinds(columns: Columns, apart: UsersApart, control: RunControl): Promise<PairKinds>;
  /** Takes the slots: from here on pairs are read with them in place of contracts. */
  useSlots(slots: Slots, control: RunControl): Promise<void>;
}

/** The steps of a run. Each user's pairs lie in one part. */
export interface EngineRun extends DecideSteps {
  /** Whether the users were gathered by an earlier run that this one resumes. */
  hasUsers(): Promise<boolean>;
  /** Makes a row per user. */
  gather(columns: Columns, sponsored: number, rules: PairRules, control: RunControl): Promise<void>;
  /** Counts the users gathered; of repeated pairs, those that count by the rules. */
  countUsers(columns: Columns, rules: PairRules, control: RunControl): Promise<UserFacts>;
  /** Reads the users gathered who have a pin, of whom there are at most `most`; rows are given as they come. */
  readPinned(
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /** How many of the pairs gathered are in each of some slots, those with a 1; 0 for the others. */
  countInSlots(isCounted: Uint8Array, control: RunControl): Promise<Float64Array>;
  /** How many of the pairs gathered repeat a user and contract in another slot. */
  countRepeatedSlots(slots: Slots, control: RunControl): Promise<number>;
  /** About `wanted` of `users` users, chosen by a hash of their ids; rows are given as they come, with their part. */
  sample(
    wanted: number,
    users: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /** The margins of every group at the prices. */
  settle(problem: DualProblem, prices: Prices, control: RunControl): Promise<GroupMargins[]>;
  /** D and what users use at the prices: one pass. */
  evaluate(problem: DualProblem, prices: Prices, control: RunControl): Promise<PassResult>;
  /** Gives every user the best bundle at the prices. */
  assign(problem: DualProblem, prices: Prices, control: RunControl): Promise<void>;
  /**
   * For each of the margins given, how many users have a smaller one. A user's margin is how much less the next best
   * bundle is worth.
   */
  countBelow(margins: readonly number[], control: RunControl): Promise<number[]>;
  /** The users with a margin in an interval, open above, at most `most` of them. */
  undecided(
    margins: readonly [from: number, to: number],
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /**
   * What users hold, and what they add to the objective, missed minima left out; of all users, or of those whose margin is not
   * in an interval.
   */
  usage(
    problem: DualProblem,
    outside: readonly [from: number, to: number] | null,
    control: RunControl,
  ): Promise<{ usage: Usage; value: number }>;
  /** Writes the moves of a round. */
  move(moves: Iterable<Move>, round: number, control: RunControl): Promise<void>;
  /** A round of moves that must be: those who lose least move, and no more than there is room for. */
  mend(at: Round, control: RunControl): Promise<Moved>;
  /** A round of moves that gain at the prices, as far as there is room. */
  improve(at: Round, control: RunControl): Promise<Moved>;
  /** Deletes the moves of all rounds after `last`. */
  undoAfter(last: number, control: RunControl): Promise<void>;
  /**
   * Writes the assignments beside their place and judges them from the original pairs, by statements that share nothing
   * with those above.
   */
  certify(
    problem: DualProblem,
    prices: Prices,
    rules: JudgeRules,
    control: RunControl,
  ): Promise<Certified>;
  /**
   * Writes each user's next best offers at the prices to a file, folder or table of the engine's, which appears whole or not at
   * all.
   */
  alternates(
    problem: DualProblem,
    prices: Prices,
    asked: EngineAlternates,
    control: RunControl,
  ): Promise<AlternatesMade>;
  /** Puts the assignments in their place, whole; `rows` is how many must be there, those of users held out among them. */
  publish(rows: number, control: RunControl): Promise<Published>;
  /** Ends the run and removes its tables, unless `keep`. */
  end(keep: boolean): Promise<void>;
}
