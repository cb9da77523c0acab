/**
 * Takes pairs out of a drop.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";
import { reorderPool } from "../../../base/ids/sort_ids.ts";
import type { Attributes, TextColumn } from "../instance/attributes.ts";
import { contractIndices } from "../instance/contract_indices.ts";
import type { Instance } from "../instance/instance.ts";
import { CHANGED } from "../limits/changed_offers.ts";
import { compileLimits } from "../limits/limit_rows.ts";
import type { Limits } from "../instance/limits.ts";
import type { Pins } from "../instance/pins.ts";
import type { LimitFamily } from "../instance/limit_family.ts";
import { IN_PREVIOUS, type Previous } from "../instance/previous.ts";
import type { ScoreScaling } from "../instance/score_scaling.ts";

/**
 * The drop without the pairs that `isOut` marks, as if they had never been eligible: users and groups without a pair are taken out
 * too, and limits are compiled again. Pins among the pairs are dropped; previous offers among them count as lost.
 *
 * @param isOut Uint8Array, length pairs: 1 for a pair to leave out
 */
export function withoutPairs(instance: Instance, isOut: Uint8Array): Instance {
  const kept = new Kept(instance, isOut);
  const { limits, pins, previous, scaling, plainScore, k, ...rest } = instance;
  const own = {
    ...rest,
    ...kept.columns(),
    ...kept.groups(),
    ...(k !== undefined && { k: Int32Array.from(kept.users, (u) => k[u]) }),
    ...(plainScore !== undefined && { plainScore: kept.ofPairs(plainScore, sharedFloat64) }),
    ...(pins !== undefined && pinsAmong(pins, kept)),
    ...(previous !== undefined && { previous: previousAmong(previous, kept) }),
    ...(scaling !== undefined && { scaling: scalingAmong(scaling, kept) }),
  };
  const families = limits?.families.filter((family) => !nothingChanges(family, own.previous)) ?? [];
  return limits === undefined || families.length === 0
    ? own
    : { ...own, limits: limitsAmong(own, { ...limits, families }, kept) };
}

/** Whether a family limits changes from previous offers, of which each pair that is left is one: nothing can be too much. */
function nothingChanges({ limit, where }: LimitFamily, previous: Previous | undefined): boolean {
  return limit === CHANGED && where.some(({ column }) => column === IN_PREVIOUS) &&
    previous !== undefined && !previous.given.includes(0);
}

/** The pairs, users and groups that are left, and columns of them. */
class Kept {
  /** Uint32Array: the users that have a pair left. */
  readonly users: Uint32Array;
  /** Uint8Array, length pairs. */
  readonly isOut: Uint8Array;
  readonly instance: Instance;
  /** Runs of pairs that are left: from, to, from, to, … */
  readonly #runs: number[] = [];
  readonly #pairs: number;
  /** Uint32Array, length groups: users of each that are left. */
  readonly #groupSize: Uint32Array;

  constructor(instance: Instance, isOut: Uint8Array) {
    this.instance = instance;
    this.isOut = isOut;
    let from = 0, pairs = 0;
    for (let p = isOut.indexOf(1); p >= 0; p = isOut.indexOf(1, from)) {
      if (p > from) this.#runs.push(from, p);
      pairs += p - from;
      from = p + 1;
    }
    this.#runs.push(from, isOut.length);
    this.#pairs = pairs + isOut.length - from;
    const { start } = instance, users: number[] = [];
    for (let u = 0; u + 1 < start.length; u++) {
      let p = start[u];
      while (p < start[u + 1] && isOut[p] === 1) p++;
      if (p < start[u + 1]) users.push(u);
    }
    this.users = Uint32Array.from(users);
    this.#groupSize = new Uint32Array(instance.groups.length);
    for (const u of users) this.#groupSize[instance.group[u]]++;
  }

