/**
 * Which pairs and users are in a drop, and what tells pairs apart, as SQL statements: each step changes what all later
 * statements read as the pairs and the users' groups.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { ResolvedBans } from "../drop/before.ts";
import { type KeptOffers, pairKey, type PinKinds } from "../drop/pins.ts";
import type { PairKinds, Slots } from "../drop/slots.ts";
import type { UsersApart } from "../drop/limit_columns.ts";
import type { Columns } from "../drop/task.ts";
import type { HoldOutSteps, ServeUsers } from "../steps/hold_out.ts";
import type {
  AppliedBefore,
  BeforeOfRun,
  LeaveOutSteps,
  PairRules,
  PairStanding,
  PairTally,
  UnknownIds,
} from "../steps/leave_out.ts";
import type { NamedPairs, TellApartSteps } from "../steps/tell_apart.ts";
import { PairsAfter } from "./pairs/before_sql.ts";
import { BeforeTables, withPossibleUsers } from "./pairs/before_tables.ts";
import { HeldOutTables } from "./pairs/held_out_sql.ts";
import { KeptTables } from "./pairs/kept_sql.ts";
import { KindTables } from "./pairs/kinds_sql.ts";
import { besidePrevious, countPrevious } from "./pairs/previous_sql.ts";
import { ScenarioTables } from "./pairs/scenario_sql.ts";
import { ServedTables } from "./served_sql.ts";
import type { InputTables, Rows, Store, WorkTables } from "./store/store.ts";
import {
  countWithoutCap,
  type PairMarks,
  plainMarks,
  type Tallied,
  tallyPairs,
} from "./pairs/tally_sql.ts";
import { unknownIds } from "./pairs/unknown_ids_sql.ts";

/** The steps before users are gathered. */
export abstract class SqlDrop implements LeaveOutSteps, HoldOutSteps, TellApartSteps {
  /** The tables as they were inspected. */
  readonly #first: InputTables;
  /** The kinds of users and pairs, once they are found. */
  #kinds: KindTables | null = null;
  #heldOut: HeldOutTables | null = null;
  /** The table of what users held out got, in the columns of results; the first part has all its rows; null: they get nothing. */
  protected served: string | null = null;
  /** What history, bans and pins tell of the pairs; null: there are none. */
  #marks: PairMarks | null = null;
  /** The table of all pins; null: they are those of the table of pins alone. */
  #pins: string | null = null;

  constructor(
    protected readonly store: Store,
    protected readonly tables: WorkTables,
    protected inputs: InputTables,
  ) {
    this.#first = inputs;
  }

  /** The table of the pins. */
  protected get pinned(): string {
    return this.#pins ?? this.tables.beside("pins");
  }

  /** Makes all later statements read the pairs that history, bans and pins leave. */
  async applyBefore(
    columns: Columns,
    before: BeforeOfRun,
    control: RunControl,
  ): Promise<AppliedBefore> {
    control.onProgress?.({ phase: "apply history and bans" });
    const after = new PairsAfter(
      new BeforeTables(this.store, this.tables, this.inputs, columns, before),
    );
    await after.putTables(control);
    this.#marks = after.marks();
    this.inputs = { ...this.inputs, ...after.tables() };
    const { created, rough } = after;
    return { created, rough };
  }

