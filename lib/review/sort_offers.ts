/**
 * Offers sorted by user, then contract, with the rank of each among the user's.
 *
 * @module
 */

/** Offers in any order. */
interface Unsorted {
  /** Number of users. */
  readonly users: number;
  /** Uint32Array, length rows. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows. */
  readonly contract: Uint32Array;
  /** Float64Array, length rows; null: no scores. */
  readonly score: Float64Array | null;
}

/** Offers by user. */
export interface SortedOffers {
  /** Uint32Array, length users + 1. */
  readonly offerStart: Uint32Array;
  /** Uint32Array, length offers: contract, ascending for each user. */
  readonly contract: Uint32Array;
  /** Uint32Array, length offers: place by score among the user's, from 1; null: no scores. */
  readonly rank: Uint32Array | null;
  /** Rows about a pair of an earlier row, left out: of their scores the largest counts, so that no order of rows matters. */
  readonly repeated: number;
}

/** Sorts offers; see {@link SortedOffers}. Equal scores rank by contract. */
export function sortOffers({ users, user, contract, score }: Unsorted): SortedOffers {
  const start = new Uint32Array(users + 1);
  for (const u of user) start[u + 1]++;
  for (let u = 0; u < users; u++) start[u + 1] += start[u];
  const next = start.slice(0, users), row = new Uint32Array(user.length);
  for (let r = 0; r < user.length; r++) row[next[user[r]]++] = r;
  const better = (a: number, b: number) => (score?.[b] ?? 0) - (score?.[a] ?? 0);
  const byContract = (a: number, b: number) => contract[a] - contract[b] || better(a, b);
  const offerStart = new Uint32Array(users + 1), sorted = new Uint32Array(user.length);
  const rank = score === null ? null : new Uint32Array(user.length);
  let length = 0;
  for (let u = 0; u < users; u++) {
    const own = row.subarray(start[u], start[u + 1]);
    sortFew(own, byContract);
    const from = length;
    for (const r of own) {
      if (length > from && sorted[length - 1] === contract[r]) continue;
      own[length - from] = r;
      sorted[length++] = contract[r];
    }
    offerStart[u + 1] = length;
    if (rank !== null) rankFew(own.subarray(0, length - from), from, rank, better);
  }
  return {
    offerStart,
    contract: sorted.slice(0, length),
    rank: rank?.slice(0, length) ?? null,
    repeated: user.length - length,
  };
}

/** So many rows are sorted by insertion: most users have a few. */
const FEW = 24;

function sortFew(rows: Uint32Array, order: (a: number, b: number) => number): void {
  if (rows.length > FEW) {
    rows.sort(order);
    return;
  }
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i];
    let at = i;
    for (; at > 0 && order(rows[at - 1], row) > 0; at--) rows[at] = rows[at - 1];
    rows[at] = row;
  }
}

/** Ranks rows that are in the order of their contracts. */
function rankFew(
  rows: Uint32Array,
  from: number,
  rank: Uint32Array,
  better: (a: number, b: number) => number,
): void {
  const order = Uint32Array.from(rows.keys());
  sortFew(order, (a, b) => better(rows[a], rows[b]) || a - b);
  order.forEach((at, i) => rank[from + at] = i + 1);
}
