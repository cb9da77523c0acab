/**
 * Makes any bundles keep caps and the limits of groups in next to no time: offers are given up without looking for others.
 *
 * @module
 */
import { adds, type GroupRule } from "../../../limits/kinds/group_rules.ts";
import type { Holdings } from "../holdings.ts";
import { selectLargest } from "../../dual/select.ts";

/**
 * Takes offers away until caps and the limits of groups are kept, those worth least first. It is for what other repairs leave, as when
 * time runs out in the middle of one. Limits of the drop are not repaired here. A few passes over what users hold.
 */
export function giveUpWhatIsTooMuch(holdings: Holdings): void {
  keepCaps(holdings);
  keepGroupRules(holdings);
}

/** Holders of overloaded contracts give up that offer, or everything if no shape allows the rest. */
function keepCaps(holdings: Holdings): void {
  const { load, problem: { k, instance: { cap, contract, score } } } = holdings;
  const highest = highestGivenUp(holdings);
  if (!highest.some((most) => most > -Infinity)) return;
  const { count, slots } = holdings, kept = new Int32Array(k);
  // First offers below that score, then as many of those that have it as are still too many.
  for (const withTies of [false, true]) {
    for (let u = 0; u < count.length; u++) {
      let n = 0;
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        const p = slots[slot], c = contract[p];
        const isTooMuch = load[c] > cap[c] &&
          (score[p] < highest[c] || (withTies && score[p] === highest[c]));
        if (!isTooMuch) kept[n++] = p;
      }
      if (n < count[u]) keepOnly(holdings, u, kept, n);
    }
  }
}

/** Float64Array, length contracts: the highest score among the offers of each that must be given up, −Infinity if none must. */
function highestGivenUp(holdings: Holdings): Float64Array {
  const { load, count, slots, problem: { k, instance: { cap, contract, score } } } = holdings;
  const scores = Array.from(load, (held, c) => held > cap[c] ? new Float64Array(held) : null);
  const filled = new Uint32Array(load.length);
  for (let u = 0; u < count.length; u++) {
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      const p = slots[slot], c = contract[p], own = scores[c];
      if (own !== null) own[filled[c]++] = score[p];
    }
  }
  return Float64Array.from(scores, (own, c) => {
    if (own === null) return -Infinity;
    // The best cap[c] offers come before it.
    selectLargest(own, cap[c]);
    return own[cap[c]];
  });
}

/** Repairs groups with too many sponsored users, or other broken limits on users, and then broken limits on offers. */
function keepGroupRules(holdings: Holdings): void {
  const { count, sponsored, counts: { sponsoredUsers }, problem } = holdings;
  const { rules, middle } = problem;
  const { most } = rules.sponsored, ofUsers = rules.others.filter((rule) => !rule.countsOffers);
  const isFull = (g: number) => sponsoredUsers[g] > most[g];
  const counts = (rule: GroupRule, u: number, g: number) =>
    rule.sense * adds(rule, g, sponsored[u], count[u] - sponsored[u]) > 0;
  const isBroken = (g: number) => ofUsers.some((rule) => !holdings.isKept(rule, g));
  eachByWorth(holdings, (g) => isFull(g) || isBroken(g), (u, g) => {
    if (sponsored[u] > 0 && isFull(g)) giveUp(holdings, u, () => true);
    else if (ofUsers.some((rule) => !holdings.isKept(rule, g) && counts(rule, u, g))) {
      giveUp(holdings, u, (p) => p >= middle[u]);
    }
  });
  for (const rule of rules.others.filter((rule) => rule.countsOffers)) {
    eachByWorth(holdings, (g) => !holdings.isKept(rule, g), (u, g) => {
      if (!holdings.isKept(rule, g) && counts(rule, u, g)) giveUp(holdings, u, () => true);
    });
  }
}

/** Calls `look` for the users of broken groups who hold something, by the worth of their bundles, least first. */
function eachByWorth(
  holdings: Holdings,
  isBroken: (group: number) => boolean,
  look: (user: number, group: number) => void,
): void {
  const { count, problem: { instance: { group, groups } } } = holdings;
  const broken = Array.from(groups, (_, g) => isBroken(g));
  if (!broken.includes(true)) return;
  const users: { u: number; worth: number }[] = [];
  for (let u = 0; u < count.length; u++) {
    if (count[u] > 0 && broken[group[u]]) users.push({ u, worth: holdings.worth(u) });
  }
  users.sort((a, b) => a.worth - b.worth || a.u - b.u);
  for (const { u } of users) look(u, group[u]);
}

/** User u gives up the pairs that `which` picks, or everything if no shape allows the rest. */
function giveUp(holdings: Holdings, u: number, which: (pair: number) => boolean): void {
  const { slots, count, problem: { k } } = holdings;
  const kept = new Int32Array(k);
  let n = 0;
  for (let slot = u * k; slot < u * k + count[u]; slot++) {
    if (!which(slots[slot])) kept[n++] = slots[slot];
  }
  keepOnly(holdings, u, kept, n);
}

/** User u keeps the first `n` of `kept`, or nothing if no shape allows that. */
function keepOnly(holdings: Holdings, u: number, kept: Int32Array, n: number): void {
  holdings.setBundle(u, kept, holdings.mayHave(u, kept, n) ? n : 0);
}
