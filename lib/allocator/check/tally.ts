/**
 * One pass over the assignments: what is wrong with rows and users, and the counts that other rules need.
 *
 * @module
 */
import type { AssignmentTable } from "../model/assignment_table.ts";
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "../model/policy.ts";
import { bonusOf, limitedBrands, mayHold, UserPolicies, worthOfCount } from "./demands.ts";
import { BeforeFindings } from "./before.ts";
import type { HeldPairs } from "./exact_value.ts";
import { Findings } from "./findings.ts";
import { LimitTally } from "./limit_tally.ts";
import type { DeclaredLimits } from "./limits.ts";

/** Scores may differ by this, relative to the eligible pair's own. */
const SCORE_TOLERANCE = 1e-9;

/** What a user holds who is known to the drop: distinct eligible pairs only. */
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
  /** Σ of coverage worth and bonuses over all users of the drop. */
  extra: number;
  /** Distinct eligible pairs that were no offers before; 0 where those are not known. */
  changed: number;
  /** What limits get, over distinct eligible pairs; null: the drop has none. */
  limits: LimitTally | null;
  /** Those pairs, with their users. */
  held: HeldPairs;
}

/** Goes through the assignments user by user. */
export function tallyAssignments(
  instance: Instance,
  table: AssignmentTable,
  policy: Policy,
  declared: DeclaredLimits | null = null,
): Tally {
  const limits = declared === null ? null : new LimitTally(declared);
  const users = table.userIds.length;
  const known = knownUsers(instance, table);
  const contractIndex = new Map(instance.contracts.map((id, c) => [id, c]));
  const contractOf = table.contractIds.map((id) => contractIndex.get(id) ?? -1);
  const brand = limitedBrands(instance, policy);
  const own = new UserPolicies(instance, policy);

  const unknownUser = new Findings("unknown_user");
  const heldOut = new Findings("held_out"), out = instance.heldOut?.instance.users;
  const unknownContract = new Findings("unknown_contract");
  const ineligible = new Findings("ineligible_pair");
  const before = new BeforeFindings(instance, table, { unknownUser, ineligible });
  const duplicate = new Findings("duplicate_pair");
  const wrongScore = new Findings("wrong_score");
  const moreThanK = new Findings("more_than_k");
  const mixedBundle = new Findings("mixed_bundle");
  const perBrand = new Findings("max_per_brand");

  const given = new Float64Array(instance.contracts.length);
  const groups = instance.groups.map(() => ({
    offers: 0,
    sponsored: 0,
    sponsoredUsers: 0,
    mixedUsers: 0,
  }));
  const isServed = new Uint8Array(instance.group.length);
  let served = 0, score = 0, extra = 0, changed = 0;

  const heldPair = new Uint32Array(table.user.length),
    heldUser = new Uint32Array(table.user.length);
  let held = 0;
  const { rows, start } = rowsByUser(table);
  // Which user was seen with a contract last, plus one: finds pairs that come twice.
  const seenWith = new Uint32Array(table.contractIds.length);
  for (let v = 0; v < users; v++) {
    const user_id = () => table.userIds.at(v);
    const u = known[v];
    const firstLine = start[v] < start[v + 1] ? table.line[rows[start[v]]] : 0;
    const brands = new Map<number, number>();
    let distinct = 0, offers = 0, sponsored = 0;
    for (let i = start[v]; i < start[v + 1]; i++) {
      const row = rows[i], line = table.line[row];
      const written = table.contract[row], c = contractOf[written];
      const where = () => ({
        line,
        user_id: user_id(),
        contract_address: table.contractIds[written],
      });
      const pair = u < 0 || c < 0 ? -1 : findPair(instance, u, c);
      const isOut = u < 0 && out !== undefined && out.indexOfSorted(user_id()) >= 0;
      if (isOut) heldOut.add(line, where);
      else if (u < 0 && c < 0) unknownUser.add(line, where);
      if (c < 0) unknownContract.add(line, where);
      if (c >= 0 && pair < 0 && !isOut) before.judge(v, u, c, line, where);
      if (pair >= 0) before.see(pair);
      if (pair >= 0 && !sameScore(table.score[row], instance.score[pair])) {
        wrongScore.add(line, () => ({
          ...where(),
          score: table.score[row],
          expected: instance.score[pair],
        }));
      }
      if (seenWith[written] === v + 1) {
        duplicate.add(line, where);
        continue;
      }
      seenWith[written] = v + 1;
      distinct++;
      if (c < 0) continue;
      given[c]++;
      if (brand !== null) brands.set(brand[c], (brands.get(brand[c]) ?? 0) + 1);
      if (pair < 0) continue;
      heldPair[held] = pair;
      heldUser[held++] = u;
      offers++;
      limits?.add(c, u, pair);
      score += instance.score[pair];
      if (instance.previous?.given[pair] === 0) changed++;
      if (c < instance.sponsoredContracts) sponsored++;
    }

    const { k } = own.of(u);
    if (distinct > k) {
      moreThanK.add(firstLine, () => ({ user_id: user_id(), offers: distinct, k }));
    }
    for (const [b, count] of brands) {
      if (count <= policy.maxPerBrand!) continue;
      perBrand.add(firstLine, () => ({
        user_id: user_id(),
        brand_id: instance.brands[b],
        offers: count,
        max_per_brand: policy.maxPerBrand,
      }));
    }
    if (!mayHold(own.of(u), sponsored, offers - sponsored)) {
      mixedBundle.add(firstLine, () => ({
        user_id: user_id(),
        sponsored_offers: sponsored,
        unsponsored_offers: offers - sponsored,
      }));
    }
    if (offers === 0) continue;
    served++;
    isServed[u] = 1;
    extra += worthOfCount(own.of(u), offers) + bonusOf(policy, sponsored);
    const group = groups[instance.group[u]];
    group.offers += offers;
    group.sponsored += sponsored;
    if (sponsored > 0) group.sponsoredUsers++;
    if (sponsored > 0 && sponsored < offers) group.mixedUsers++;
  }
  if (instance.k === undefined) extra += (isServed.length - served) * worthOfCount(policy, 0);
  else isServed.forEach((is, u) => extra += is === 1 ? 0 : worthOfCount(own.of(u), 0));

  const heldPairs = { pair: heldPair.subarray(0, held), user: heldUser.subarray(0, held) };
  const findings = [unknownUser, unknownContract, ineligible, ...before.all()];
  findings.push(duplicate, wrongScore, moreThanK);
  if (out !== undefined) findings.push(heldOut);
  if (policy.model === "uniform") findings.push(mixedBundle);
  if (brand !== null) findings.push(perBrand);
  return { findings, given, groups, served, score, extra, changed, limits, held: heldPairs };
}

