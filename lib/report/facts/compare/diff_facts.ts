/**
 * What changed between two lists of offers.
 *
 * @module
 */
import { compareIds } from "../../../base/ids/ids.ts";
import { LongSum } from "../../../base/numbers/long_sum.ts";
import { withoutRounding } from "../../../base/numbers/without_rounding.ts";
import type { MatchedOffers, OfferSide } from "../../../allocator/model/offer_list.ts";

/** What one side has. */
export interface DiffSideFacts {
  /** Where it was read from; "": from memory. */
  file: string;
  /** Offers; repeated rows count once. */
  offers: number;
  /** Users with an offer. */
  users: number;
  /** Σ score of the offers; null: the list has no scores. */
  score: number | null;
  /** Rows that named a pair again. */
  repeated_rows: number;
}

/** Offers of one kind on both sides. */
export interface DiffCounts {
  /** Offers before. */
  before: number;
  /** Offers after. */
  after: number;
  /** Offers that are in both. */
  kept: number;
  /** Offers that are after only. */
  in: number;
  /** Offers that are before only. */
  out: number;
}

/** Users of one kind. */
export interface DiffUsers {
  /** Users with an offer in either. */
  either: number;
  /** Users whose offers are the same. */
  same: number;
  /** Users with offers in both, but not the same. */
  changed: number;
  /** Users with offers after only. */
  came: number;
  /** Users with offers before only. */
  left: number;
  /** (changed + came + left) / either; 0 where there are none. */
  changed_share: number;
}

/** A contract, brand, type or group on both sides. */
export interface DiffRow extends DiffCounts {
  /** Its id. */
  name: string;
  /** Σ score after − before, null where a list has no scores. */
  score_change: number | null;
}

/** A contract on both sides. */
export interface DiffContract extends DiffRow {
  /** Whether it is sponsored; null: not known. */
  is_sponsored: boolean | null;
  /** Its brand; null: not known. */
  brand_id: string | null;
  /** Columns of caps that are shown beside it; absent: none are. */
  about?: Record<string, string>;
}

/** A group on both sides. */
export interface DiffGroup extends DiffRow {
  /** Its users whose offers are not the same. */
  users_changed: number;
  /** Its users with an offer in either. */
  users: number;
}

/** Users who gave up one contract for another. */
export interface DiffMove {
  /** What they had. */
  from: string;
  /** What they have. */
  to: string;
  /** How many they are. */
  users: number;
}

/** A user whose offers are not the same. */
export interface DiffChange {
  /** The user. */
  user_id: string;
  /** The user's group; absent: not known. */
  group_id?: string;
  /** Contracts given up, by id. */
  out: string[];
  /** Contracts that came, by id. */
  in: string[];
}

/** What changed, in the shape of `divvy diff --json`. */
export interface DiffFacts {
  /** The first list. */
  before: DiffSideFacts;
  /** The second. */
  after: DiffSideFacts;
  /** Whether both have the same offers. */
  same: boolean;
  /** Offers. */
  offers: DiffCounts;
  /** Offers in both whose scores differ; null: a list has no scores. */
  rescored: number | null;
  /** Users. */
  users: DiffUsers;
  /** By type; null: types are not known. */
  types: DiffRow[] | null;
  /** By group, most users changed first; null: groups are not known. */
  groups: DiffGroup[] | null;
  /** Contracts whose offers changed, most first. */
  contracts: DiffContract[];
  /** Brands whose offers changed, most first; null: brands are not known. */
  brands: DiffRow[] | null;
  /**
   * Pairs of contracts (given up, got in its place) of users who changed exactly one offer for one, most frequent
   * first.
   */
  moves: DiffMove[];
  /** Every user whose offers changed, by id. */
  changes: DiffChange[];
}

/** What is known beside the two lists. */
export interface DiffDetails {
  /** Names of the two. @default none */
  files?: readonly [string, string];
  /** Group of each user of the matched lists; "": none. @default not known */
  groupOf?: (user: number) => string;
  /** Types and brands by contract. @default not known */
  contracts?: ReadonlyMap<
    string,
    {
      readonly sponsored: boolean | null;
      readonly brand: string | null;
      readonly about?: Record<string, string>;
    }
  >;
}

