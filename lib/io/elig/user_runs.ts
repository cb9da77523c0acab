/**
 * Users of a row group.
 *
 * @module
 */
import { IdTable } from "../../base/id_table.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { Strangers } from "./strangers.ts";

/** Users of a row group, in runs of rows with the same one. */
export class UserRuns {
  readonly strangers: Strangers;
  /** Number of each run's user, negative for none. */
  users: Int32Array = new Int32Array(1 << 12);
  /** Row that each run ends before. */
  ends: Uint32Array = new Uint32Array(1 << 12);
  /** How many runs there are. */
  length = 0;

  constructor({ users }: EligLookup) {
    this.strangers = new Strangers(users ?? new IdTable());
  }

  /** Adds rows up to `end`. */
  readonly add = (user: number, end: number): void => {
    if (this.length > 0 && this.users[this.length - 1] === user) {
      this.ends[this.length - 1] = end;
      return;
    }
    if (this.length === this.users.length) this.#grow();
    this.users[this.length] = user;
    this.ends[this.length++] = end;
  };

  #grow(): void {
    const { users, ends } = this;
    this.users = new Int32Array(2 * this.length);
    this.ends = new Uint32Array(2 * this.length);
    this.users.set(users);
    this.ends.set(ends);
  }
}
