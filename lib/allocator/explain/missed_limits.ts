/**
 * Why at-least rows of limits are missed.
 *
 * @module
 */
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { labelOfRow, type LimitRows } from "../drop/instance/limits.ts";
import { excessOf, useOfPairs } from "../model/row_use.ts";
import { kOfUser } from "../model/user_k.ts";
import type { LimitsQuestion } from "./limits_question.ts";

/** Why an at-least row is missed. */
export interface MissedReason {
  /** The most that the row could count if only eligible pairs, k and caps mattered; null for shares, for which it is not computed. */
  reachable: number | null;
  /** What keeps `reachable` below the amount: too few eligible pairs, or the caps; null if it is not below. */
  out_of_reach: "pairs" | "caps" | null;
  /** Contracts that users hold although they have more pairs that would count; most users first. */
  taken_by: Taker[];
  /** Full limits and caps of pairs that would count; most pairs first. */
  held_by: Holder[];
}

/** A contract that users hold instead of one that would count. */
export interface Taker extends KnownContract {
  /** Number of those users. */
  users: number;
  /** Its price, where there are prices. */
  price?: number;
}

/** A full row of another limit, or a full cap. */
export interface Holder {
  /** Name of the limit with the row's values; for a cap the contract's id. */
  limit: string;
  /** Whether it is the cap of a contract. */
  is_cap: boolean;
  /** For a cap: the columns shown beside the contract; absent if there are none. */
  about?: KnownContract["about"];
  /** Number of eligible pairs that would count, are no offers, and are under it. */
  pairs: number;
  /** Its price, where there are prices. */
  price?: number;
}

/** Most contracts and limits that a reason names. */
const NAMED = 3;

/** The reasons of `missed`, indices of at-least rows, in the same order. One pass over the pairs. */
export function reasonsOfMissed(
  question: LimitsQuestion,
  missed: readonly number[],
): MissedReason[] {
  const reasons = new Reasons(question, missed);
  reasons.lookAtUsers();
  return missed.map((r, i) => reasons.of(r, i));
}

/** Collects, user by user, what the reasons of all missed rows need. */
class Reasons {
  readonly #question: LimitsQuestion;
  /** Int32Array, length rows: place in the list of missed rows; −1 for the others. */
  readonly #place: Int32Array;
  /** Uint8Array, length rows: 1 for a hard at-most row without room for another offer. */
  readonly #isFull: Uint8Array;
  /** Float64Array, length contracts: units given. */
  readonly #assigned: Float64Array;
  /** By missed row: Σ over users of what the user's k largest pairs would add. */
  readonly #byUsers: Float64Array;
  /** By missed row and contract: number of pairs that count, and the most that one of them adds. */
  readonly #byContract: Map<number, { pairs: number; most: number }>[];
  /** By missed row and contract: users who hold it instead. */
  readonly #takers: Map<number, number>[];
  /** By missed row and full row: pairs under both. The cap of contract c has the key −1 − c. */
  readonly #holders: Map<number, number>[];

  constructor(question: LimitsQuestion, missed: readonly number[]) {
    const { instance, offers } = question, { rows } = instance.limits;
    this.#question = question;
    this.#place = new Int32Array(rows.amount.length).fill(-1);
    missed.forEach((r, i) => this.#place[r] = i);
    const use = useOfPairs(rows, offers.offerPair), least = leastByRow(rows);
    this.#isFull = Uint8Array.from(
      rows.amount,
      (amount, r) =>
        rows.price[r] === Infinity && rows.sense[r] > 0 &&
          excessOf(use.used[r] + least[r], use.size[r], amount) > 0
          ? 1
          : 0,
    );
    this.#assigned = new Float64Array(instance.cap.length);
    for (const p of offers.offerPair) this.#assigned[instance.contract[p]]++;
    this.#byUsers = new Float64Array(missed.length);
    this.#byContract = missed.map(() => new Map());
    this.#takers = missed.map(() => new Map());
    this.#holders = missed.map(() => new Map());
  }

  /** Reads all users and their pairs. */
  lookAtUsers(): void {
    const { start } = this.#question.instance;
    const counted = new Map<number, number[]>();
    for (let u = 0; u + 1 < start.length; u++) {
      counted.clear();
      for (let p = start[u]; p < start[u + 1]; p++) this.#lookAtPair(u, p, counted);
      for (const [i, coefficients] of counted) this.#lookAtUser(u, i, coefficients);
    }
  }

