/**
 * From any bundles to an allocation that keeps every hard rule, in no time: offers are given up, none is sought in their place.
 *
 * @module
 */
import { adds, type GroupRule } from "../../limits/kinds/group_rules.ts";
import type { Assignment } from "./assignment.ts";

/**
 * Takes away offers until caps and the groups' rules are kept, those first that are worth least: what is left to do where time
 * ran out in the middle of a repair. Limits are left to others. A
 * few passes over what users hold.
 */
export function giveUpWhatIsTooMuch(assignment: Assignment): void {
  keepCaps(assignment);
  keepGroupRules(assignment);
}

/** Holders of overloaded contracts give up that offer, or all that they hold where no shape allows the rest. */
function keepCaps(assignment: Assignment): void {
  const { load, problem: { instance: { cap, contract, score } } } = assignment;
  const highest = highestGivenUp(assignment);
  // First what is below that score, then as much of what has it as is still too much.
  for (
    const isGivenUp of [
      (s: number, most: number) => s < most,
      (s: number, most: number) => s <= most,
    ]
  ) {
    const isTooMuch = (p: number) => {
      const c = contract[p];
      return load[c] > cap[c] && isGivenUp(score[p], highest[c]);
    };
    const { count, slots, problem: { k } } = assignment;
    for (let u = 0; u < count.length; u++) {
      let any = false;
      for (let t = u * k; t < u * k + count[u]; t++) if (isTooMuch(slots[t])) any = true;
      if (any) giveUp(assignment, u, isTooMuch);
    }
  }
}

/** Float64Array, length contracts: the highest score of what must be given up of each, −Infinity where nothing must. */
function highestGivenUp(assignment: Assignment): Float64Array {
  const { load, count, slots, problem: { k, instance: { cap, contract, score } } } = assignment;
  const scores = Array.from(load, (held, c) => held > cap[c] ? new Float64Array(held) : null);
  const filled = new Uint32Array(load.length);
  for (let u = 0; u < count.length; u++) {
    for (let t = u * k; t < u * k + count[u]; t++) {
      const p = slots[t], c = contract[p], own = scores[c];
      if (own !== null) own[filled[c]++] = score[p];
    }
  }
  return Float64Array.from(
    scores,
    (own, c) => own === null ? -Infinity : own.sort()[load[c] - cap[c] - 1],
  );
}

/** Takes groups with too many sponsored users, then those with other broken limits, back to their rules. */
function keepGroupRules(assignment: Assignment): void {
  const { count, sponsored, counts: { sponsoredUsers }, problem } = assignment;
  const { rules, middle } = problem;
  const { most } = rules.sponsored, ofUsers = rules.others.filter((rule) => !rule.countsOffers);
  const isFull = (g: number) => sponsoredUsers[g] > most[g];
  const counts = (rule: GroupRule, u: number, g: number) =>
    rule.sense * adds(rule, g, sponsored[u], count[u] - sponsored[u]) > 0;
  const isBroken = (g: number) => ofUsers.some((rule) => !assignment.isKept(rule, g));
  eachByWorth(assignment, (g) => isFull(g) || isBroken(g), (u, g) => {
    if (sponsored[u] > 0 && isFull(g)) giveUp(assignment, u, () => true);
    else if (ofUsers.some((rule) => !assignment.isKept(rule, g) && counts(rule, u, g))) {
      giveUp(assignment, u, (p) => p >= middle[u]);
    }
  });
  for (const rule of rules.others.filter((rule) => rule.countsOffers)) {
    eachByWorth(assignment, (g) => !assignment.isKept(rule, g), (u, g) => {
      if (!assignment.isKept(rule, g) && counts(rule, u, g)) giveUp(assignment, u, () => true);
    });
  }
}

/** Looks at the users of broken groups who hold something, those first whose bundles are worth least. */
function eachByWorth(
  assignment: Assignment,
  isBroken: (group: number) => boolean,
  look: (user: number, group: number) => void,
): void {
  const { count, problem: { instance: { group, groups } } } = assignment;
  const broken = Array.from(groups, (_, g) => isBroken(g));
  if (!broken.includes(true)) return;
  const users: { u: number; worth: number }[] = [];
  for (let u = 0; u < count.length; u++) {
    if (count[u] > 0 && broken[group[u]]) users.push({ u, worth: assignment.worth(u) });
  }
  users.sort((a, b) => a.worth - b.worth || a.u - b.u);
  for (const { u } of users) look(u, group[u]);
}

/** User u gives up the pairs that `which` says, or all where no shape allows the rest. */
function giveUp(assignment: Assignment, u: number, which: (pair: number) => boolean): void {
  const { slots, count, problem: { k } } = assignment;
  const kept = new Int32Array(k);
  let n = 0;
  for (let t = u * k; t < u * k + count[u]; t++) if (!which(slots[t])) kept[n++] = slots[t];
  const sponsored = assignment.sponsoredAmong(u, kept, n);
  assignment.setBundle(u, kept, assignment.shapeOf(u, sponsored, n - sponsored) >= 0 ? n : 0);
}
