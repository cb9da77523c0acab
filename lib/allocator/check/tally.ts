/**
 * One pass over the assignments: finds what is wrong with rows and users, and counts what other rules need.
 *
 * @module
 */
import type { AssignmentTable } from "../model/assignment_table.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import { bonusOf, limitedBrands, mayHold, UserPolicies, worthOfCount } from "./rules/demands.ts";
import { BeforeFindings } from "./rules/before.ts";
import { findPair } from "./rules/find_pair.ts";
import type { HeldPairs } from "./exact/exact_value.ts";
import { Findings } from "./rules/findings.ts";
import { LimitTally } from "./rules/limit_tally.ts";
import type { DeclaredLimits } from "./rules/limits.ts";
import { WorthSum } from "./worth_sum.ts";

/** Scores may differ by this, relative to the eligible pair's own. */
const SCORE_TOLERANCE = 1e-9;

/** The counts of one group, over distinct eligible pairs. */
interface GroupTally {
  offers: number;
  sponsored: number;
  sponsoredUsers: number;
  mixedUsers: number;
}

/** Counts of one pass over the assignments. */
export interface Tally {
  /** Findings about rows and users. */
  findings: Findings[];
  /** Float64Array, length contracts: users that each contract is given to, eligible or not. */
  given: Float64Array;
  /** Counts of each group, over distinct eligible pairs. */
  groups: GroupTally[];
  /** Users with at least one eligible assignment. */
  served: number;
  /** Σ score of distinct eligible pairs, by the drop's scores. */
  score: number;
  /** Σ of coverage and bonuses over all users of the drop. */
  extra: number;
  /** Distinct eligible pairs that are no previous offers; 0 if those are not known. */
  changed: number;
  /** What limits count, over distinct eligible pairs; null: the drop has none. */
  limits: LimitTally | null;
  /** The distinct eligible pairs, with their users. */
  held: HeldPairs;
}

/** Goes through the assignments user by user. */
export function tallyAssignments(
  instance: Instance,
  table: AssignmentTable,
  policy: Policy,
  declared: DeclaredLimits | null,
): Tally {
  const counted = new AssignmentCount(instance, table, policy, declared);
  for (let v = 0; v < table.userIds.length; v++) counted.addUser(v);
  return counted.finish();
}

/** Counts of one user of the table. */
interface UserOffers {
  /** Distinct contracts, ineligible ones included. */
  distinct: number;
  /** Eligible offers, and how many of them are sponsored. */
  offers: number;
  sponsored: number;
  /** Offers of each brand, if brands are limited. */
  readonly brands: Map<number, number>;
}

/** The findings about rows and users, by rule. */
class RowFindings {
  readonly unknownUser = new Findings("unknown_user");
  readonly heldOut = new Findings("held_out");
  readonly unknownContract = new Findings("unknown_contract");
  readonly ineligible = new Findings("ineligible_pair");
  readonly duplicate = new Findings("duplicate_pair");
  readonly wrongScore = new Findings("wrong_score");
  readonly moreThanK = new Findings("more_than_k");
  readonly mixedBundle = new Findings("mixed_bundle");
  readonly perBrand = new Findings("max_per_brand");
}

/** Goes through the assignments and keeps the counts. */
class AssignmentCount {
  readonly #instance: Instance;
  readonly #table: AssignmentTable;
  readonly #policy: Policy;
  readonly #limits: LimitTally | null;
  readonly #own: UserPolicies;
  readonly #brand: Uint32Array | null;
  /** Index in the instance of each user and contract of the table, −1 for those it does not have. */
  readonly #known: Int32Array;
  readonly #contractOf: readonly number[];
  readonly #rows: Uint32Array;
  readonly #start: Uint32Array;
  readonly #found = new RowFindings();
  readonly #before: BeforeFindings;
  readonly #given: Float64Array;
  readonly #groups: GroupTally[];
  readonly #isServed: Uint8Array;
  readonly #heldPair: Uint32Array;
  readonly #heldUser: Uint32Array;
  #held = 0;
  /** By contract of the table: the user that it was last seen with, plus one. Finds repeated pairs. */
  readonly #seenWith: Uint32Array;
  #served = 0;
  readonly #score = new WorthSum();
  readonly #extra = new WorthSum();
  #changed = 0;

