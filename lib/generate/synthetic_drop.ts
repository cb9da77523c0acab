/**
 * A seeded synthetic drop: users, groups, contracts and pairs.
 *
 * @module
 */
import { ceilShare } from "../base/numbers/share.ts";
import { type Random, seededRandom, shuffle } from "../base/numbers/random.ts";
import { syntheticNumbers, type SyntheticOptions } from "./synthetic_options.ts";

/** A contract of a synthetic drop. */
export interface SyntheticContract {
  /** Id. */
  readonly contract_address: string;
  /** Brand; about three contracts share one. */
  readonly brand_id: string;
  /** Whether it is sponsored. */
  readonly is_sponsored: boolean;
  /** Face value in money. */
  readonly face_value: number;
  /** Capacity; 0 for a few. */
  readonly cap_face: number;
}

/** Pairs of one user, as {@link SyntheticDrop.pairsOf} fills them in. */
export interface SyntheticPairs {
  /** Number of pairs. */
  length: number;
  /** Uint32Array: contract of each pair. */
  readonly contract: Uint32Array;
  /** Uint32Array: score of each pair in millionths. */
  readonly micro: Uint32Array;
}

/** In place of a group's index: the user has no group. */
export const NO_GROUP = 0xffff_ffff;

/** Share of the contracts that are sponsored. */
const SHARE_SPONSORED = 0.5;
/** Share of the users without a group. */
const SHARE_WITHOUT_GROUP = 0.01;
/** Share of the pairs that are written twice, and of those the share whose second score differs. */
const SHARE_REPEATED = 0.002, SHARE_REPEATED_OTHERWISE = 0.4;
/** Share of the sponsored and of the other contracts that have cap 0. */
const SHARE_SPONSORED_EMPTY = 0.03, SHARE_UNSPONSORED_EMPTY = 0.4;
/** Ids of users begin here. */
const FIRST_USER = 1_000_000;

/**
 * The drop itself. Group sizes follow Zipf's law; a contract is eligible in some groups only (geography); scores are
 * skewed like a recommender's, rounded to six decimals, with exact zeros; sponsored capacity is scarce; some unsponsored caps
 * are 0, a few users have no group, a few pairs come twice. The same options give the same drop.
 */
export class SyntheticDrop {
  /** Number of users. */
  readonly users: number;
  /** The contracts. */
  readonly contracts: readonly SyntheticContract[];
  /** Ids of the groups. */
  readonly groupIds: readonly string[];
  /** Float64Array, length groups: ratio in hundredths of one. */
  readonly ratio: Float64Array;
  /** Uint32Array, length users: group of each user, or {@link NO_GROUP}. */
  readonly group: Uint32Array;
  readonly #seed: number;
  /** Seed of the pairs, which differ from week to week. */
  readonly #pairSeed: number;
  readonly #ties: boolean;
  /** Contracts that users of each group may be eligible for, in a random order. */
  readonly #open: Uint32Array[];
  /** For each group the chance that a user is eligible for one of those. */
  readonly #chance: Float64Array;
  /** For each group the share of its users that may have sponsored pairs; below 1 in infeasible groups only. */
  readonly #sponsorable: Float64Array;
  /** For each user the number of earlier users in its group. */
  readonly #position: Uint32Array;
  /** For each contract a factor on its scores. */
  readonly #appeal: Float64Array;
  readonly #pairs: SyntheticPairs;

