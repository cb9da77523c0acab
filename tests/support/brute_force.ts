/**
 * The exact optimum of tiny drops, by looking at every bundle of every user: the oracle of the solvers' tests.
 * It reads the rules for itself (no groupRules, no bundleShapes), so an error there shows.
 */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { type Policy, shortfallPrice } from "../../lib/allocator/model/policy.ts";

/** An optimal allocation of a tiny drop. */
export interface Optimum {
  /** The largest objective, missed minima priced in at `shortfallPrice(instance, policy)`. */
  objective: number;
  /** Pairs of each user in one optimal allocation. */
  offers: number[][];
}

/** One way to serve one user. */
interface Bundle {
  pairs: number[];
  sponsored: number;
  unsponsored: number;
  value: number;
}

/** Where a search stands after some of the users. */
interface State {
  left: number[];
  groups: GroupCount[];
  value: number;
  chosen: Bundle[];
}

interface GroupCount {
  sponsoredUsers: number;
  mixedUsers: number;
  sponsored: number;
  offers: number;
}

/** Users × pairs beyond which the search would take too long. */
const MOST_USERS = 8;

/**
 * The optimum, for every model and policy. Users are served one after another; of the partial allocations that leave
 * the same capacity and the same group counts only the best is kept.
 */
export function bruteForce(instance: Instance, policy: Policy): Optimum {
  const users = instance.group.length;
  if (users > MOST_USERS) {
    throw new RangeError(`brute force is for ${MOST_USERS} users, not ${users}`);
  }
  let states: State[] = [{
    left: Array.from(instance.cap, (cap) => Math.min(cap, users)),
    groups: instance.groups.map(() => ({
      sponsoredUsers: 0,
      mixedUsers: 0,
      sponsored: 0,
      offers: 0,
    })),
    value: 0,
    chosen: [],
  }];
  for (let u = 0; u < users; u++) {
    const bundles = bundlesOf(instance, policy, u);
    const best = new Map<string, State>();
    for (const state of states) {
      for (const bundle of bundles) {
        const next = extended(instance, state, bundle, u);
        if (next === null) continue;
        const key = JSON.stringify([next.left, next.groups.map((g) => Object.values(g))]);
        const other = best.get(key);
        if (other === undefined || next.value > other.value) best.set(key, next);
      }
    }
    states = [...best.values()];
  }
  const price = shortfallPrice(instance, policy);
  let optimum: Optimum = { objective: -Infinity, offers: [] };
  for (const state of states) {
    const lacking = usersLacking(instance, policy, state.groups);
    if (lacking === null) continue;
    const objective = state.value - price * lacking;
    if (objective > optimum.objective) {
      optimum = { objective, offers: state.chosen.map((bundle) => bundle.pairs) };
    }
  }
  return optimum;
}

/** Every bundle that the policy lets user `u` have, and its worth. */
function bundlesOf(instance: Instance, policy: Policy, u: number): Bundle[] {
  const bundles: Bundle[] = [];
  const from = instance.start[u], to = instance.start[u + 1];
  const grow = (pair: number, pairs: number[]): void => {
    if (pair === to || pairs.length === policy.k) {
      const bundle = bundleOf(instance, policy, pairs);
      if (bundle !== null) bundles.push(bundle);
      return;
    }
    grow(pair + 1, pairs);
    grow(pair + 1, [...pairs, pair]);
  };
  grow(from, []);
  return bundles;
}

/** The bundle of `pairs`, or null where no user may have it. */
function bundleOf(instance: Instance, policy: Policy, pairs: number[]): Bundle | null {
  const isSponsored = (p: number) => instance.contract[p] < instance.sponsoredContracts;
  const sponsored = pairs.filter(isSponsored).length;
  const unsponsored = pairs.length - sponsored;
  const coverage = policy.model === "coverage";
  if (!coverage && sponsored > 0 && unsponsored > 0) {
    if (!policy.mixTail) return null;
    const tail = sponsored === policy.k - 1 && unsponsored === 1;
    const first = sponsored >= Math.min(policy.sponsoredFirstRounds, policy.k - 1);
    if (policy.thirdSlotOnlyMixing ? !tail : !first) return null;
  }
  if (policy.maxPerBrand !== null && instance.brand !== null) {
    const brands = pairs.map((p) => instance.brand![instance.contract[p]]);
    for (const brand of brands) {
      if (brands.filter((b) => b === brand).length > policy.maxPerBrand) return null;
    }
  }
  let value = 0;
  for (const pair of pairs) value += instance.score[pair];
  if (policy.covMode === "shortfall") {
    value -= policy.shortfallPenalty * (policy.k - pairs.length);
  } else {
    for (let n = 0; n < pairs.length; n++) value += policy.covW[n] ?? 0;
  }
  value += policy.sponsoredBonus * (coverage ? sponsored : Math.min(sponsored, 1));
  return { pairs, sponsored, unsponsored, value };
}

/** The state after giving user `u` a bundle, or null where a contract has no unit left. */
function extended(instance: Instance, state: State, bundle: Bundle, u: number): State | null {
  const left = [...state.left];
  for (const pair of bundle.pairs) {
    if (left[instance.contract[pair]] === 0) return null;
    left[instance.contract[pair]]--;
  }
  const groups = state.groups.map((group) => ({ ...group }));
  const group = groups[instance.group[u]];
  if (bundle.sponsored > 0) group.sponsoredUsers++;
  if (bundle.sponsored > 0 && bundle.unsponsored > 0) group.mixedUsers++;
  group.sponsored += bundle.sponsored;
  group.offers += bundle.pairs.length;
  // What the rest of the users can't use up makes no difference.
  const rest = instance.group.length - 1 - u;
  for (let c = 0; c < left.length; c++) left[c] = Math.min(left[c], rest);
  return { left, groups, value: state.value + bundle.value, chosen: [...state.chosen, bundle] };
}

/** Users that the minima lack, or null where a rule of a group is broken. */
function usersLacking(instance: Instance, policy: Policy, groups: GroupCount[]): number | null {
  if (policy.model === "coverage") return 0;
  let lacking = 0;
  for (const [g, count] of groups.entries()) {
    const size = instance.groupSize[g], ratio = instance.ratio[g];
    const least = Math.ceil(ratio * size - 1e-9);
    lacking += Math.max(0, least - count.sponsoredUsers);
    if (policy.maxSponsoredRatio !== null) {
      const most = Math.floor(policy.maxSponsoredRatio * size + 1e-9);
      const exempt = policy.maxSponsoredRatio > 0 && least > 0 ? 1 : 0;
      if (count.sponsoredUsers > Math.max(most, exempt)) return null;
    }
    if (policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none") {
      if (count.sponsored < (ratio - policy.ratioSlack) * count.offers - 1e-9) return null;
    }
    if (policy.mixTail && count.mixedUsers > policy.maxMixedShare * size + 1e-9) return null;
  }
  return lacking;
}
