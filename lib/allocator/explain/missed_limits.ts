/**
 * Why at-least rows of limits are missed.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { labelOfRow } from "../drop/instance/limits.ts";
import { groupRules } from "../limits/kinds/group_rules.ts";
import { offersOfUser } from "../model/offers.ts";
import { excessOf, type RowUse, useOfPairs } from "../model/row_use.ts";
import { kOfUser } from "../model/user_k.ts";
import {
  countGroups,
  fitsBrand,
  fitsRules,
  fitsType,
  type RuleState,
  typeCounts,
} from "./fits_rules.ts";
import type { LimitsQuestion } from "./limits_question.ts";

/** Why an at-least row is missed. */
export interface MissedReason {
  /** No more than this could count if only eligible pairs, k and caps mattered; null for shares, for which it is not computed. */
  reachable: number | null;
  /**
   * What keeps `reachable` below the amount: too few eligible pairs, the most offers of each user, or the caps; null if it is
   * not below.
   */
  out_of_reach: "pairs" | "k" | "caps" | null;
  /**
   * Contracts that users hold in place of pairs that would count, or count more: they may get no further offer, or none beside this
   * one; most users first.
   */
  taken_by: Taker[];
  /** Limits and caps that have no room for pairs that would count, or none that costs nothing; most pairs first. */
  held_by: Holder[];
  /**
   * Pairs that would count, have room under caps and limits, and are of users with fewer than k offers, but that a rule on
   * types, brands or groups keeps from these users.
   */
  ruled_out: number;
  /** Pairs that would count and that nothing keeps from being offers, but what they are worth. */
  not_worth: number;
}

/** A contract that users hold instead of one that would count, or would count more. */
export interface Taker extends KnownContract {
  /** Number of those users. */
  users: number;
  /** Its price, where there are prices. */
  price?: number;
}

/** A row of another limit, or a cap. */
export interface Holder {
  /** Name of the limit with the row's values; for a cap the contract's id. */
  limit: string;
  /** Whether it is the cap of a contract. */
  is_cap: boolean;
  /** For a cap: the columns shown beside the contract; absent if there are none. */
  about?: KnownContract["about"];
  /** Number of eligible pairs that would count, are no offers, and for which it has no room. */
  pairs: number;
  /** Its price, where there are prices. */
  price?: number;
}

/** Room for the rounding of sums. */
const ALMOST = 1 - WORTH_ROUNDING;

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

/** What the pairs of one user would add to a missed row. */
interface Counted {
  /** What each would add. */
  readonly adds: number[];
  /** The most that one of those which are no offers would add. */
  left: number;
  /** Those that only rules on types, brands or groups keep from the user. */
  readonly ruledOut: number[];
}

/** Collects, user by user, what the reasons of all missed rows need. */
class Reasons {
  readonly #question: LimitsQuestion;
  /** Int32Array, length rows: place in the list of missed rows; −1 for the others. */
  readonly #place: Int32Array;
  /** What the offers use of each row. */
  readonly #use: RowUse;
  /** What the rules on users and groups are judged by. */
  readonly #rules: RuleState;
  /** Float64Array, length contracts: units given. */
  readonly #assigned: Float64Array;
  /** By missed row: Σ over users of what the user's k largest pairs would add. */
  readonly #byUsers: Float64Array;
  /** By missed row and contract: number of pairs that count, the most that one of them adds, and what all add. */
  readonly #byContract: Map<number, { pairs: number; most: number; all: number }>[];
  /** By missed row and contract: users who hold it instead. */
  readonly #takers: Map<number, number>[];
  /** By missed row and full row: pairs under both. The cap of contract c has the key −1 − c. */
  readonly #holders: Map<number, number>[];
  /** By missed row: see {@link MissedReason}. */
  readonly #ruledOut: Float64Array;
  readonly #notWorth: Float64Array;

  constructor(question: LimitsQuestion, missed: readonly number[]) {
    const { instance, offers } = question, { rows } = instance.limits;
    this.#question = question;
    this.#place = new Int32Array(rows.amount.length).fill(-1);
    missed.forEach((r, i) => this.#place[r] = i);
    this.#use = useOfPairs(rows, offers.offerPair);
    this.#rules = {
      question,
      groups: countGroups(instance, offers),
      problem: { rules: groupRules(instance, question.policy) },
    };
    this.#assigned = new Float64Array(instance.cap.length);
    for (const p of offers.offerPair) this.#assigned[instance.contract[p]]++;
    this.#byUsers = new Float64Array(missed.length);
    this.#byContract = missed.map(() => new Map());
    this.#takers = missed.map(() => new Map());
    this.#holders = missed.map(() => new Map());
    this.#ruledOut = new Float64Array(missed.length);
    this.#notWorth = new Float64Array(missed.length);
  }

  /** Reads all users and their pairs. */
  lookAtUsers(): void {
    const { start } = this.#question.instance;
    const counted = new Map<number, Counted>();
    for (let u = 0; u + 1 < start.length; u++) {
      counted.clear();
      for (let p = start[u]; p < start[u + 1]; p++) this.#lookAtPair(u, p, counted);
      for (const [i, own] of counted) this.#lookAtUser(u, i, own);
    }
  }

