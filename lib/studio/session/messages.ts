/**
 * Messages between the page and the session: plain JSON, with or without a server between them.
 *
 * @module
 */
import type { Scenario } from "../../allocator/explain/whatif.ts";
import type { UserExplanation } from "../../allocator/explain/user.ts";
import type { ContractFacts } from "../../report/facts/contract_facts.ts";
import type { GroupFacts } from "../../report/facts/group_facts.ts";
import type { LimitsFacts } from "../../report/facts/limit_facts.ts";
import type { ReportTotals } from "../../report/facts/report_totals.ts";
import type { ScenarioFacts } from "../../report/facts/compare/whatif_facts.ts";
import type { ValueKind } from "../../base/value_kind.ts";

/** What is changed, without a name: the drop as it is is `{}`. */
export type Change = Omit<Scenario, "name">;

/** A contract as it was read. */
export interface StudioContract {
  /** contract_address. */
  id: string;
  /** Whether it is sponsored. */
  sponsored: boolean;
  /** Its cap. */
  cap: number;
  /** Its brand_id; "": none. */
  brand: string;
  /** Further columns of the caps table, in the order of {@link StudioDrop.columns}. */
  more: string[];
}

/** A switch or number of the policy. */
export interface StudioRule {
  /** Its name in the library. */
  name: string;
  /** Its name in files. */
  json: string;
  /** What it does. */
  help: string;
  /** What its value may be. */
  kind: ValueKind;
  /** Whether null may be given. */
  nullable: boolean;
  /** Its value as the drop is. */
  value: unknown;
}

/** The drop as it was read. It never changes. */
export interface StudioDrop {
  /** Name of the drop. */
  title: string;
  /** The model that the drop is solved under. */
  model: "coverage" | "uniform";
  /** Users with an eligible pair. */
  users: number;
  /** Eligible pairs. */
  pairs: number;
  /** Most offers per user. */
  k: number;
  /** Contracts, in the drop's order. */
  contracts: StudioContract[];
  /** Names of the further columns of caps. */
  columns: string[];
  /** Groups, in the drop's order. */
  groups: { id: string; users: number; ratio: number }[];
  /** Names of the limits. */
  limits: string[];
  /** The policy's fields. */
  policy: StudioRule[];
  /** What was left out or filled in while the drop was read. */
  notes: string[];
  /** Files that the drop was read from, by what they are. */
  files: Record<string, string>;
  /** Whether a server keeps the session: the page alone has nothing to lose. */
  served: boolean;
}

/** Where the list of changes stands. */
export interface StudioState {
  /** Counts every change, undo and redo. */
  version: number;
  /** What differs from the drop as it is. */
  change: Change;
  /** The same in words, one by one. */
  words: string[];
  /** Every step that was made, in words, those that are undone too. */
  steps: string[];
  /** How many of the steps are in effect; the later ones are undone. */
  at: number;
}

/** A bound, before there is an allocation. */
export interface StudioBound {
  /** Of which state. */
  version: number;
  /** No allocation's objective can be more. */
  bound: number;
  /** Milliseconds that it took. */
  ms: number;
}

/** How far a solve has come. */
export interface StudioProgress {
  /** Of which state. */
  version: number;
  /** What it is at. */
  phase: string;
  /** Share that is done; absent where that is not known. */
  done?: number;
}

/** A result in one line, to be compared with others. */
export interface StudioRow extends Omit<ScenarioFacts, "groups"> {
  /** Identifies the row: its change as text. */
  key: string;
  /** Its change. */
  change: Change;
}

/** The result of a state. */
export interface StudioResult {
  /** Of which state. */
  version: number;
  /** Whether the solver still works on a better one. */
  preliminary: boolean;
  /** The figures of `divvy whatif`. */
  row: StudioRow;
  /** The result in sentences. */
  headline: { sentence: string; why: string; minima: string; proof: string };
  /** Sums over the drop. */
  totals: ReportTotals;
  /** Every group. */
  groups: GroupFacts[];
  /** Every contract. */
  contracts: ContractFacts[];
  /** Limits and their use; absent: there are none. */
  limits?: LimitsFacts;
  /** Warnings for the reader. */
  warnings: string[];
}

