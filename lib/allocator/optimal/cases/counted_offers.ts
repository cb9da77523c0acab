/**
 * How many offers of a kind are made, as cases of a proof: at most n, or at least n + 1. Both are limits like any other, so each case
 * has a price for it.
 *
 * Where many offers are worth about the same, as those that must be made are, cases about single offers prove little: any of them may
 * be replaced by another. But how many of them are made is a whole number, and mixtures of choices lie between two.
 *
 * @module
 */
import { noAttributes } from "../../drop/instance/attributes.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { LimitRows, Limits } from "../../drop/instance/limits.ts";
import type { CountedOffers } from "../../model/allocation.ts";

/** A limit on how many offers of a kind are made. */
export interface CountLimit {
  /** Which offers count. */
  readonly of: CountedOffers;
  /** Uint8Array, length pairs: 1 where an offer of the pair counts. */
  readonly counted: Uint8Array;
  /** Whether `amount` is the most or the least. */
  readonly side: "at_most" | "at_least";
  /** How many. */
  readonly amount: number;
}

/** Uint8Array, length pairs: 1 where an offer of the pair counts. */
export function countedPairs(
  instance: Instance,
  { leastScore, contracts, group }: CountedOffers,
  isPinned: (pair: number) => boolean,
): Uint8Array {
  const { start, contract, plainScore: score = instance.score } = instance;
  const chosen = contracts === null ? null : new Set(contracts);
  const counts = new Uint8Array(score.length);
  for (let u = 0; u < instance.group.length; u++) {
    if (group !== null && instance.group[u] !== group) continue;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const isChosen = chosen === null || chosen.has(contract[p]);
      if (isChosen && (leastScore === null || score[p] >= leastScore) && !isPinned(p)) {
        counts[p] = 1;
      }
    }
  }
  return counts;
}

/**
 * The drop with limits of cases as further rows, after its own. Each unit beyond costs
 * `price`.
 */
export function withCountLimits(
  instance: Instance,
  limits: readonly CountLimit[],
  price: number,
): Instance {
  if (limits.length === 0) return instance;
  const own = rowsOf(instance), rows = own.amount.length;
  const items = new Map<string, number>(), item = new Uint32Array(own.item.length);
  const contract: number[] = [], start = [0], row: number[] = [], coefficient: number[] = [];
  for (let p = 0; p < item.length; p++) {
    const i = own.item[p];
    const key = `${i} ${limits.map(({ counted }) => counted[p]).join("")}`;
    let found = items.get(key);
    if (found === undefined) {
      items.set(key, found = contract.push(own.contract[i]) - 1);
      for (let e = own.start[i]; e < own.start[i + 1]; e++) {
        row.push(own.row[e]);
        coefficient.push(own.coefficient[e]);
      }
      limits.forEach(({ side, counted }, l) => {
        if (counted[p] === 0) return;
        row.push(rows + l);
        coefficient.push(side === "at_most" ? 1 : -1);
      });
      start.push(row.length);
    }
    item[p] = found;
  }
  const amounts = limits.map(({ side, amount }) => side === "at_most" ? amount : -amount);
  const all: LimitRows = {
    family: Uint32Array.from([...own.family, ...limits.map(() => 0)]),
    sense: Int8Array.from([...own.sense, ...limits.map(({ side }) => side === "at_most" ? 1 : -1)]),
    key: [...own.key, ...limits.map(() => [])],
    amount: Float64Array.from([...own.amount, ...amounts]),
    declared: Float64Array.from([...own.declared, ...limits.map(({ amount }) => amount)]),
    price: Float64Array.from([...own.price, ...limits.map(() => price)]),
    item,
    contract: Uint32Array.from(contract),
    start: Uint32Array.from(start),
    row: Uint32Array.from(row),
    coefficient: Float64Array.from(coefficient),
  };
  const { families, attributes } = instance.limits ?? NO_LIMITS;
  return { ...instance, limits: { families, attributes, rows: all } };
}

