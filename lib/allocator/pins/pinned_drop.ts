/**
 * Turns a drop with pins into a stand-in without pins, which solvers solve.
 *
 * The pinned offers are given in advance: their units are taken off the caps, and what they count is taken off the amounts of
 * limits. In the stand-in each pinned pair has a contract made for pins alone, with a unit for each of them; no
 * limit counts it, and its score has a bonus so large that every bundle worth choosing holds it. So solvers, which know
 * nothing of pins, choose what users get besides them. In terms of duality the bonus is the price of a constraint x = 1: for
 * any bonus, the bound less all bonuses is a bound of the drop with pins.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../base/arrays/shared_array.ts";
import { type ContractIndices, contractIndices } from "../drop/instance/contract_indices.ts";
import { type Instance, MAX_CONTRACTS } from "../drop/instance/instance.ts";
import type { LimitRows, Limits } from "../drop/instance/limits.ts";
import type { Pins } from "../drop/instance/pins.ts";
import { UsageError } from "../../base/errors.ts";
import { largestBundle, largestScore, type Policy, shortfallPrice } from "../model/policy.ts";
import { groupRules } from "../limits/kinds/group_rules.ts";
import { highestOfLimits, largestOfferCost } from "../model/offer_cost.ts";
import { largestK } from "../model/user_k.ts";
import { signedRows, useOfPairs } from "../model/row_use.ts";
import { pinsByUser, roomBesidePins, type UserPins } from "./pin_conflicts.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** A drop without pins, and how it relates to the one with them. */
export interface PinnedDrop {
  /** The drop to solve. */
  readonly instance: Instance;
  /** Uint32Array, length pairs of `instance`: the original pair of each. */
  readonly pairOf: Uint32Array;
  /** Int32Array, length contracts of `instance`: the original contract of each; −1: it was made for pins. */
  readonly contractOf: Int32Array;
  /** Σ of what was added to the scores of pinned pairs. */
  readonly bonus: number;
}

/** Whether a pair of the stand-in is a pinned one. */
export function isPinnedPair({ instance, contractOf }: PinnedDrop, pair: number): boolean {
  return contractOf[instance.contract[pair]] < 0;
}

/** The scores alone, in the order of the stand-in's pairs. */
function plainScoreOf(
  { score, plainScore = score }: Instance,
  pairOf: Uint32Array,
): Float64Array {
  const plain = sharedFloat64(pairOf.length);
  for (let p = 0; p < plain.length; p++) plain[p] = plainScore[pairOf[p]];
  return plain;
}

/**
 * Makes the stand-in. The pins must keep the rules, see `refuseConflicts`.
 *
 * @param raise factor on the bonus; more than 1 if an earlier, smaller bonus was not enough
 * @throws {UsageError} if the pins need more contracts than a drop can have
 */