  /**
   * Draws everything but the pairs.
   *
   * @throws {UsageError} for an option out of range
   */
  constructor(options: SyntheticOptions) {
    const { ties = false, week = 0 } = options;
    const { users, pairs, contracts, groups, k, scarcity, seed, infeasible } = syntheticNumbers(
      options,
    );
    this.users = users;
    this.#seed = seed;
    this.#pairSeed = week === 0 ? seed + 1 : hash(seed + 1, week);
    this.#ties = ties;

    const random = seededRandom(seed);
    this.groupIds = distinctNumbers(groups, 10 * groups + 100, random).map(String);
    this.ratio = Float64Array.from(
      { length: groups },
      () => Math.round(random.next() * 60 + 20) / 100,
    );
    const position = this.#position = new Uint32Array(users);
    this.group = new Uint32Array(users);
    const sizes = new Uint32Array(groups);
    const draw = zipf(groups, random);
    for (let u = 0; u < users; u++) {
      const g = draw();
      this.group[u] = random.next() < SHARE_WITHOUT_GROUP ? NO_GROUP : g;
      position[u] = sizes[g];
      if (this.group[u] !== NO_GROUP) sizes[g]++;
    }

    const isSponsored = spread(contracts, SHARE_SPONSORED, random);
    this.#appeal = Float64Array.from({ length: contracts }, () => 0.3 + 0.7 * random.next());
    // Enough open contracts in each group for the mean number of pairs.
    const openShare = Math.min(1, Math.max(0.4, (1.3 * pairs) / contracts));
    this.#open = Array.from({ length: groups }, () => openContracts(contracts, openShare, random));
    this.#chance = Float64Array.from(this.#open, (open) => Math.min(1, pairs / open.length));
    this.#sponsorable = new Float64Array(groups).fill(1);
    for (const [g, hopeless] of spread(groups, infeasible, random).entries()) {
      if (!hopeless) continue;
      this.ratio[g] = Math.max(this.ratio[g], 0.6);
      this.#sponsorable[g] = this.ratio[g] / 2;
    }
    const demand = sizes.reduce((sum, n, g) => sum + k * ceilShare(this.ratio[g], n), 0);
    this.contracts = drawContracts(isSponsored, demand * scarcity, k * users, random);
    this.#pairs = {
      length: 0,
      contract: new Uint32Array(2 * contracts),
      micro: new Uint32Array(2 * contracts),
    };
  }

  /** Id of user `u`, a number; ids ascend with u. */
  userId(u: number): number {
    return FIRST_USER + 4 * u + (hash(this.#seed, u) & 3);
  }

  /**
   * Eligible pairs of user `u`, at least one, in the order of rows and with repeated pairs. The next call overwrites the result.
   * The pairs do not depend on the order of calls.
   */
  pairsOf(u: number): SyntheticPairs {
    const pairs = this.#pairs;
    const random = seededRandom(hash(this.#pairSeed, u) * 2 ** 21 + (u & 0x1f_ffff));
    // A user without a group gets the eligible contracts of a random one.
    const g = this.group[u] === NO_GROUP ? random.below(this.groupIds.length) : this.group[u];
    const open = this.#open[g];
    const chance = this.#chance[g] * (0.6 + 0.8 * random.next());
    const share = this.#sponsorable[g];
    const maySponsor = share === 1 ||
      Math.floor((this.#position[u] + 1) * share) > Math.floor(this.#position[u] * share);
    let n = 0;
    for (let i = 0; i < open.length; i++) {
      if (random.next() >= chance) continue;
      if (!maySponsor && this.contracts[open[i]].is_sponsored) continue;
      n = this.#add(n, open[i], random);
    }
    if (n === 0) n = this.#add(n, this.#anyContract(open, maySponsor, random), random);
    pairs.length = n;
    return pairs;
  }

  #add(n: number, contract: number, random: Random): number {
    const { contract: contracts, micro } = this.#pairs;
    contracts[n] = contract;
    micro[n] = this.#score(contract, random);
    n++;
    if (random.next() < SHARE_REPEATED) {
      contracts[n] = contract;
      const otherwise = random.next() < SHARE_REPEATED_OTHERWISE;
      micro[n] = otherwise ? this.#score(contract, random) : micro[n - 1];
      n++;
    }
    return n;
  }

  #anyContract(open: Uint32Array, maySponsor: boolean, random: Random): number {
    const allowed = maySponsor ? open : open.filter((c) => !this.contracts[c].is_sponsored);
    if (allowed.length > 0) return allowed[random.below(allowed.length)];
    return this.contracts.findIndex((c) => !c.is_sponsored);
  }

  /** Score in millionths: a cube of a uniform number times the contract's appeal, or zero. */
  #score(contract: number, random: Random): number {
    const draw = random.next();
    const zeros = this.#ties ? 0.35 : 0.15;
    if (draw < zeros) return 0;
    const x = (draw - zeros) / (1 - zeros);
    const score = x * x * x * this.#appeal[contract];
    return this.#ties ? 10_000 * Math.round(score * 100) : Math.round(score * 1e6);
  }
}

/** `count` distinct whole numbers in [1, below), in a random order. */
function distinctNumbers(count: number, below: number, random: Random): number[] {
  const seen = new Set<number>();
  while (seen.size < count) seen.add(1 + random.below(below - 1));
  return [...seen];
}

/** Draws 0 … n − 1 with chances proportional to 1 / (i + 1), by binary search in the running sums. */
function zipf(n: number, random: Random): () => number {
  const sums = new Float64Array(n);
  for (let i = 0, sum = 0; i < n; i++) sums[i] = sum += 1 / (i + 1);
  return () => {
    const x = random.next() * sums[n - 1];
    let low = 0, high = n - 1;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if (sums[mid] > x) high = mid;
      else low = mid + 1;
    }
    return low;
  };
}

/** `length` booleans, a share of which (rounded) is true, at random. */
function spread(length: number, share: number, random: Random): boolean[] {
  const order = shuffled(length, random), out = new Array<boolean>(length).fill(false);
  for (let i = 0; i < Math.round(share * length); i++) out[order[i]] = true;
  return out;
}

function shuffled(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  shuffle(order, random);
  return order;
}

function openContracts(contracts: number, share: number, random: Random): Uint32Array {
  return shuffled(contracts, random).slice(0, Math.max(1, Math.round(share * contracts)));
}

/** Contracts with caps: sponsored ones share `sponsoredCapacity`, the others 60 % of all `slots`. */
function drawContracts(
  isSponsored: boolean[],
  sponsoredCapacity: number,
  slots: number,
  random: Random,
): SyntheticContract[] {
  const brands = Math.max(1, Math.round(isSponsored.length / 3));
  const addresses = new Set<string>();
  const drawn = isSponsored.map((sponsored) => {
    let address: string;
    do address = hexAddress(random); while (addresses.has(address));
    addresses.add(address);
    const empty = random.next() < (sponsored ? SHARE_SPONSORED_EMPTY : SHARE_UNSPONSORED_EMPTY);
    return {
      address,
      sponsored,
      brand: 1 + random.below(brands),
      face: 5 + random.below(60) / 2,
      // Skewed sizes, but none near 0.
      weight: empty ? 0 : 0.1 + random.next() ** 3,
    };
  });
  const weights = [0, 0];
  for (const c of drawn) weights[c.sponsored ? 1 : 0] += c.weight;
  return drawn.map((c) => {
    const capacity = c.sponsored ? sponsoredCapacity / weights[1] : 0.6 * slots / weights[0];
    return {
      contract_address: c.address,
      brand_id: String(c.brand),
      is_sponsored: c.sponsored,
      face_value: c.face,
      cap_face: c.weight === 0 ? 0 : Math.max(1, Math.round(c.weight * capacity)),
    };
  });
}

function hexAddress(random: Random): string {
  let hex = "0x";
  for (let i = 0; i < 5; i++) hex += random.below(2 ** 32).toString(16).padStart(8, "0");
  return hex;
}

/** 32 well-mixed bits of two whole numbers (the finisher of MurmurHash3). */
export function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