/** A sum of scores without what rounding left in its last digits. */
class ScoreSum {
  readonly #sum = new LongSum();
  /** The largest sum so far: its digits say which of the last ones mean nothing. */
  #size = 0;

  add(score: number): void {
    this.#sum.add(score);
    this.#size = Math.max(this.#size, Math.abs(this.#sum.value));
  }

  get value(): number {
    return withoutRounding(this.#sum.value, this.#size);
  }
}

/** Counts of contracts, groups and users while the users are gone through. */
class Counter {
  readonly counts: DiffCounts = { before: 0, after: 0, kept: 0, in: 0, out: 0 };
  readonly #score = new ScoreSum();
  users = 0;
  changed = 0;

  /** Σ score after − before. */
  get score(): number {
    return this.#score.value;
  }

  /** Counts an offer. @param had its score before, @param has its score after: 0 where it is not there */
  add(side: "kept" | "in" | "out", had: number, has: number): void {
    this.counts[side]++;
    if (side !== "in") this.counts.before++;
    if (side !== "out") this.counts.after++;
    // One by one: the difference alone would hide how large its terms are.
    this.#score.add(-had);
    this.#score.add(has);
  }
}

/** Gathers what changed; one pass over both lists. */
export function diffFacts(matched: MatchedOffers, details: DiffDetails = {}): DiffFacts {
  const { before, after } = matched, hasScores = before.score !== null && after.score !== null;
  const pass = new Pass(matched, details.groupOf);
  const { users } = pass;
  const changed = users.changed + users.came + users.left;
  const row = (name: string, { counts, score }: Counter): DiffRow => ({
    name,
    ...counts,
    score_change: hasScores ? score : null,
  });
  const moved = ({ in: came, out }: DiffCounts) => came + out;
  const byChange = <Row extends DiffRow>(rows: Row[]) =>
    rows.sort((a, b) => moved(b) - moved(a) || compareIds(a.name, b.name));
  const known = details.contracts;
  const perContract = pass.contracts.map((counter, c): DiffContract => {
    const { sponsored = null, brand = null, about } = known?.get(matched.contracts[c]) ?? {};
    return {
      ...row(matched.contracts[c], counter),
      is_sponsored: sponsored,
      brand_id: brand,
      ...(about !== undefined && { about }),
    };
  });
  return {
    before: sideFacts(before, details.files?.[0] ?? ""),
    after: sideFacts(after, details.files?.[1] ?? ""),
    same: changed === 0,
    offers: pass.all.counts,
    rescored: hasScores ? pass.rescored : null,
    users: { ...users, changed_share: users.either === 0 ? 0 : changed / users.either },
    types: sumsBy(
      perContract,
      ({ is_sponsored: type }) => type === null ? null : type ? "sponsored" : "unsponsored",
    ),
    groups: details.groupOf === undefined ? null : Array.from(pass.groups, ([name, counter]) => ({
      ...row(name, counter),
      users: counter.users,
      users_changed: counter.changed,
    })).sort((a, b) => b.users_changed - a.users_changed || compareIds(a.name, b.name)),
    contracts: byChange(perContract.filter((c) => moved(c) > 0)),
    brands: changedOf(sumsBy(perContract, ({ brand_id }) => brand_id), byChange),
    moves: Array.from(pass.moves, ([key, n]): DiffMove => ({
      from: matched.contracts[Math.floor(key / matched.contracts.length)],
      to: matched.contracts[key % matched.contracts.length],
      users: n,
    })).sort((a, b) => b.users - a.users || compareIds(a.from, b.from) || compareIds(a.to, b.to)),
    changes: pass.changes,
  };
}

function changedOf(
  rows: DiffRow[] | null,
  byChange: (rows: DiffRow[]) => DiffRow[],
): DiffRow[] | null {
  return rows && byChange(rows.filter((row) => row.in + row.out > 0));
}

function sideFacts({ start, contract, score, repeated }: OfferSide, file: string): DiffSideFacts {
  let users = 0;
  for (let u = 0; u + 1 < start.length; u++) if (start[u + 1] > start[u]) users++;
  return {
    file,
    offers: contract.length,
    users,
    score: score === null ? null : sumOf(score),
    repeated_rows: repeated,
  };
}

function sumOf(scores: Iterable<number>): number {
  const sum = new ScoreSum();
  for (const score of scores) sum.add(score);
  return sum.value;
}

/** Name of the type or brand of contracts for which it is not known, where that of others is. */
const UNKNOWN = "(not known)";

/** Sums of contracts of one name; null where no contract has a name. */
function sumsBy(
  rows: readonly DiffContract[],
  nameOf: (row: DiffContract) => string | null,
): DiffRow[] | null {
  const sums = new Map<string, DiffRow>();
  // Blank brands of all contracts are brands that nobody knows, too.
  if (rows.every((row) => !nameOf(row))) return null;
  for (const row of rows) {
    const name = nameOf(row) || UNKNOWN;
    const sum = sums.get(name) ??
      { name, before: 0, after: 0, kept: 0, in: 0, out: 0, score_change: 0 };
    for (const field of ["before", "after", "kept", "in", "out"] as const) sum[field] += row[field];
    sum.score_change = row.score_change === null || sum.score_change === null
      ? null
      : withoutRounding(sum.score_change + row.score_change, sum.score_change, row.score_change);
    sums.set(name, sum);
  }
  return [...sums.values()];
}

/** Goes through the users, merging their two sorted lists. */
class Pass {
  readonly all = new Counter();
  readonly contracts: readonly Counter[];
  readonly groups = new Map<string, Counter>();
  readonly users = { either: 0, same: 0, changed: 0, came: 0, left: 0 };
  /** Users by (contract given up) × contracts + (contract that came). */
  readonly moves = new Map<number, number>();
  readonly changes: DiffChange[] = [];
  rescored = 0;
  readonly #matched: MatchedOffers;
  readonly #groupOf: DiffDetails["groupOf"];

