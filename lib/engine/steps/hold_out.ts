/**
 * Users held out of a drop: listed, taken out, and given offers of their own.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { Columns } from "../drop/task.ts";
import type { PairRules } from "./leave_out.ts";

/** A user who is held out and gets offers. */
export interface ServedUser {
  /** Place in the order in which users draw. */
  readonly place: number;
  /** Contracts of its pairs, in any order. */
  readonly contracts: readonly number[];
  /** Scores of these. */
  readonly scores: readonly number[];
  /** Class of k. */
  readonly kc: number;
}

/** What gives offers to users held out. */
export interface ServeUsers {
  /** Called first, with the places of the users who have a pair that counts. */
  begin(places: readonly number[]): void;
  /** Called with users in their order, some at a time. Returns rows of their assignments, as texts. */
  next(users: readonly ServedUser[]): readonly (readonly string[])[];
}

/** Who is held out of the drop. */
export interface HoldOutSteps {
  /** Lists the users who have a group and a pair that counts; returns how many each group has. */
  listUsers(columns: Columns, minScore: number, control: RunControl): Promise<Float64Array>;
  /** Reads the users listed: id, and index of the group. */
  readListed(
    onRows: (rows: readonly (readonly string[])[]) => void,
    control: RunControl,
  ): Promise<void>;
  /** Takes users listed out of the drop: from here on they have no group. */
  holdOut(users: readonly string[], control: RunControl): Promise<void>;
  /** Gives offers to users held out, in the order given, of pairs that count by the rules: these are published with the others. */
  serveHeldOut(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    serve: ServeUsers,
    control: RunControl,
  ): Promise<void>;
}