/** A change that improves the result. Its worth is solved, not estimated from prices. */
export interface StudioLever {
  /** What to change beside what is changed already. */
  change: Change;
  /** In words. */
  words: string;
  /** Units that it moves: of a cap, users of a minimum, of a limit's amounts. */
  units: number;
  /** What a unit is called. */
  unit: string;
  /** Most that a unit could add to the objective, by its price. */
  price: number;
  /** What the change added to the objective when it was solved. */
  objective: number;
  /** What it added to Σ score. */
  score: number;
  /** Offers that it added. */
  assignments: number;
  /** Users that minima lack fewer. */
  shortfall: number;
}

/** Levers as far as they are solved. */
export interface StudioLevers {
  /** Of which state. */
  version: number;
  /** Those solved, best per unit first. */
  levers: StudioLever[];
  /** How many are still to be solved. */
  left: number;
}

/** A file for the page to save. */
export interface StudioFile {
  /** Its name. */
  name: string;
  /** Its MIME type. */
  type: string;
  /** What is in it. */
  text: string;
}

/** Files that can be saved. */
export type SaveKind =
  | "scenario"
  | "config"
  | "report"
  | "comparison"
  | "assignments"
  | "certificate"
  | "prices"
  | "start";

/** Events that a session sends, by name. */
export interface StudioEvents {
  /**
   * Everything, as it is before the events that follow: when a page begins to listen, and when it does again; from the session
   * itself when it begins, and when it knows the rules.
   */
  opening: StudioOpening;
  /** The list of changes, after a change, undo or redo. */
  state: StudioState;
  /** The bound of the state. */
  bound: StudioBound;
  /** Progress of the state's solve. */
  progress: StudioProgress;
  /** What it came to. */
  result: StudioResult;
  /** Every result so far, the drop as it is first. */
  rows: StudioRow[];
  /** Levers, as they are solved. */
  levers: StudioLevers;
  /** A state that could not be solved, and why. */
  failed: { version: number; message: string };
}

/** What a session answers, by name. */
export interface StudioCalls {
  /** Everything, for a page that opens. */
  open: { ask: null; answer: StudioOpening };
  /** A further step: what differs from the drop as it is from now on. Steps of one drag are one. */
  change: { ask: { change: Change; drag?: string }; answer: StudioState };
  /** One step back. */
  undo: { ask: null; answer: StudioState };
  /** One step forth. */
  redo: { ask: null; answer: StudioState };
  /** Ends the solve under way with the best allocation so far. */
  stop: { ask: null; answer: null };
  /** Solves to the end what was stopped. */
  solve: { ask: null; answer: null };
  /** Looks for levers. */
  levers: { ask: null; answer: null };
  /** Ids of users that contain a text. */
  users: { ask: { text: string }; answer: string[] };
  /** Why a user got what it got. */
  user: { ask: { id: string }; answer: StudioUser };
  /** Who nearly got a contract. */
  contract: { ask: { id: string }; answer: unknown };
  /** What a group's ratio costs. */
  group: { ask: { id: string }; answer: unknown };
  /** The trade-off curve of all results as SVG. */
  curve: { ask: null; answer: string };
  /** A file. */
  save: { ask: { kind: SaveKind }; answer: StudioFile };
  /** Command lines that do the same. */
  command: { ask: null; answer: { whatif: string; allocate: string; files: SaveKind[] } };
}

/** A user explained; where bans leave it no pair, only its bans. */
export type StudioUser = UserExplanation | Pick<UserExplanation, "user_id" | "held_back">;

/** Calls that end the solve under way. */
export const MOVES: ReadonlySet<string> = new Set<keyof StudioCalls>(["change", "undo", "redo"]);

/** Everything, for a page that opens. */
export interface StudioOpening {
  /** The drop. */
  drop: StudioDrop;
  /** Where the changes stand. */
  state: StudioState;
  /** The latest result, perhaps of an earlier state; null: there is none yet. */
  result: StudioResult | null;
  /** Every result so far. */
  rows: StudioRow[];
  /** Why the state could not be solved; "": it was, or is being. */
  fault: string;
}

/** How a page reaches a session. */
export interface StudioLink {
  /** Asks something. */
  call<Name extends keyof StudioCalls>(
    name: Name,
    ask: StudioCalls[Name]["ask"],
  ): Promise<StudioCalls[Name]["answer"]>;
  /**
   * Hears events until the page closes, the opening before all that matter; `lost` is called when the session is gone,
   * and when it is back.
   */
  listen(
    heard: <Name extends keyof StudioEvents>(name: Name, event: StudioEvents[Name]) => void,
    lost: (gone: boolean) => void,
  ): void;
}