  constructor(matched: MatchedOffers, groupOf: DiffDetails["groupOf"]) {
    this.#matched = matched;
    this.#groupOf = groupOf;
    this.contracts = matched.contracts.map(() => new Counter());
    for (let u = 0; u < matched.users.length; u++) this.#addUser(u);
  }

  #addUser(u: number): void {
    const { before, after } = this.#matched;
    const had = before.start[u + 1] - before.start[u], has = after.start[u + 1] - after.start[u];
    if (had + has === 0) return;
    const group = this.#groupOf?.(u), own = group === undefined ? null : this.#group(group);
    const { out, came } = this.#merge(u, own);
    this.users.either++;
    if (own !== null) own.users++;
    if (out.length + came.length === 0) {
      this.users.same++;
      return;
    }
    if (own !== null) own.changed++;
    this.users[had === 0 ? "came" : has === 0 ? "left" : "changed"]++;
    const { users, contracts } = this.#matched;
    if (out.length === 1 && came.length === 1) {
      const key = out[0] * contracts.length + came[0];
      this.moves.set(key, (this.moves.get(key) ?? 0) + 1);
    }
    this.changes.push({
      user_id: users.at(u),
      ...(group !== undefined && { group_id: group }),
      out: out.map((c) => contracts[c]),
      in: came.map((c) => contracts[c]),
    });
  }

  #group(id: string): Counter {
    let counter = this.groups.get(id);
    if (counter === undefined) this.groups.set(id, counter = new Counter());
    return counter;
  }

  /** What user `u` gave up and got. */
  #merge(u: number, own: Counter | null): { out: number[]; came: number[] } {
    const { before, after } = this.#matched;
    const out: number[] = [], came: number[] = [];
    const iEnd = before.start[u + 1], jEnd = after.start[u + 1];
    for (let i = before.start[u], j = after.start[u]; i < iEnd || j < jEnd;) {
      const a = i < iEnd ? before.contract[i] : Infinity;
      const b = j < jEnd ? after.contract[j] : Infinity;
      const had = a <= b && before.score !== null ? before.score[i] : 0;
      const has = b <= a && after.score !== null ? after.score[j] : 0;
      const side = a === b ? "kept" : a < b ? "out" : "in";
      if (side === "kept" && had !== has) this.rescored++;
      if (side === "out") out.push(a);
      if (side === "in") came.push(b);
      const c = Math.min(a, b);
      for (const counter of [this.all, this.contracts[c], own]) counter?.add(side, had, has);
      if (a <= b) i++;
      if (b <= a) j++;
    }
    return { out, came };
  }
}
