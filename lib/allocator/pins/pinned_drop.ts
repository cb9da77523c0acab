/**
 * A drop with pins as a drop without: what solvers see of it.
 *
 * A pinned pair is given first. Its unit leaves the cap, and what it counts toward leaves the amounts of limits; in its place the
 * user has a pair with a contract of its own, which nobody else has and no limit counts, and with a bonus so large that
 * every bundle worth choosing holds it. So whatever remains is the user's own choice of what to have beside the pins, and a
 * solver that knows nothing of pins solves the drop with them. In terms of duality the bonus is the price of a constraint
 * x = 1: for any bonus, the bound less all bonuses is a bound of the drop with pins.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../base/shared_array.ts";
import { contractIndices } from "../drop/contract_indices.ts";
import { type Instance, MAX_CONTRACTS } from "../drop/instance.ts";
import type { LimitRows, Limits } from "../drop/limits.ts";
import type { Pins } from "../drop/pins.ts";
import { UsageError } from "../../base/errors.ts";
import { largestBundle, type Policy, shortfallPrice } from "../model/policy.ts";
import { largestK } from "../model/user_k.ts";
import { useOfPairs } from "../model/row_use.ts";
import { pinsByUser, roomBesidePins, type UserPins } from "./pin_conflicts.ts";

/** A drop without pins, and how it relates to the one with them. */
export interface PinnedDrop {
  /** What to solve. */
  readonly instance: Instance;
  /** Uint32Array, length pairs of `instance`: the pair that each stands for. */
  readonly pairOf: Uint32Array;
  /** Int32Array, length contracts of `instance`: the contract that each is; −1: it stands for pinned pairs. */
  readonly contractOf: Int32Array;
  /** Σ of what was added to the scores of pinned pairs. */
  readonly bonus: number;
}

/** Whether a pair of the drop without pins stands for a pinned one. */
export function isPinnedPair({ instance, contractOf }: PinnedDrop, pair: number): boolean {
  return contractOf[instance.contract[pair]] < 0;
}

/** Sums of doubles are off by far less than this, relative to Σ |terms|. */
const ROUNDING = 1e-9;

/**
 * Makes the drop without pins. Its pins are known to keep the rules, see `refuseConflicts`.
 *
 * @param raise what the bonus is multiplied by; more than 1 where that of before was not enough
 */
export function withoutPins(
  instance: Instance,
  policy: Policy,
  pins: Pins,
  raise = 1,
): PinnedDrop {
  const byUser = pinsByUser(instance, pins), bonus = raise * bonusOf(instance, policy);
  const slots = new Slots(instance, policy, pins, byUser);
  const { contracts, sponsoredContracts, cap, brand, brands } = instance;
  const contractOf = slots.contractOf();
  const capOf = slots.given(contractOf);
  const pairs = pairsBesidePins(instance, policy, pins, byUser, slots, contractOf, bonus);
  const brandOf = brand === null
    ? null
    : sharedUint32(contractOf.length).map((_, c) =>
      contractOf[c] >= 0 ? brand[contractOf[c]] : slots.brandOf(c)
    ) as Uint32Array;
  const left = cap.slice();
  for (const pair of pins.pair) left[instance.contract[pair]]--;
  const { limits, pins: _, heldBack: __, scaling: ___, previous: ____, heldOut: _____, ...rest } =
    instance;
  return {
    instance: {
      ...rest,
      contracts: Array.from(contractOf, (c, i) => c >= 0 ? contracts[c] : `pinned ${i}`),
      sponsoredContracts: sponsoredContracts + slots.sponsored,
      cap: Float64Array.from(contractOf, (c, i) => c >= 0 ? left[c] : capOf[i]),
      brand: brandOf,
      brands,
      ...pairs.columns,
      plainScore: instance.plainScore ?? instance.score,
      ...(limits !== undefined && {
        limits: limitsBesidePins(limits, pins, pairs, contractOf),
      }),
    },
    pairOf: pairs.pairOf,
    contractOf,
    bonus: pairs.bonus,
  };
}

/**
 * What makes a pin worth more than anything that its place could be given up for. Any bonus gives a bound, and an allocation that
 * holds the pins is what it is, so all that a bonus can be is too small to hold them: `solvePinned` looks after that.
 */
function bonusOf(instance: Instance, policy: Policy): number {
  const { limits } = instance;
  const bundle = largestBundle(instance, policy);
  // The price that solvers begin with, however high the one that is asked for: where it is not enough the bonus is raised.
  const price = shortfallPrice(instance, { ...policy, shortfallPrice: null });
  let counted = policy.mixTail && policy.maxMixedShare < 1 ? price : 0;
  if (limits !== undefined) {
    const { start, row, coefficient, price: ofRow } = limits.rows;
    let most = 0;
    for (let i = 0; i + 1 < start.length; i++) {
      let sum = 0;
      for (let e = start[i]; e < start[i + 1]; e++) {
        const own = ofRow[row[e]], cost = Number.isNaN(own) ? price : Math.min(own, price);
        if (own !== Infinity) sum += cost * Math.abs(coefficient[e]);
      }
      most = Math.max(most, sum);
    }
    counted += largestK(instance, policy) * most;
  }
  // A power of ten, so that sums with decimal scores stay short decimals.
  return 10 ** Math.ceil(Math.log10(8 * (bundle + counted) || 1));
}

