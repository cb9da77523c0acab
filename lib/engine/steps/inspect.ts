/**
 * The first step: a drop's tables are opened and looked over, before a run begins.
 *
 * @module
 */
import type { HistoryRules } from "../../allocator/drop/before/history.ts";
import type { RunControl } from "../../base/progress.ts";
import type { PastDay } from "../drop/before.ts";
import type { AttributeNames } from "../drop/limit_columns.ts";
import type { Columns } from "../drop/task.ts";
import type { EngineRun } from "./steps.ts";

/** What is known of the users' groups before pairs are looked at. */
export interface GroupFacts {
  /** Groups that users have. */
  readonly ids: readonly string[];
  /** Distinct groups and k of rows, "" where a row has none; absent: there is no column k. */
  readonly ofK?: readonly (readonly [group: string, k: string])[];
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators, or NULLs. */
  readonly blankRows: number;
  /** Rows of a user beyond one: of several groups the first by id counts. */
  readonly repeatedRows: number;
  /** Those of them that say something else than the row that counts. */
  readonly conflictingRows: number;
  /** Of the rows: another table gives another text. */
  readonly fingerprint: string;
}

/** What is known of the eligible pairs before they are gathered. */
export interface PairFacts {
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Rows whose contract is not in the caps. */
  readonly unknownContracts: number;
  /** Rows whose contract is in the caps and has no capacity, of users with and without a group. */
  readonly withoutCap: number;
  /** Of the rows: another table gives another text. */
  readonly fingerprint: string;
}

/** What is known of history before pairs are gathered. */
export interface HistoryFacts {
  /** What the days of its rows mean; those after the drop's own are not among them. */
  readonly days: readonly PastDay[];
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Rows on a day after the drop's own. */
  readonly laterRows: number;
  /** Rows that say declined, those after the drop's own day left out. */
  readonly declinedRows: number;
  /** Of the rows: other files give another text. */
  readonly fingerprint: string;
}

/** What is known of previous offers before pairs are gathered. */
export interface PreviousFacts {
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Distinct offers. */
  readonly distinct: number;
  /** Of the rows: other files give another text. */
  readonly fingerprint: string;
}

/** A drop's tables, opened: what is in them, before a run begins. */
export interface OpenedDrop {
  /** Names of the engine's tables or files, for what must be the same when a run is resumed. */
  readonly names: readonly (string | number)[];
  /** Name of the pairs, for messages. */
  readonly pairsName: string;
  /** Name of the users' groups, for messages. */
  readonly groupsName: string;
  /** Name of what the assignments go to, for messages. */
  readonly outName: string;
  /** Columns of the engine's own tables that limits name. */
  readonly attributes: AttributeNames;
  /** Inspects the users' groups. */
  inspectGroups(control: RunControl): Promise<GroupFacts>;
  /**
   * Inspects the pairs.
   *
   * @throws InputError for NULLs and for scores that are not finite
   */
  inspectPairs(columns: Columns, control: RunControl): Promise<PairFacts>;
  /**
   * Inspects history.
   *
   * @param hasBrands whether caps say the contracts' brands
   * @throws InputError for columns that are probably misspelt, and for dates, outcomes and scores that are invalid
   */
  inspectHistory(
    rules: HistoryRules,
    hasBrands: boolean,
    control: RunControl,
  ): Promise<HistoryFacts>;
  /**
   * Inspects previous offers.
   *
   * @throws InputError for a row that has one id only
   */
  inspectPrevious(control: RunControl): Promise<PreviousFacts>;
  /**
   * Begins a run, or resumes the one with that token; what dead runs left is removed.
   *
   * @throws InputError where there is no room, or another run works for the same place
   */
  begin(token: string, control: RunControl): Promise<EngineRun>;
  /** Closes what was opened, where no run has begun. */
  close(): Promise<void>;
}