  constructor(
    instance: Instance,
    table: AssignmentTable,
    policy: Policy,
    declared: DeclaredLimits | null,
  ) {
    const contractIndex = new Map(instance.contracts.map((id, c) => [id, c]));
    const { rows, start } = rowsByUser(table);
    this.#instance = instance;
    this.#table = table;
    this.#policy = policy;
    this.#limits = declared === null ? null : new LimitTally(declared);
    this.#own = new UserPolicies(instance, policy);
    this.#brand = limitedBrands(instance, policy);
    this.#known = knownUsers(instance, table);
    this.#contractOf = table.contractIds.map((id) => contractIndex.get(id) ?? -1);
    this.#rows = rows;
    this.#start = start;
    const { unknownUser, ineligible } = this.#found;
    this.#before = new BeforeFindings(instance, table, { unknownUser, ineligible });
    this.#given = new Float64Array(instance.contracts.length);
    this.#groups = instance.groups.map(() => ({
      offers: 0,
      sponsored: 0,
      sponsoredUsers: 0,
      mixedUsers: 0,
    }));
    this.#isServed = new Uint8Array(instance.group.length);
    this.#heldPair = new Uint32Array(table.user.length);
    this.#heldUser = new Uint32Array(table.user.length);
    this.#seenWith = new Uint32Array(table.contractIds.length);
  }

  /** Goes through the rows of user `v` of the table. */
  addUser(v: number): void {
    const own: UserOffers = { distinct: 0, offers: 0, sponsored: 0, brands: new Map() };
    for (let i = this.#start[v]; i < this.#start[v + 1]; i++) this.#addRow(v, this.#rows[i], own);
    this.#judgeUser(v, own);
    if (own.offers > 0) this.#countUser(this.#known[v], own);
  }

  #addRow(v: number, row: number, own: UserOffers): void {
    const instance = this.#instance, table = this.#table;
    const u = this.#known[v], written = table.contract[row], c = this.#contractOf[written];
    const pair = u < 0 || c < 0 ? -1 : findPair(instance, u, c);
    const isRepeated = this.#judgeRow(v, row, c, pair);
    if (isRepeated) return;
    own.distinct++;
    if (c < 0) return;
    this.#given[c]++;
    if (this.#brand !== null) {
      own.brands.set(this.#brand[c], (own.brands.get(this.#brand[c]) ?? 0) + 1);
    }
    if (pair < 0) return;
    this.#heldPair[this.#held] = pair;
    this.#heldUser[this.#held++] = u;
    own.offers++;
    this.#limits?.add(c, u, pair);
    this.#score.add(instance.score[pair]);
    if (instance.previous?.given[pair] === 0) this.#changed++;
    if (c < instance.sponsoredContracts) own.sponsored++;
  }

  /** Judges a row. Returns whether it repeats an earlier row of the user's. */
  #judgeRow(v: number, row: number, c: number, pair: number): boolean {
    const { heldOut, unknownUser, unknownContract, wrongScore, duplicate } = this.#found;
    const instance = this.#instance, table = this.#table;
    const u = this.#known[v], line = table.line[row], written = table.contract[row];
    const where = () => ({
      ...(table.file !== undefined && { file: table.files![table.file[row]] }),
      line,
      user_id: table.userIds.at(v),
      contract_address: table.contractIds[written],
    });
    const out = instance.heldOut?.instance.users;
    const isOut = u < 0 && out !== undefined && out.indexOfSorted(table.userIds.at(v)) >= 0;
    if (isOut) heldOut.add(line, where);
    else if (u < 0 && c < 0) unknownUser.add(line, where);
    if (c < 0) unknownContract.add(line, where);
    if (c >= 0 && pair < 0 && !isOut) this.#before.judge(v, u, c, line, where);
    if (pair >= 0) this.#before.see(pair);
    if (pair >= 0 && !sameScore(table.score[row], instance.score[pair])) {
      wrongScore.add(line, () => ({
        ...where(),
        score: table.score[row],
        expected: instance.score[pair],
      }));
    }
    if (this.#seenWith[written] === v + 1) {
      duplicate.add(line, where);
      return true;
    }
    this.#seenWith[written] = v + 1;
    return false;
  }

  /** Judges the offers of one user together. */
  #judgeUser(v: number, { distinct, offers, sponsored, brands }: UserOffers): void {
    const { moreThanK, perBrand, mixedBundle } = this.#found, table = this.#table;
    const policy = this.#own.of(this.#known[v]), { k } = policy, { maxPerBrand } = this.#policy;
    const user_id = () => table.userIds.at(v);
    // No finding is about a user without a row.
    const firstLine = table.line[this.#rows[this.#start[v]]];
    if (distinct > k) {
      moreThanK.add(firstLine, () => ({ user_id: user_id(), offers: distinct, k }));
    }
    for (const [b, count] of brands) {
      if (count <= maxPerBrand!) continue;
      perBrand.add(firstLine, () => ({
        user_id: user_id(),
        brand_id: this.#instance.brands[b],
        offers: count,
        max_per_brand: maxPerBrand,
      }));
    }
    if (!mayHold(policy, sponsored, offers - sponsored)) {
      mixedBundle.add(firstLine, () => ({
        user_id: user_id(),
        sponsored_offers: sponsored,
        unsponsored_offers: offers - sponsored,
      }));
    }
  }

  #countUser(u: number, { offers, sponsored }: UserOffers): void {
    this.#served++;
    this.#isServed[u] = 1;
    this.#extra.add(worthOfCount(this.#own.of(u), offers) + bonusOf(this.#policy, sponsored));
    const group = this.#groups[this.#instance.group[u]];
    group.offers += offers;
    group.sponsored += sponsored;
    if (sponsored > 0) group.sponsoredUsers++;
    if (sponsored > 0 && sponsored < offers) group.mixedUsers++;
  }

  /** The tally, with the coverage C(0) of users without an offer added. */
  finish(): Tally {
    const instance = this.#instance, policy = this.#policy, isServed = this.#isServed;
    const served = this.#served, held = this.#held;
    const extra = this.#extra;
    if (instance.k === undefined) extra.add((isServed.length - served) * worthOfCount(policy, 0));
    else isServed.forEach((is, u) => is === 0 && extra.add(worthOfCount(this.#own.of(u), 0)));
    return {
      findings: this.#findings(),
      given: this.#given,
      groups: this.#groups,
      served,
      score: this.#score.value,
      extra: extra.value,
      changed: this.#changed,
      limits: this.#limits,
      held: { pair: this.#heldPair.subarray(0, held), user: this.#heldUser.subarray(0, held) },
    };
  }

  #findings(): Findings[] {
    const found = this.#found, findings = [found.unknownUser, found.unknownContract];
    findings.push(found.ineligible, ...this.#before.all());
    findings.push(found.duplicate, found.wrongScore, found.moreThanK);
    if (this.#instance.heldOut !== undefined) findings.push(found.heldOut);
    if (this.#policy.model === "uniform") findings.push(found.mixedBundle);
    if (this.#brand !== null) findings.push(found.perBrand);
    return findings;
  }
}

/** Index in the instance of each user of the table, −1 for users it does not have. */
function knownUsers(instance: Instance, table: AssignmentTable): Int32Array {
  return Int32Array.from(
    { length: table.userIds.length },
    (_, v) => instance.users.indexOfSorted(table.userIds.at(v)),
  );
}

/** Row numbers by user: those of user v are `rows[start[v] … start[v + 1])`, in the order of the file. */
function rowsByUser(table: AssignmentTable): { rows: Uint32Array; start: Uint32Array } {
  const start = new Uint32Array(table.userIds.length + 1);
  for (const v of table.user) start[v + 1]++;
  for (let v = 0; v + 1 < start.length; v++) start[v + 1] += start[v];
  const rows = new Uint32Array(table.user.length);
  const next = start.slice();
  for (let row = 0; row < rows.length; row++) rows[next[table.user[row]]++] = row;
  return { rows, start };
}

function sameScore(written: number, expected: number): boolean {
  return Math.abs(written - expected) <= SCORE_TOLERANCE * Math.abs(expected);
}
