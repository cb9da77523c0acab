/**
 * Finds the best k + 1 pairs of one user by net score: the k that a bundle can hold, and the first one left out.
 *
 * @module
 */

/** Pairs in CSR order, as the instance or a screened view of it holds them. */
export interface PairColumns {
  /** Item of each pair; its contract if the drop has no limits. */
  readonly item: Uint16Array | Uint32Array;
  /** Score of each pair. */
  readonly score: Float64Array;
}

/** The best pairs of a range, best first. Places that no pair fills have value −Infinity. */
export class TopList {
  /** Float64Array, length k + 1: net score (score − price of the item) of each, descending. */
  readonly value: Float64Array;
  /** Int32Array, length k + 1: which pair it is, −1 in places that no pair fills. */
  readonly pair: Int32Array;

  /** A list for bundles of at most `k` offers. */
  constructor(k: number) {
    this.value = new Float64Array(k + 1).fill(-Infinity);
    this.pair = new Int32Array(k + 1).fill(-1);
  }
}

/**
 * Fills `list` with the best of the pairs `[from, to)`. Among equal net scores the earlier pair comes first.
 *
 * @param price Float64Array, length items: what an offer of each costs
 */
export function fillTop(
  list: TopList,
  pairs: PairColumns,
  price: Float64Array,
  from: number,
  to: number,
): void {
  if (list.value.length === 4) fillTopFour(list, pairs, price, from, to);
  else fillTopAny(list, pairs, price, from, to);
}

/** {@link fillTop} for any length: insertion into a sorted list. */
function fillTopAny(
  list: TopList,
  { item, score }: PairColumns,
  price: Float64Array,
  from: number,
  to: number,
): void {
  const { value, pair } = list;
  const last = value.length - 1;
  value.fill(-Infinity);
  pair.fill(-1);
  let least = -Infinity;
  for (let p = from; p < to; p++) {
    const v = score[p] - price[item[p]];
    if (v <= least) continue;
    let at = last;
    for (; at > 0; at--) {
      const next = value[at - 1];
      if (next >= v) break;
      value[at] = next;
      pair[at] = pair[at - 1];
    }
    value[at] = v;
    pair[at] = p;
    least = value[last];
  }
}

/** Inserts value `v` with pair `p` into places [0, at], which drops what was in place `at`. */
function insert(value: Float64Array, pair: Int32Array, at: number, v: number, p: number): void {
  while (at > 0 && value[at - 1] < v) {
    value[at] = value[at - 1];
    pair[at] = pair[at - 1];
    at--;
  }
  value[at] = v;
  pair[at] = p;
}

/** {@link fillTop} for k = 3, the usual case and the solver's hottest loop: the same insertion, kept in registers. */
function fillTopFour(
  list: TopList,
  { item, score }: PairColumns,
  price: Float64Array,
  from: number,
  to: number,
): void {
  let v0 = -Infinity, v1 = -Infinity, v2 = -Infinity, v3 = -Infinity;
  let p0 = -1, p1 = -1, p2 = -1, p3 = -1;
  for (let p = from; p < to; p++) {
    const v = score[p] - price[item[p]];
    if (v <= v3) continue;
    if (v <= v2) {
      v3 = v;
      p3 = p;
      continue;
    }
    v3 = v2;
    p3 = p2;
    if (v <= v1) {
      v2 = v;
      p2 = p;
      continue;
    }
    v2 = v1;
    p2 = p1;
    if (v <= v0) {
      v1 = v;
      p1 = p;
      continue;
    }
    v1 = v0;
    p1 = p0;
    v0 = v;
    p0 = p;
  }
  const { value, pair } = list;
  value[0] = v0;
  value[1] = v1;
  value[2] = v2;
  value[3] = v3;
  pair[0] = p0;
  pair[1] = p1;
  pair[2] = p2;
  pair[3] = p3;
}

/**
 * {@link fillTop} with at most `limit` pairs of one brand in the list. Sets of pairs with at most `limit` of each
 * brand and at most k + 1 in all are the independent sets of a matroid, so it is exact to keep the best such set while pairs
 * arrive one by one (a new pair replaces the least of its brand if that brand is full, else the least of all). The first n
 * places then hold the best such set of n pairs, for each n.
 *
 * @param brand Uint32Array, length items: brand of each
 */
export function fillTopWithBrands(
  list: TopList,
  { item, score }: PairColumns,
  price: Float64Array,
  from: number,
  to: number,
  brand: Uint32Array,
  limit: number,
): void {
  const { value, pair } = list;
  const last = value.length - 1;
  value.fill(-Infinity);
  pair.fill(-1);
  for (let p = from; p < to; p++) {
    const v = score[p] - price[item[p]];
    if (v <= value[last]) continue;
    const own = brand[item[p]];
    let taken = 0, least = last;
    for (let t = last; t >= 0; t--) {
      if (pair[t] < 0 || brand[item[pair[t]]] !== own) continue;
      if (taken === 0) least = t;
      taken++;
    }
    const ousted = taken >= limit ? least : last;
    if (v > value[ousted]) insert(value, pair, ousted, v, p);
  }
}