/** Index in the instance of each user of the table, −1 for users it does not have. */
function knownUsers(instance: Instance, table: AssignmentTable): Int32Array {
  return Int32Array.from(
    { length: table.userIds.length },
    (_, v) => instance.users.indexOfSorted(table.userIds.at(v)),
  );
}

/** Row numbers by user, each user's in the order of the file: user v's are `rows[start[v] … start[v + 1])`. */
function rowsByUser(table: AssignmentTable): { rows: Uint32Array; start: Uint32Array } {
  const start = new Uint32Array(table.userIds.length + 1);
  for (const v of table.user) start[v + 1]++;
  for (let v = 0; v + 1 < start.length; v++) start[v + 1] += start[v];
  const rows = new Uint32Array(table.user.length);
  const next = start.slice();
  for (let row = 0; row < rows.length; row++) rows[next[table.user[row]]++] = row;
  return { rows, start };
}

/** The pair of user `u` and contract `c`, or −1: a user's pairs lie by contract. */
function findPair(instance: Instance, u: number, c: number): number {
  let from = instance.start[u], to = instance.start[u + 1];
  while (from < to) {
    const mid = (from + to) >>> 1;
    if (instance.contract[mid] < c) from = mid + 1;
    else to = mid;
  }
  return from < instance.start[u + 1] && instance.contract[from] === c ? from : -1;
}

function sameScore(written: number, expected: number): boolean {
  return Math.abs(written - expected) <= SCORE_TOLERANCE * Math.abs(expected);
}