  /** Counts the pairs and what is left out of them. */
  tallyPairs(
    columns: Columns,
    rules: PairRules,
    rows: number,
    control: RunControl,
  ): Promise<PairTally> {
    return tallyPairs(this.#tallied, columns, rules, rows, control);
  }

  /** Counts the rows about contracts without capacity. */
  countWithoutCap(columns: Columns, control: RunControl): Promise<number> {
    return countWithoutCap(this.#tallied, columns, control);
  }

  /** Where pairs are counted: by contract, also where later statements read slots in place of contracts. */
  get #tallied(): Tallied {
    const { store, tables, inputs: { userGroups } } = this;
    const marks = this.#marks ?? plainMarks(store.dialect, this.#first);
    return { store, tables, userGroups, marks, ...this.talliedIn(marks) };
  }

  /** How pairs are counted in parts: each part reads all of them, unless an engine knows better. */
  protected talliedIn(_marks: PairMarks): Pick<Tallied, "rowsAtATime" | "split"> {
    return {};
  }

  /** Samples of ids that pairs have and other tables lack; of pairs that are left out for another reason too. */
  unknownIds(columns: Columns, control: RunControl): Promise<UnknownIds> {
    return unknownIds(this.store, this.tables, this.#first, columns, control);
  }

  /** Which users have a pair that counts. */
  usersAmong(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>> {
    return this.#scenario.usersAmong(users, columns, rules, control);
  }

  /** The groups of users who have a pair that counts. */
  groupsAmong(
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>> {
    return this.#scenario.groupsAmong(columns, rules, control);
  }

  /** Makes all later statements read pairs without more banned ones. */
  async banMore(
    bans: ResolvedBans,
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<void> {
    control.onProgress?.({ phase: "ban pairs" });
    const left = await this.#scenario.without(bans, columns, rules, control);
    this.inputs = { ...this.inputs, ...left };
  }

  /** What is known of a pair before more were banned. */
  standingOf(user: string, contract: string, control: RunControl): Promise<PairStanding> {
    const marks = this.#marks ?? plainMarks(this.store.dialect, this.#first);
    return this.#scenario.standingOf(user, contract, marks, control);
  }

  /** Where a scenario's pairs are looked up: users who are held out are among the users there. */
  get #scenario(): ScenarioTables {
    const { store, tables, inputs } = this;
    return new ScenarioTables(store, tables, { ...inputs, userGroups: this.#first.userGroups });
  }

  /** Lists the users who have a pair that counts. */
  async listUsers(
    columns: Columns,
    minScore: number,
    control: RunControl,
  ): Promise<Float64Array> {
    this.#heldOut = new HeldOutTables(this.store, this.tables, this.inputs);
    return await this.#heldOut.list(columns, minScore, control);
  }

  /** Reads the users listed. */
  async readListed(onRows: (rows: Rows) => void, control: RunControl): Promise<void> {
    await this.#heldOut!.read(onRows, control);
  }

  /** Makes all later statements read the users' groups without some users. */
  async holdOut(users: readonly string[], control: RunControl): Promise<void> {
    const userGroups = await this.#heldOut!.holdOut(users, control);
    this.inputs = { ...this.inputs, userGroups };
  }

  /** Gives offers to users held out. */
  async serveHeldOut(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    serve: ServeUsers,
    control: RunControl,
  ): Promise<void> {
    const { store, tables, inputs } = this, { userGroups } = this.#first;
    const served = new ServedTables(store, tables, { ...inputs, userGroups });
    this.served = await served.serve(users, columns, rules, serve, control);
  }

  /** Makes all later statements read pairs that say whether they are previous offers. */
  async usePrevious(control: RunControl): Promise<void> {
    control.onProgress?.({ phase: "find previous offers" });
    const { store, tables, inputs } = this;
    this.inputs = { ...inputs, ...await besidePrevious(store, tables, inputs, control) };
  }

  /** Counts the previous offers that are pairs that count, those of users who are held out among them. */
  countPrevious(columns: Columns, rules: PairRules, control: RunControl): Promise<number> {
    const { store, tables, inputs } = this;
    const all = { ...inputs, userGroups: this.#first.userGroups };
    return countPrevious(store, tables, all, columns, rules, control);
  }

  /** Makes more pairs pins, and all later statements read pairs that say so. */
  async pinMore(
    pins: NamedPairs | "previous",
    columns: Columns,
    rules: PairRules,
    kinds: PinKinds,
    control: RunControl,
  ): Promise<KeptOffers & { readonly missing: ReadonlySet<string> }> {
    const named = pins === "previous" ? null : withPossibleUsers(this.store.dialect, pins);
    control.onProgress?.({ phase: named === null ? "keep previous offers" : "pin pairs" });
    const kept = new KeptTables(this.store, this.tables, this.inputs, named);
    const given = await kept.put(columns, rules, kinds, control);
    const missing = new Set(pins === "previous" ? [] : pins.map(([user, id]) => pairKey(user, id)));
    for (const [user, id] of await kept.found(control)) missing.delete(pairKey(user, id));
    this.inputs = { ...this.inputs, ...kept.pairs() };
    this.#pins = kept.pins;
    return { ...given, missing };
  }

  /** Finds the kinds of users and pairs that limits distinguish. */
  async findKinds(columns: Columns, apart: UsersApart, control: RunControl): Promise<PairKinds> {
    control.onProgress?.({ phase: "tell pairs apart" });
    this.#kinds = new KindTables(this.store, this.tables, this.inputs);
    return await this.#kinds.find(columns, apart, control);
  }

  /** Makes all later statements read pairs with slots in place of contracts. */
  async useSlots(slots: Slots, control: RunControl): Promise<void> {
    this.inputs = { ...this.inputs, pairs: await this.#kinds!.putSlots(slots, control) };
  }
}