  /** Notes pair `p` for each missed row that it counts toward, and what it adds in `counted`, by place of the missed row. */
  #lookAtPair(u: number, p: number, counted: Map<number, Counted>): void {
    const { instance } = this.#question, { rows } = instance.limits;
    const item = rows.item[p], c = instance.contract[p];
    for (let e = rows.start[item]; e < rows.start[item + 1]; e++) {
      const i = this.#place[rows.row[e]];
      // At-least rows are stored with reversed signs. A coefficient above 0: not selected by the share.
      if (i < 0 || rows.coefficient[e] >= 0) continue;
      const adds = -rows.coefficient[e], isTaken = this.#taken(u).includes(p);
      const own = counted.get(i) ?? { adds: [], left: 0, ruledOut: [] };
      counted.set(i, own);
      own.adds.push(adds);
      if (!isTaken) own.left = Math.max(own.left, adds);
      const { pairs, most, all } = this.#byContract[i].get(c) ?? { pairs: 0, most: 0, all: 0 };
      this.#byContract[i].set(c, {
        pairs: pairs + 1,
        most: Math.max(most, adds),
        all: all + adds,
      });
      if (!isTaken) this.#notePair(i, u, p, own);
    }
  }

  /** Notes user `u`, whose pairs would add this to the missed row of place `i`. */
  #lookAtUser(u: number, i: number, { adds, left, ruledOut }: Counted): void {
    const { instance, policy } = this.#question, { rows } = instance.limits;
    adds.sort((a, b) => b - a);
    const most = Math.min(kOfUser(instance, policy, u), adds.length);
    for (let n = 0; n < most; n++) this.#byUsers[i] += adds[n];
    if (left === 0) return;
    const taken = this.#taken(u), hasAll = taken.length >= kOfUser(instance, policy, u);
    const addsOf = (p: number) => {
      for (let e = rows.start[rows.item[p]]; e < rows.start[rows.item[p] + 1]; e++) {
        if (this.#place[rows.row[e]] === i) return Math.max(0, -rows.coefficient[e]);
      }
      return 0;
    };
    // Who may get no further offer has this one instead; who may, only where a rule lets the user have one of the two.
    for (const t of taken) {
      const own = addsOf(t);
      const isInTheWay = hasAll
        ? own < left
        : ruledOut.some((p) => own < addsOf(p) && this.#standsAgainst(u, t, p));
      if (isInTheWay) add(this.#takers[i], instance.contract[t]);
    }
  }

  /** Whether types or brands keep pair `p` from user `u` because of the offer `t`: not beside it, or only without it. */
  #standsAgainst(u: number, t: number, p: number): boolean {
    const { instance } = this.#question, others = this.#taken(u).filter((other) => other !== t);
    const fits = (held: ArrayLike<number>) => {
      const way = [...Array.from(held), p];
      return fitsType(this.#rules, u, typeCounts(instance, held), typeCounts(instance, way)) &&
        fitsBrand(this.#rules, way, instance.contract[p]);
    };
    return !fits([t]) || (!fits(this.#taken(u)) && fits(others));
  }

  /** Notes what keeps pair `p` of user `u`, which is no offer, from being one. */
  #notePair(i: number, u: number, p: number, { ruledOut }: Counted): void {
    const { instance, policy } = this.#question, { rows } = instance.limits;
    const c = instance.contract[p], holders = this.#holders[i];
    let isHeld = this.#assigned[c] >= instance.cap[c];
    if (isHeld) add(holders, -1 - c);
    for (let e = rows.start[rows.item[p]]; e < rows.start[rows.item[p] + 1]; e++) {
      if (rows.coefficient[e] <= 0 || this.#hasRoom(rows.row[e], rows.coefficient[e])) continue;
      add(holders, rows.row[e]);
      isHeld = true;
    }
    const taken = Array.from(this.#taken(u));
    if (isHeld || taken.length >= kOfUser(instance, policy, u)) return;
    if (fitsRules(this.#rules, u, taken, p)) {
      this.#notWorth[i]++;
    } else {
      this.#ruledOut[i]++;
      ruledOut.push(p);
    }
  }

  /** Whether `more` units of row `r` break nothing, and cost nothing where it may be exceeded. */
  #hasRoom(r: number, more: number): boolean {
    const { amount } = this.#question.instance.limits.rows, { used, size } = this.#use;
    return excessOf(used[r] + more, size[r] + more, amount[r]) === 0;
  }

  /** The reason of row `r`, whose place in the list of missed rows is `i`. */
  of(r: number, i: number): MissedReason {
    const { instance, prices } = this.#question, { limits, cap, contracts } = instance;
    const isShare = limits.families[limits.rows.family[r]].shareOf !== null;
    let byCaps = 0, byPairs = 0;
    for (const [c, { pairs, most, all }] of this.#byContract[i]) {
      byCaps += Math.min(most * Math.min(cap[c], pairs), all);
      byPairs += all;
    }
    const byUsers = this.#byUsers[i], amount = limits.rows.declared[r];
    const reachable = Math.min(byUsers, byCaps);
    const taken_by = largest(this.#takers[i]).map(([c, users]): Taker => ({
      contract_address: contracts[c],
      ...aboutContract(instance, c),
      users,
      ...(prices !== null && { price: prices.contract[c] }),
    }));
    const held_by = largest(this.#holders[i]).map(([row, pairs]): Holder => {
      const is_cap = row < 0, price = is_cap ? prices?.contract[-1 - row] : prices?.limit?.[row];
      const limit = is_cap ? contracts[-1 - row] : labelOfRow(limits, row);
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
      out_of_reach: isShare || reachable >= amount * ALMOST
        ? null
        : byCaps < byUsers * ALMOST
        ? "caps"
        : byUsers >= byPairs * ALMOST
        ? "pairs"
        : "k",
      taken_by: taken_by.slice(0, NAMED),
      held_by: held_by.slice(0, NAMED),
      ruled_out: this.#ruledOut[i],
      not_worth: this.#notWorth[i],
    };
  }

  #taken(u: number): Uint32Array {
    return offersOfUser(this.#question.offers, u);
  }
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Entries [key, count], largest count first; equal counts in the order of their keys. */
function largest(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b);
}
