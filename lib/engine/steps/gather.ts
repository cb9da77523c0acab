/**
 * From pairs to users: a row for each, its pairs in lists.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { Slots } from "../drop/slots.ts";
import type { Columns } from "../drop/task.ts";
import type { PairRules } from "./leave_out.ts";

/** What was gathered. */
export interface UserFacts {
  /** Users with a pair. */
  readonly users: number;
  /** Pairs. */
  readonly pairs: number;
  /** Rows left out because the pair had another; the largest score was kept. */
  readonly duplicates: number;
  /** Of them, those with another score than the one kept. */
  readonly conflicts: number;
  /** Pairs left out because their user has enough better ones. */
  readonly beyondTopN: number;
  /** Largest |score| of the pairs. */
  readonly largest: number;
  /** Uint32Array, length groups: users of each. */
  readonly groupSize: Uint32Array;
  /** Float64Array: users of each class of k. */
  readonly ofK: Float64Array;
}

/** Rows of users and their pairs: id, group, as JSON contracts and scores of sponsored pairs and of the others, and class of k. */
export type UserRow = readonly string[];

/** A row per user, and what is counted of them. */
export interface GatherSteps {
  /** Whether the users were gathered by an earlier run that this one resumes. */
  hasUsers(): Promise<boolean>;
  /** Makes a row per user. */
  gather(columns: Columns, sponsored: number, rules: PairRules, control: RunControl): Promise<void>;
  /** Counts the users gathered; of repeated pairs, those that count by the rules. */
  countUsers(columns: Columns, rules: PairRules, control: RunControl): Promise<UserFacts>;
  /** Reads the users gathered who have a pin, of whom there are at most `most`; rows are given as they come. */
  readPinned(
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /** How many of the pairs gathered are in each of so many slots. */
  countInSlots(slots: number, control: RunControl): Promise<Float64Array>;
  /** How many of the pairs gathered repeat a user and contract in another slot. */
  countRepeatedSlots(slots: Slots, control: RunControl): Promise<number>;
}