export function withoutPins(
  instance: Instance,
  policy: Policy,
  pins: Pins,
  raise: number,
): PinnedDrop {
  const byUser = pinsByUser(instance, pins), bonus = raise * bonusOf(instance, policy);
  const slots = new Slots(instance, policy, pins, byUser);
  const { contracts, sponsoredContracts, cap, brand, brands } = instance;
  const contractOf = slots.contractOf();
  const capOf = slots.given(contractOf);
  const pairs = pairsBesidePins(instance, policy, { pins, byUser, slots, contractOf, bonus });
  const brandOf = brand === null
    ? null
    : Uint32Array.from(contractOf, (c, i) => c >= 0 ? brand[c] : slots.brandOf(i));
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
      besidePins: true,
      plainScore: plainScoreOf(instance, pairs.pairOf),
      // Pairs that are left out count for the default shortfall price, as they do for who knows the drop itself.
      largestScore: largestScore(instance),
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
 * The bonus of each pin: more than what giving the pin up could bring. Whatever the bonus, the bound is right, and so is an
 * allocation that holds all pins. If it is too small for that, `solvePinned` raises it.
 */
function bonusOf(instance: Instance, policy: Policy): number {
  const { limits } = instance;
  const bundle = largestBundle(instance, policy);
  // The moderate price that solvers begin with, even if the policy asks for a higher one: the bonus can still be raised.
  const price = shortfallPrice(instance, { ...policy, shortfallPrice: null });
  // Giving a pin up may free a place among mixed users.
  const { others } = groupRules(instance, policy);
  let counted = others.some(({ countsMixed }) => countsMixed) ? price : 0;
  if (limits !== undefined) {
    const highest = highestOfLimits(limits.rows, price);
    counted += largestK(instance, policy) * largestOfferCost(limits.rows, highest, price);
  }
  // A power of ten, so that sums with decimal scores stay short decimals.
  return 10 ** Math.ceil(Math.log10(8 * (bundle + counted) || 1));
}

/**
 * The contracts made for pinned pairs, called slots: one for each type, brand (where brands are limited) and place among the user's
 * pins of that type and brand. So no user has the same one twice, and there are few.
 */
class Slots {
  /** How many slots are sponsored; they come after the drop's sponsored contracts. */
  readonly sponsored: number;
  readonly #instance: Instance;
  /** By type: the number of each slot, by brand and place. */
  readonly #numbers = [new Map<string, number>(), new Map<string, number>()];
  /** By type and number: the slot's brand, and how many pins have the slot. */
  readonly #brands: [number[], number[]] = [[], []];
  readonly #given: [number[], number[]] = [[], []];
  /** By pin: the number of its slot among those of its type. */
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

  /** The contracts of the stand-in: those of the drop, with a −1 for each slot behind those of its type. */
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

  /** By contract of the stand-in: the pins of the slot; 0 for the drop's own. */
  given(contractOf: Int32Array): Float64Array {
    const { sponsoredContracts: first, contracts } = this.#instance;
    const given = new Float64Array(contractOf.length);
    given.set(this.#given[0], first);
    given.set(this.#given[1], contracts.length + this.sponsored);
    return given;
  }

  /** The brand of the slot that is contract `c` of the stand-in. */
  brandOf(c: number): number {
    const { sponsoredContracts: first, contracts } = this.#instance;
    return c < first + this.sponsored
      ? this.#brands[0][c - first]
      : this.#brands[1][c - contracts.length - this.sponsored];
  }

  /** The contract of pin `i` in the stand-in. */
  contractOfPin(i: number, isSponsored: boolean): number {
    const { sponsoredContracts: first, contracts } = this.#instance;
    return isSponsored ? first + this.#slot[i] : contracts.length + this.sponsored + this.#slot[i];
  }
}

/**
 * The pairs of the stand-in. Pinned ones come behind the others of their type; pairs that no bundle with the pins can hold are
 * left out.
 */
interface PairsBesidePins {
  readonly columns: Pick<Instance, "start" | "middle" | "contract" | "score">;
  readonly pairOf: Uint32Array;
  /** Uint8Array, by pair: 1 for a pinned one. */
  readonly isPinned: Uint8Array;
  /** Σ of what was added to the scores of pinned pairs. */
  readonly bonus: number;
}

/** What {@link pairsBesidePins} makes the pairs from. */
interface PinsOfPairs {
  readonly pins: Pins;
  readonly byUser: readonly UserPins[];
  readonly slots: Slots;
  /** Int32Array, by contract of the stand-in: the original contract, or −1. */
  readonly contractOf: Int32Array;
  /** What each pin is worth more. */
  readonly bonus: number;
}

function pairsBesidePins(
  instance: Instance,
  policy: Policy,
  context: PinsOfPairs,
): PairsBesidePins {
  const users = instance.group.length, { byUser } = context;
  const writer = new PairWriter(instance, context);
  for (let u = 0, next = 0; u < users; u++) {
    const pinned = next < byUser.length && byUser[next].user === u ? byUser[next++] : null;
    const room = pinned && roomBesidePins(instance, policy, pinned);
    writer.addSponsored(u, pinned, room === null || room.sponsored > 0);
    writer.addUnsponsored(u, pinned, room === null || room.unsponsored > 0);
  }
  return writer.pairs();
}

/** Writes the pairs of the stand-in, user by user. */
class PairWriter {
  readonly #instance: Instance;
  readonly #context: PinsOfPairs;
  readonly #start: Uint32Array;
  readonly #middle: Uint32Array;
  readonly #contract: ContractIndices;
  readonly #score: Float64Array;
  readonly #pairOf: Uint32Array;
  readonly #isPinned: Uint8Array;
  #length = 0;
  #bonus = 0;

  constructor(instance: Instance, context: PinsOfPairs) {
    const users = instance.group.length, most = instance.score.length;
    this.#instance = instance;
    this.#context = context;
    this.#start = sharedUint32(users + 1);
    this.#middle = sharedUint32(users);
    this.#contract = contractIndices(context.contractOf.length, most);
    this.#score = sharedFloat64(most);
    this.#pairOf = new Uint32Array(most);
    this.#isPinned = new Uint8Array(most);
  }

  /** Adds the sponsored pairs of user `u`; those that are not pinned only if it may have more than its pins. */
  addSponsored(u: number, pinned: UserPins | null, mayHaveMore: boolean): void {
    const { start, middle } = this.#instance;
    const from = pinned?.from ?? 0, to = from + (pinned?.sponsored ?? 0);
    if (mayHaveMore) this.#addOthers(start[u], middle[u], from, to, 0);
    this.#addPins(from, to, true);
    this.#middle[u] = this.#length;
  }

  /** Adds the unsponsored pairs of user `u`, likewise. */
  addUnsponsored(u: number, pinned: UserPins | null, mayHaveMore: boolean): void {
    const { start, middle } = this.#instance, shift = this.#context.slots.sponsored;
    const from = pinned === null ? 0 : pinned.from + pinned.sponsored, to = pinned?.to ?? 0;
    if (mayHaveMore) this.#addOthers(middle[u], start[u + 1], from, to, shift);
    this.#addPins(from, to, false);
    this.#start[u + 1] = this.#length;
  }

  /** Adds those of pairs `[from, to)` that are not among pins `[pin, pinEnd)`, with contracts shifted by `shift`. */
  #addOthers(from: number, to: number, pin: number, pinEnd: number, shift: number): void {
    const { contract, score } = this.#instance, { pair } = this.#context.pins;
    for (let p = from; p < to; p++) {
      if (pin < pinEnd && pair[pin] === p) pin++;
      else this.#put(p, contract[p] + shift, score[p]);
    }
  }

  /** Adds the stand-in pairs of pins `[from, to)`, by contract. */
  #addPins(from: number, to: number, isSponsored: boolean): void {
    const { slots, pins, bonus } = this.#context, { score } = this.#instance;
    const contractOf = (i: number) => slots.contractOfPin(i, isSponsored);
    const sorted = Array.from({ length: to - from }, (_, i) => from + i)
      .sort((a, b) => contractOf(a) - contractOf(b));
    for (const i of sorted) {
      const p = pins.pair[i];
      this.#isPinned[this.#length] = 1;
      this.#put(p, contractOf(i), score[p] + bonus);
      this.#bonus += this.#score[this.#length - 1] - score[p];
    }
  }

  #put(pair: number, contract: number, score: number): void {
    const at = this.#length++;
    this.#contract[at] = contract;
    this.#score[at] = score;
    this.#pairOf[at] = pair;
  }

  pairs(): PairsBesidePins {
    const length = this.#length;
    return {
      columns: {
        start: this.#start,
        middle: this.#middle,
        contract: this.#contract.subarray(0, length) as ContractIndices,
        score: this.#score.subarray(0, length),
      },
      pairOf: this.#pairOf.subarray(0, length),
      isPinned: this.#isPinned.subarray(0, length),
      bonus: this.#bonus,
    };
  }
}