/**
 * Contracts of pinned pairs: one for each type, brand (where brands are limited) and place among the user's pins of that
 * kind, so that no user has one twice.
 */
class Slots {
  /** How many are sponsored; they come after the sponsored contracts. */
  readonly sponsored: number;
  readonly #instance: Instance;
  /** By kind and place: number among the slots of its type. */
  readonly #numbers = [new Map<string, number>(), new Map<string, number>()];
  readonly #brands: [number[], number[]] = [[], []];
  readonly #given: [number[], number[]] = [[], []];
  /** Number of each pin's slot among those of its type. */
  readonly #slot: Uint32Array;

  constructor(instance: Instance, policy: Policy, { pair }: Pins, byUser: readonly UserPins[]) {
    this.#instance = instance;
    this.#slot = new Uint32Array(pair.length);
    const { brand, contract, sponsoredContracts } = instance;
    const limitsBrands = policy.maxPerBrand !== null && brand !== null;
    for (const { from, to } of byUser) {
      const seen = new Map<string, number>();
      for (let i = from; i < to; i++) {
        const c = contract[pair[i]], type = c < sponsoredContracts ? 0 : 1;
        const b = limitsBrands ? brand![c] : 0, kind = `${type} ${b}`;
        const place = seen.get(kind) ?? 0, numbers = this.#numbers[type];
        seen.set(kind, place + 1);
        const key = `${b} ${place}`;
        let number = numbers.get(key);
        if (number === undefined) {
          numbers.set(key, number = numbers.size);
          this.#brands[type].push(b);
          this.#given[type].push(0);
        }
        this.#given[type][number]++;
        this.#slot[i] = number;
      }
    }
    this.sponsored = this.#numbers[0].size;
    const all = instance.contracts.length + this.sponsored + this.#numbers[1].size;
    if (all > MAX_CONTRACTS) {
      throw new UsageError(
        `pins need ${all - instance.contracts.length} contracts more than ` +
          `${instance.contracts.length}, at most ${MAX_CONTRACTS} in all can be had`,
      );
    }
  }

