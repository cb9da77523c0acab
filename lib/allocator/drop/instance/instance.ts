/**
 * A drop as the solvers see it: columns, pairs in CSR order by user.
 *
 * @module
 */
import type { IdPool } from "../../../base/ids/ids.ts";
import type { HeldBack } from "../before/held_back.ts";
import type { Pins } from "./pins.ts";
import type { ScoreScaling } from "./score_scaling.ts";
import type { ContractColumns } from "./contract_columns.ts";
import type { ContractIndices } from "./contract_indices.ts";
import type { Limits } from "./limits.ts";
import type { Previous } from "./previous.ts";

/**
 * A drop in columns, in canonical order, so that nothing depends on the row order of any file:
 * users by id; contracts sponsored first, then by id; groups by id; a user's pairs by contract index, which
 * puts the sponsored ones first. Memory: 10 bytes a pair (2 contract, 8 score; 12 beyond 65,536 contracts) and
 * 12 bytes a user, plus ids.
 * The typed arrays lie in shared memory where the platform has it, so workers read them without a copy.
 *
 * Only users with at least one eligible pair and contracts that can be given (cap > 0) are in it.
 */
export interface Instance {
  /** Ids of the users, sorted by bytes. */
  readonly users: IdPool;
  /** Ids of the contracts: the sponsored ones sorted, then the others sorted. */
  readonly contracts: readonly string[];
  /** Contracts `[0, sponsoredContracts)` are sponsored. */
  readonly sponsoredContracts: number;
  /** Float64Array, length contracts: how many users may get each; whole numbers ≥ 1. */
  readonly cap: Float64Array;
  /** Brand of each contract as an index into `brands` (length contracts), or null where the input has no brand_id. */
  readonly brand: Uint32Array | null;
  /** Ids of the brands, then a "" for each contract without one; empty where `brand` is null. */
  readonly brands: readonly string[];
  /** Columns to show beside the ids of contracts, each of length contracts; absent: none. */
  readonly about?: ContractColumns;
  /** Ids of the groups that have a user here, sorted. */
  readonly groups: readonly string[];
  /** Float64Array, length groups: least share of the group's users that must be sponsored, in [0, 1]. */
  readonly ratio: Float64Array;
  /** Uint32Array, length groups: users of the group (each has an eligible pair). */
  readonly groupSize: Uint32Array;
  /** Uint32Array, length users: group of each user. */
  readonly group: Uint32Array;
  /** Uint32Array, length users + 1: pairs of user u are `[start[u], start[u + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: the first unsponsored pair of user u; sponsored are `[start[u], middle[u])`. */
  readonly middle: Uint32Array;
  /** Uint16Array, or Uint32Array beyond 65,536 contracts, length pairs: contract of each pair. */
  readonly contract: ContractIndices;
  /** Float64Array, length pairs: score of each pair, any finite number. */
  readonly score: Float64Array;
  /** Int32Array, length users: most offers of each user, −1 where the policy's k counts; absent: it counts for all. */
  readonly k?: Int32Array;
  /** Limits beyond caps and the groups' rules; absent: none. */
  readonly limits?: Limits;
  /** Pairs that every allocation must hold; absent: none. */
  readonly pins?: Pins;
  /** How history scaled the scores, for explanations; absent: it did not. */
  readonly scaling?: ScoreScaling;
  /** Pairs that history and bans keep out, for explanations; absent: none. */
  readonly heldBack?: HeldBack;
  /** Which pairs were previous offers; absent: the drop is compared with none. */
  readonly previous?: Previous;
  /** Users held out of the drop, who are not among `users`; absent: none are. */
  readonly heldOut?: HeldOut;
  /** Float64Array, length pairs: the scores alone, where `score` includes change costs or bonuses for pins; absent: `score` does not. */
  readonly plainScore?: Float64Array;
  /** The largest size of a score in the drop that a stand-in with fewer pairs stands for; absent: that of its own scores. */
  readonly largestScore?: number;
  /** True for the stand-in of a drop with pins: options that pins rule out are not among its pairs. */
  readonly besidePins?: boolean;
}

/** What users held out get: nothing, or random eligible offers. */
export type HoldoutSolver = "none" | "random";

/** Who is held out of a drop. */
export interface HeldOut {
  /** What they get. */
  readonly solver: HoldoutSolver;
  /** The share of users that was asked for, from 0 to 1. */
  readonly share: number;
  /** The seed. */
  readonly seed: number;
  /** What they got, once they have been served; the drop's caps are then what is left for the others. */
  readonly offers?: {
    /** Uint32Array, length users held out + 1. */
    readonly offerStart: Uint32Array;
    /** Uint32Array, pairs of `instance` here. */
    readonly offerPair: Uint32Array;
  };
  /** Those users, with their pairs, as a drop of their own: contracts and groups are numbered as in the drop. */
  readonly instance: Instance;
}

/** Most contracts that an {@link Instance} can hold. */
export const MAX_CONTRACTS = 1_000_000;

/** Number of users. */
export function userCount(instance: Instance): number {
  return instance.group.length;
}

/** Number of eligible pairs. */
export function pairCount(instance: Instance): number {
  return instance.score.length;
}

/** The user of a pair. A binary search. */
export function userOfPair({ start }: Pick<Instance, "start">, pair: number): number {
  let low = 0, high = start.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (start[middle] <= pair) low = middle;
    else high = middle;
  }
  return low;
}
