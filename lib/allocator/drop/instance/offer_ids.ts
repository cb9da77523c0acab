/**
 * Offers named by the ids of their users and contracts.
 *
 * @module
 */
import { Uint32List } from "../../../base/arrays/number_list.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { IdPool } from "../../../base/ids/ids.ts";

/** Offers in columns, in any order. */
export interface OfferIds {
  /** Distinct user ids that occur, in any order. */
  readonly userIds: IdPool;
  /** Distinct contract ids that occur, in any order. */
  readonly contractIds: readonly string[];
  /** Uint32Array, length rows: index into `userIds`. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows: index into `contractIds`. */
  readonly contract: Uint32Array;
}

/** Collects offers one by one. */
export class OfferIdRows {
  readonly #users = new IdTable();
  readonly #contracts = new IdTable();
  readonly #user = new Uint32List();
  readonly #contract = new Uint32List();

  /** Adds an offer. */
  add(user: string, contract: string): void {
    this.#user.push(this.#users.internString(user));
    this.#contract.push(this.#contracts.internString(contract));
  }

  /** All of them. */
  columns(): OfferIds {
    return {
      userIds: this.#users.pool,
      contractIds: this.#contracts.pool.toArray(),
      user: this.#user.array(),
      contract: this.#contract.array(),
    };
  }
}