  /** Notes pair `p` for each missed row that it counts toward, and what it adds in `counted`, by place of the missed row. */
  #lookAtPair(u: number, p: number, counted: Map<number, number[]>): void {
    const { instance } = this.#question, { rows } = instance.limits;
    const item = rows.item[p], c = instance.contract[p];
    for (let e = rows.start[item]; e < rows.start[item + 1]; e++) {
      const i = this.#place[rows.row[e]];
      // At-least rows are stored with reversed signs. A coefficient above 0: not selected by the share.
      if (i < 0 || rows.coefficient[e] >= 0) continue;
      const adds = -rows.coefficient[e];
      const list = counted.get(i);
      if (list === undefined) counted.set(i, [adds]);
      else list.push(adds);
      const all = this.#byContract[i].get(c) ?? { pairs: 0, most: 0 };
      this.#byContract[i].set(c, { pairs: all.pairs + 1, most: Math.max(all.most, adds) });
      if (!this.#taken(u).includes(p)) this.#noteHolders(i, p, c);
    }
  }

  /** Notes user `u`, whose pairs would add `coefficients` to the missed row of place `i`. */
  #lookAtUser(u: number, i: number, coefficients: number[]): void {
    const { instance, policy } = this.#question, { rows } = instance.limits;
    coefficients.sort((a, b) => b - a);
    const most = Math.min(kOfUser(instance, policy, u), coefficients.length);
    for (let n = 0; n < most; n++) this.#byUsers[i] += coefficients[n];
    const taken = this.#taken(u);
    const isCounted = (p: number) => {
      for (let e = rows.start[rows.item[p]]; e < rows.start[rows.item[p] + 1]; e++) {
        if (this.#place[rows.row[e]] === i && rows.coefficient[e] < 0) return true;
      }
      return false;
    };
    // This user holds as many offers that count as possible.
    if (taken.filter(isCounted).length >= most) return;
    for (const p of taken) if (!isCounted(p)) add(this.#takers[i], instance.contract[p]);
  }

  /** Notes the full rows and the full cap that pair `p` of contract `c`, which is no offer, is under. */
  #noteHolders(i: number, p: number, c: number): void {
    const { instance } = this.#question, { rows } = instance.limits;
    if (this.#assigned[c] >= instance.cap[c]) add(this.#holders[i], -1 - c);
    for (let e = rows.start[rows.item[p]]; e < rows.start[rows.item[p] + 1]; e++) {
      if (this.#isFull[rows.row[e]] === 1 && rows.coefficient[e] > 0) {
        add(this.#holders[i], rows.row[e]);
      }
    }
  }

  /** The reason of row `r`, whose place in the list of missed rows is `i`. */
  of(r: number, i: number): MissedReason {
    const { instance, prices } = this.#question, { limits, cap, contracts } = instance;
    const isShare = limits.families[limits.rows.family[r]].shareOf !== null;
    let byCaps = 0;
    for (const [c, { pairs, most }] of this.#byContract[i]) {
      byCaps += most * Math.min(cap[c], pairs);
    }
    const byUsers = this.#byUsers[i], amount = limits.rows.declared[r];
    const reachable = Math.min(byUsers, byCaps), isOut = reachable < amount * (1 - 1e-12);
    const taken_by = largest(this.#takers[i]).map(([c, users]): Taker => ({
      contract_address: contracts[c],
      ...aboutContract(instance, c),
      users,
      ...(prices !== null && { price: prices.contract[c] }),
    }));
    const held_by = largest(this.#holders[i]).map(([row, pairs]): Holder => {
      const is_cap = row < 0, price = is_cap ? prices?.contract[-1 - row] : prices?.limit?.[row];
      const limit = is_cap ? contracts[-1 - row] : this.#nameOf(row);
      return {
        limit,
        is_cap,
        pairs,
        ...(is_cap && aboutContract(instance, -1 - row)),
        ...(price !== undefined && { price }),
      };
    });
    return {
      reachable: isShare ? null : reachable,
      out_of_reach: isShare || !isOut ? null : byUsers <= byCaps ? "pairs" : "caps",
      taken_by: taken_by.slice(0, NAMED),
      held_by: held_by.slice(0, NAMED),
    };
  }

  #nameOf(r: number): string {
    return labelOfRow(this.#question.instance.limits, r);
  }

  #taken(u: number): Uint32Array {
    const { offerStart, offerPair } = this.#question.offers;
    return offerPair.subarray(offerStart[u], offerStart[u + 1]);
  }
}

/** Float64Array, length rows: the least amount > 0 that an offer adds to each row. A row with less room than that is full. */
function leastByRow({ row, coefficient, amount }: LimitRows): Float64Array {
  const least = new Float64Array(amount.length).fill(Infinity);
  for (let e = 0; e < row.length; e++) {
    if (coefficient[e] > 0 && coefficient[e] < least[row[e]]) least[row[e]] = coefficient[e];
  }
  return least;
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Entries [key, count], largest count first; equal counts in the order of their keys. */
function largest(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b);
}