  /** The elements of a column that belong to pairs that are left. */
  ofPairs<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
    column: T,
    allocate: (length: number) => T,
  ): T {
    const own = allocate(this.#pairs);
    let at = 0;
    for (let i = 0; i < this.#runs.length; i += 2) {
      const run = column.subarray(this.#runs[i], this.#runs[i + 1]);
      own.set(run, at);
      at += run.length;
    }
    return own;
  }

  columns(): Pick<Instance, "users" | "start" | "middle" | "contract" | "score"> {
    const { instance, users, isOut } = this, { contracts, contract, score } = instance;
    const start = sharedUint32(users.length + 1), middle = sharedUint32(users.length);
    let at = 0;
    users.forEach((u, i) => {
      for (let p = instance.start[u]; p < instance.middle[u]; p++) at += 1 - isOut[p];
      middle[i] = at;
      for (let p = instance.middle[u]; p < instance.start[u + 1]; p++) at += 1 - isOut[p];
      start[i + 1] = at;
    });
    const all = users.length === instance.group.length;
    return {
      users: all ? instance.users : reorderPool(instance.users, users),
      start,
      middle,
      contract: this.ofPairs(contract, (length) => contractIndices(contracts.length, length)),
      score: this.ofPairs(score, sharedFloat64),
    };
  }

  groups(): Pick<Instance, "groups" | "ratio" | "groupSize" | "group"> {
    const { group, groups, ratio } = this.instance;
    const left = this.groupsLeft(), place = new Uint32Array(groups.length);
    left.forEach((g, i) => place[g] = i);
    const own = sharedUint32(this.users.length);
    this.users.forEach((u, i) => own[i] = place[group[u]]);
    return {
      groups: left.map((g) => groups[g]),
      ratio: Float64Array.from(left, (g) => ratio[g]),
      groupSize: Uint32Array.from(left, (g) => this.#groupSize[g]),
      group: own,
    };
  }

  /** The groups that have a user left. */
  groupsLeft(): number[] {
    return [...this.#groupSize.keys()].filter((g) => this.#groupSize[g] > 0);
  }
}

function pinsAmong({ pair, created, row, rows }: Pins, { isOut }: Kept): { pins?: Pins } {
  const places = [...pair.keys()].filter((i) => isOut[pair[i]] === 0);
  if (places.length === 0) return {};
  const own = new Uint32Array(places.length);
  let before = 0, from = 0;
  places.forEach((i, n) => {
    for (; from < pair[i]; from++) before += isOut[from];
    own[n] = pair[i] - before;
  });
  return {
    pins: {
      pair: own,
      created: Uint8Array.from(places, (i) => created[i]),
      row: Uint32Array.from(places, (i) => row[i]),
      rows,
    },
  };
}

function previousAmong({ given, lost, usersOutside }: Previous, kept: Kept): Previous {
  const { start } = kept.instance;
  const lostNow = Uint8Array.from(kept.users, (u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (kept.isOut[p] === 1 && given[p] === 1) return 1;
    }
    return lost[u];
  });
  let outside = usersOutside, next = 0;
  for (let u = 0; u + 1 < start.length; u++) {
    if (kept.users[next] === u) next++;
    else if (lost[u] === 1 || given.subarray(start[u], start[u + 1]).includes(1)) outside++;
  }
  return {
    given: kept.ofPairs(given, (length) => new Uint8Array(length)),
    lost: lostNow,
    usersOutside: outside,
  };
}

function scalingAmong({ declines, declineFactor, userFactor }: ScoreScaling, kept: Kept) {
  return {
    declines: declines && kept.ofPairs(declines, (length) => new Uint8Array(length)),
    declineFactor,
    userFactor: userFactor && Float64Array.from(kept.users, (u) => userFactor[u]),
  };
}

/** The limits, compiled for the pairs that are left. */
function limitsAmong(instance: Instance, { families, attributes }: Limits, kept: Kept): Limits {
  const picked = (places: ArrayLike<number>) => ({ code, values }: TextColumn): TextColumn => ({
    code: Uint32Array.from(places, (i) => code[i]),
    values,
  });
  const each = <T>(columns: ReadonlyMap<string, T>, of: (column: T) => T) =>
    new Map(Array.from(columns, ([name, column]) => [name, of(column)]));
  const ofPairs = ({ code, values }: TextColumn): TextColumn => ({
    code: kept.ofPairs(code, (length) => new Uint32Array(length)),
    values,
  });
  const own: Attributes = {
    caps: attributes.caps,
    soldOut: attributes.soldOut,
    user_groups: each(attributes.user_groups, picked(kept.users)),
    group_ratios: each(attributes.group_ratios, picked(kept.groupsLeft())),
    elig: each(attributes.elig, ofPairs),
    eligNumbers: each(
      attributes.eligNumbers,
      (column) => kept.ofPairs(column, (length) => new Float64Array(length)),
    ),
  };
  return compileLimits(instance, families, own);
}