/**
 * The limits with what the pins count taken off their amounts; the stand-in pairs then count toward none. Shares of offers are the
 * exception: they have coefficients of both signs and an amount of 0, so there the stand-in pairs count as the pins do.
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
    return Math.abs(left) <= COUNT_ROUNDING * size[r] && !Number.isInteger(left) ? 0 : left;
  });
  const items = new ItemsBesidePins(rows, isSigned, (c) => placeOf.get(c)!);
  const item = sharedUint32(pairOf.length);
  for (let p = 0; p < item.length; p++) {
    const own = rows.item[pairOf[p]];
    item[p] = isPinned[p] === 0 ? own : items.pinned(own, columns.contract[p]);
  }
  return { ...limits, rows: { ...rows, ...items.columns(), item, amount } };
}

/** The items of limits, and further ones for stand-in pairs, which count toward rows with both signs alone. */
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

  /** The item of stand-in pairs with contract `c` whose original pairs have item `item`. */
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
    const all = {
      row: sharedUint32(row.length + this.#row.length),
      coefficient: sharedFloat64(coefficient.length + this.#coefficient.length),
    };
    all.row.set(row);
    all.row.set(this.#row, row.length);
    all.coefficient.set(coefficient);
    all.coefficient.set(this.#coefficient, coefficient.length);
    const start = sharedUint32(this.#start.length);
    start.set(this.#start);
    return { ...all, start, contract: Uint32Array.from(this.#contract) };
  }
}