  /** The contracts: those of the drop, and −1 for each slot behind those of its type. */
  contractOf(): Int32Array {
    const { contracts: { length }, sponsoredContracts: first } = this.#instance;
    const own = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    return Int32Array.from([
      ...own(0, first),
      ...Array(this.sponsored).fill(-1),
      ...own(first, length),
      ...Array(this.#numbers[1].size).fill(-1),
    ]);
  }

  /** By contract: pins of the slot; 0 for the drop's own. */
  given(contractOf: Int32Array): Float64Array {
    const { sponsoredContracts: first, contracts } = this.#instance;
    const given = new Float64Array(contractOf.length);
    given.set(this.#given[0], first);
    given.set(this.#given[1], contracts.length + this.sponsored);
    return given;
  }

  /** Brand of a slot by its contract. */
  brandOf(c: number): number {
    const { sponsoredContracts: first, contracts } = this.#instance;
    return c < first + this.sponsored
      ? this.#brands[0][c - first]
      : this.#brands[1][c - contracts.length - this.sponsored];
  }

  /** The contract of pin `i`. */
  contractOfPin(i: number, isSponsored: boolean): number {
    const { sponsoredContracts: first, contracts } = this.#instance;
    return isSponsored ? first + this.#slot[i] : contracts.length + this.sponsored + this.#slot[i];
  }
}

/** The pairs, pinned ones behind the others of their type, without those that no bundle with the pins can hold. */
interface PairsBesidePins {
  readonly columns: Pick<Instance, "start" | "middle" | "contract" | "score">;
  readonly pairOf: Uint32Array;
  /** Uint8Array, by pair: whether it is pinned. */
  readonly isPinned: Uint8Array;
  readonly bonus: number;
}

function pairsBesidePins(
  instance: Instance,
  policy: Policy,
  pins: Pins,
  byUser: readonly UserPins[],
  slots: Slots,
  contractOf: Int32Array,
  bonus: number,
): PairsBesidePins {
  const { start, middle, contract, score, group } = instance, users = group.length;
  const most = score.length,
    columns = {
      start: sharedUint32(users + 1),
      middle: sharedUint32(users),
      contract: contractIndices(contractOf.length, most),
      score: sharedFloat64(most),
    };
  const pairOf = new Uint32Array(most), isPinned = new Uint8Array(most);
  let at = 0, next = 0, added = 0;
  const put = (p: number, c: number, value: number) => {
    columns.contract[at] = c;
    columns.score[at] = value;
    pairOf[at++] = p;
  };
  for (let u = 0; u < users; u++) {
    const pinned = next < byUser.length && byUser[next].user === u ? byUser[next++] : null;
    const room = pinned && roomBesidePins(instance, policy, pinned);
    for (const isSponsored of [true, false]) {
      const from = isSponsored ? start[u] : middle[u], to = isSponsored ? middle[u] : start[u + 1];
      const shift = isSponsored ? 0 : slots.sponsored;
      let pin = pinned === null ? 0 : pinned.from + (isSponsored ? 0 : pinned.sponsored);
      const end = pinned === null ? 0 : isSponsored ? pinned.from + pinned.sponsored : pinned.to;
      const first = pin;
      const mayHaveMore = room === null ||
        (isSponsored ? room.sponsored : room.unsponsored) > 0;
      for (let p = from; p < to; p++) {
        if (pin < end && pins.pair[pin] === p) pin++;
        else if (mayHaveMore) put(p, contract[p] + shift, score[p]);
      }
      const pinnedOnes = Array.from({ length: end - first }, (_, i) => first + i)
        .sort((a, b) => slots.contractOfPin(a, isSponsored) - slots.contractOfPin(b, isSponsored));
      for (const i of pinnedOnes) {
        const p = pins.pair[i];
        isPinned[at] = 1;
        put(p, slots.contractOfPin(i, isSponsored), score[p] + bonus);
        added += columns.score[at - 1] - score[p];
      }
      if (isSponsored) columns.middle[u] = at;
    }
    columns.start[u + 1] = at;
  }
  return {
    columns: {
      ...columns,
      contract: columns.contract.subarray(0, at),
      score: columns.score.subarray(0, at),
    },
    pairOf: pairOf.subarray(0, at),
    isPinned: isPinned.subarray(0, at),
    bonus: added,
  };
}

/**
 * The limits less what pins count toward them. Pinned pairs then count toward none, shares of offers aside, where other offers
 * may make up for them: there pins are still to be given.
 */
function limitsBesidePins(
  limits: Limits,
  { pair }: Pins,
  { pairOf, isPinned, columns }: PairsBesidePins,
  contractOf: Int32Array,
): Limits {
  const { rows } = limits, isSigned = signedRows(rows);
  const placeOf = new Map<number, number>();
  contractOf.forEach((c, i) => c >= 0 && placeOf.set(c, i));
  const { used, size } = useOfPairs(rows, pair);
  const amount = rows.amount.map((value, r) => {
    if (isSigned[r] === 1) return value;
    const left = value - used[r];
    return Math.abs(left) <= ROUNDING * size[r] && !Number.isInteger(left) ? 0 : left;
  });
  const items = new ItemsBesidePins(rows, isSigned, (c) => placeOf.get(c)!);
  const item = sharedUint32(pairOf.length);
  for (let p = 0; p < item.length; p++) {
    const own = rows.item[pairOf[p]];
    item[p] = isPinned[p] === 0 ? own : items.pinned(own, columns.contract[p]);
  }
  return { ...limits, rows: { ...rows, ...items.columns(), item, amount } };
}

/** Uint8Array, length rows: 1 where some offers count less than 0 and others more: shares. */
function signedRows({ amount, row, coefficient }: LimitRows): Uint8Array {
  const signs = new Uint8Array(amount.length);
  coefficient.forEach((value, e) => signs[row[e]] |= value < 0 ? 1 : value > 0 ? 2 : 0);
  return signs.map((seen) => seen === 3 ? 1 : 0);
}

/** The items of limits, and more for pinned pairs, which count toward shares alone. */
class ItemsBesidePins {
  readonly #rows: LimitRows;
  readonly #isSigned: Uint8Array;
  readonly #contract: number[];
  readonly #start: number[];
  readonly #row: number[] = [];
  readonly #coefficient: number[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(rows: LimitRows, isSigned: Uint8Array, placeOf: (contract: number) => number) {
    this.#rows = rows;
    this.#isSigned = isSigned;
    this.#contract = Array.from(rows.contract, placeOf);
    this.#start = Array.from(rows.start);
  }

  /** The item of pinned pairs of contract `c` that stand for pairs of an item. */
  pinned(item: number, c: number): number {
    const key = `${item} ${c}`, known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { start, row, coefficient } = this.#rows;
    for (let e = start[item]; e < start[item + 1]; e++) {
      if (this.#isSigned[row[e]] === 0) continue;
      this.#row.push(row[e]);
      this.#coefficient.push(coefficient[e]);
    }
    const number = this.#contract.push(c) - 1;
    this.#start.push(row.length + this.#row.length);
    this.#numbers.set(key, number);
    return number;
  }

  /** All items. */
  columns(): Pick<LimitRows, "contract" | "start" | "row" | "coefficient"> {
    const { row, coefficient } = this.#rows;
    const wide = {
      row: sharedUint32(row.length + this.#row.length),
      coefficient: sharedFloat64(coefficient.length + this.#coefficient.length),
    };
    wide.row.set(row);
    wide.row.set(this.#row, row.length);
    wide.coefficient.set(coefficient);
    wide.coefficient.set(this.#coefficient, coefficient.length);
    const start = sharedUint32(this.#start.length);
    start.set(this.#start);
    return { ...wide, start, contract: Uint32Array.from(this.#contract) };
  }
}
