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
export function sortOffers(offers: Unsorted): SortedOffers {
  const { users, user, contract, score } = offers;
  const start = new Uint32Array(users + 1);
  for (let r = 0; r < user.length; r++) start[user[r] + 1]++;
  for (let u = 0; u < users; u++) start[u + 1] += start[u];
  const next = start.slice(0, users), row = new Uint32Array(user.length);
  for (let r = 0; r < user.length; r++) row[next[user[r]]++] = r;
  const offerStart = new Uint32Array(users + 1), sorted = new Uint32Array(user.length);
  const rank = score === null ? null : new Uint32Array(user.length);
  let length = 0;
  for (let u = 0; u < users; u++) {
    const from = length;
    sortByContract(row, start[u], start[u + 1], offers);
    for (let at = start[u]; at < start[u + 1]; at++) {
      const r = row[at];
      if (length > from && sorted[length - 1] === contract[r]) continue;
      // Rows are moved forward in place: an offer is never written behind the row it comes from.
      row[length] = r;
      sorted[length++] = contract[r];
    }
    offerStart[u + 1] = length;
    if (rank !== null) rankOffers(row, from, length, score!, rank);
  }
  return {
    offerStart,
    contract: sorted.slice(0, length),
    rank: rank?.slice(0, length) ?? null,
    repeated: user.length - length,
  };
}

/** Up to so many rows are sorted by insertion; most users have fewer. */
const FEW = 24;

/** Sorts the rows [from, to) of one user by contract, then score descending, in place and without a view for each user. */
function sortByContract(
  row: Uint32Array,
  from: number,
  to: number,
  { contract, score }: Unsorted,
): void {
  if (to - from > FEW) {
    row.subarray(from, to).sort((a, b) =>
      contract[a] - contract[b] || (score === null ? 0 : score[b] - score[a])
    );
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const own = row[i], c = contract[own], value = score === null ? 0 : score[own];
    let at = i;
    for (; at > from; at--) {
      const other = row[at - 1], d = contract[other];
      if (d < c || (d === c && (score === null || score[other] >= value))) break;
      row[at] = other;
    }
    row[at] = own;
  }
}

/** Ranks the offers [from, to) of one user, which are in the order of their contracts. */
function rankOffers(
  row: Uint32Array,
  from: number,
  to: number,
  score: Float64Array,
  rank: Uint32Array,
): void {
  if (to - from > FEW) {
    const order = Uint32Array.from({ length: to - from }, (_, i) => from + i);
    order.sort((a, b) => score[row[b]] - score[row[a]] || a - b);
    order.forEach((at, i) => rank[at] = i + 1);
    return;
  }
  for (let i = from; i < to; i++) {
    const own = score[row[i]];
    let better = 1;
    for (let j = from; j < to; j++) {
      const other = score[row[j]];
      if (other > own || (other === own && j < i)) better++;
    }
    rank[i] = better;
  }
}