const NO_LIMITS: Pick<Limits, "families" | "attributes"> = {
  families: [],
  attributes: noAttributes(),
};

/** The rows of a drop; none if it has no limits: then its items are its contracts. */
function rowsOf({ limits, contract, cap }: Instance): LimitRows {
  if (limits !== undefined) return limits.rows;
  const none = new Float64Array(0);
  return {
    family: new Uint32Array(0),
    sense: new Int8Array(0),
    key: [],
    amount: none,
    declared: none,
    price: none,
    item: Uint32Array.from(contract),
    contract: Uint32Array.from(cap, (_, c) => c),
    start: new Uint32Array(cap.length + 1),
    row: new Uint32Array(0),
    coefficient: none,
  };
}

/** A score is large if the next lower one is less than this part of it. */
const JUMP = 0.01;
/** Most large scores that are told apart; most groups and contracts whose offers are counted apart. */
const MOST_LARGE = 6, MOST_APART = 50;
/** A count of a mixture is a whole number if it is so near to one. */
const WHOLE = 1e-4;

/** The whole number below a count of a mixture; null: it is a whole number. */
export function wholeBelow(count: number): number | null {
  const most = Math.floor(count + WHOLE);
  return count - most > WHOLE ? most : null;
}

/** The kinds of offers that are worth counting. */
export class KindsOfOffers {
  readonly #kinds: readonly { of: CountedOffers; counted: Uint8Array }[];

  /** The kinds of a drop. */
  constructor(instance: Instance, isPinned: (pair: number) => boolean) {
    this.#kinds = kindsOf(instance).map((of) => ({
      of,
      counted: countedPairs(instance, of, isPinned),
    }));
  }

  /** The first kind whose offers in a mixture are no whole number, and the whole number below; null: there is none. */
  between(
    share: ReadonlyMap<number, number>,
  ): { of: CountedOffers; counted: Uint8Array; most: number } | null {
    for (const { of, counted } of this.#kinds) {
      let count = 0;
      for (const [pair, times] of share) count += times * counted[pair];
      const most = wholeBelow(count);
      if (most !== null) return { of, counted, most };
    }
    return null;
  }
}

/** The kinds of a drop in the order of the search: for each least score all offers, then those of a group, then of a contract. */
function kindsOf(instance: Instance): CountedOffers[] {
  const { cap, groups, plainScore: score = instance.score } = instance;
  const apart = (count: number) => count < 2 || count > MOST_APART ? [] : [...Array(count).keys()];
  const ofGroup = apart(groups.length), ofContract = apart(cap.length).map((c) => [c]);
  // Offers of any score come last, as limits that count more than offers ask for whole numbers of those too; but leasts count offers of
  // any score, and cost the more, as a rule.
  const hasLeasts = instance.limits?.rows.sense.includes(-1) === true;
  const leasts = hasLeasts ? [null, ...largeScores(score)] : [...largeScores(score), null];
  return leasts.flatMap((leastScore) => [
    { leastScore, contracts: null, group: null },
    ...ofGroup.map((group) => ({ leastScore, contracts: null, group })),
    ...ofContract.map((contracts) => ({ leastScore, contracts, group: null })),
    ...ofContract.flatMap((contracts) =>
      ofGroup.map((group) => ({ leastScore, contracts, group }))
    ),
  ]);
}

/** Whether some scores are far above others. */
export function hasLargeScores({ score, plainScore = score }: Instance): boolean {
  return largeScores(plainScore).length > 0;
}

/** Scores that are far above the next lower one, the largest first. */
function largeScores(score: Float64Array): number[] {
  const sorted = [...new Set(score)].filter((one) => one > 0).sort((a, b) => b - a);
  return sorted.filter((one, i) => i + 1 < sorted.length && sorted[i + 1] < JUMP * one)
    .slice(0, MOST_LARGE);
}
