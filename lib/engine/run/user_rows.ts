/**
 * Some of the users with their pairs, read from the engine into columns.
 *
 * @module
 */
import type { UserRow } from "../steps/gather.ts";
import { compareIds, IdPool } from "../../base/ids/ids.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { Float64List, Uint32List } from "../../base/arrays/number_list.ts";

/** The users read. */
export interface UsersRead {
  /** Their drop. */
  readonly instance: Instance;
  /** Uint32Array, length users: the part that each is on. */
  readonly part: Uint32Array;
}

/** Users and their pairs in columns, as they come. */
export class UserRows {
  readonly #ids: string[] = [];
  readonly #part = new Uint32List();
  readonly #group = new Uint32List();
  readonly #kind = new Uint32List();
  readonly #start = new Uint32List();
  readonly #contract = new Uint32List();
  readonly #score = new Float64List();
  #pairs = 0;

  /** Takes rows of a part. */
  add(rows: readonly UserRow[], part: number): void {
    for (const [id, g, sc, sv, uc, uv, kc] of rows) {
      this.#ids.push(id);
      this.#part.push(part);
      this.#group.push(Number(g));
      this.#kind.push(Number(kc));
      this.#start.push(this.#pairs);
      this.#take(sc, sv);
      this.#take(uc, uv);
    }
  }

  #take(contracts: string, scores: string): void {
    for (const c of JSON.parse(contracts) as number[]) this.#contract.push(c);
    for (const s of JSON.parse(scores) as number[]) this.#score.push(s);
    this.#pairs = this.#contract.array().length;
  }

  /** The drop of the users, in the order of their ids, with the whole drop's contracts and groups. */
  finish(whole: DualProblem): UsersRead {
    const { instance } = whole;
    const ids = this.#ids, users = ids.length;
    const order = Array.from(ids.keys()).sort((a, b) => compareIds(ids[a], ids[b]));
    this.#start.push(this.#pairs);
    const from = this.#start.array(), groupOf = this.#group.array();
    const contracts = this.#contract.array(), scores = this.#score.array();
    const start = new Uint32Array(users + 1);
    const group = new Uint32Array(users), groupSize = new Uint32Array(instance.groups.length);
    const contract = new Uint16Array(this.#pairs), score = new Float64Array(this.#pairs);
    order.forEach((row, u) => {
      contract.set(contracts.subarray(from[row], from[row + 1]), start[u]);
      score.set(scores.subarray(from[row], from[row + 1]), start[u]);
      group[u] = groupOf[row];
      groupSize[group[u]]++;
      start[u + 1] = start[u] + from[row + 1] - from[row];
    });
    const slots = whole.items === null ? null : Uint32Array.from(contract);
    const { limits, k: ofKind } = instance, kind = this.#kind.array();
    if (slots !== null) contract.set(slots.map((s) => whole.items!.contract[s]));
    const own = {
      ...instance,
      ...(ofKind !== undefined && { k: Int32Array.from(order, (row) => ofKind[kind[row]]) }),
      ...(limits !== undefined && {
        limits: { ...limits, rows: { ...limits.rows, item: slots! } },
      }),
      users: IdPool.from(order.map((row) => ids[row])),
      start,
      middle: middleOf(start, contract, instance.sponsoredContracts),
      group,
      groupSize,
      contract,
      score,
    };
    const parts = this.#part.array();
    return { instance: own, part: Uint32Array.from(order, (row) => parts[row]) };
  }
}

/** First unsponsored pair of each user. A user's pairs are in the order of contracts, sponsored ones first. */
function middleOf(start: Uint32Array, contract: Uint16Array, sponsored: number): Uint32Array {
  return Uint32Array.from({ length: start.length - 1 }, (_, u) => {
    let p = start[u];
    while (p < start[u + 1] && contract[p] < sponsored) p++;
    return p;
  });
}
