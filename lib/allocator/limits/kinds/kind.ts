/**
 * The interface of a kind of limit on groups. Each kind is declared by one file of this folder.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy_table.ts";
import type { Counts } from "./user_counts.ts";

/** What the greedy solver tells a gate when it asks whether one more offer is allowed. */
export interface GateQuestion {
  /** Whether the offer is a sponsored one. */
  readonly sponsored: boolean;
  /** The group's `sponsorship_ratio`. */
  readonly ratio: number;
  /** The counts of the group's users, the offer included. */
  readonly counts: Counts;
}

/** Whether one more offer is allowed. */
export type Gate = (question: GateQuestion) => boolean;

/**
 * A limit on each group: Σ over its users of weight · count is at most, or at least, an amount. Everything that solvers,
 * certificates, summaries and explanations do about the limit follows from this declaration.
 */
export interface LimitKind<Name extends string = string, Field extends string = string> {
  /** Its name in `Prices`. */
  readonly name: Name;
  /** Its name in certificates and summaries. */
  readonly field: Field;
  /** What its rows are called in exported programs. */
  readonly row: string;
  /** What it limits, in words for messages: "the most mixed users". */
  readonly means: string;
  /** 1: at most, −1: at least. */
  readonly sense: 1 | -1;
  /** Whether each unit that is missing costs the shortfall price; else the limit is hard. */
  readonly mayBeMissed: boolean;
  /** The reason that `explain` gives for a missing offer that only this limit prevents. */
  readonly reason: "ratio_guard" | "mixed_share";
  /** The amount for group `g` of the drop under a policy; null: that group has no such limit. */
  amount(instance: Instance, policy: Policy, g: number): number | null;
  /** The weight of each count of a user of group `g`. */
  weights(instance: Instance, policy: Policy, g: number): Counts;
  /** What a user typically adds, if that is far from 1: programs measure the limit in this unit. @default 1 */
  unit?(instance: Instance, policy: Policy, g: number): number;
  /** A stricter rule that only the greedy solver keeps; null: this policy asks for none. @default none */
  gate?(policy: Policy): Gate | null;
}
