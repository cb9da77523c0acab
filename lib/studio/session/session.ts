/**
 * A studio session: one drop, a list of changes, and the result of each.
 *
 * @module
 */
import type { Drop } from "../../allocator/drop/drop.ts";
import {
  explainContract,
  explainGroup,
  explainUser,
  heldBackFrom,
  Inquiry,
} from "../../allocator/explain/explain.ts";
import {
  applyScenario,
  scenarioToSolve,
  type SolvedScenario,
} from "../../allocator/explain/whatif.ts";
import {
  type Certificate,
  certificateOf,
  policyOfCertificate,
} from "../../allocator/model/certificate.ts";
import { pricesOfCertificate } from "../../allocator/model/certificate_prices.ts";
import { policyWithPrice } from "../../allocator/model/allocation.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { boundAt } from "../../allocator/optimal/dual/bound.ts";
import { compileDualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import {
  heldOutInWords,
  indexOfContract,
  indexOfGroup,
  indexOfUser,
} from "../../api/ids_of_drop.ts";
import { checkScenario } from "../../api/scenario_rules.ts";
import { UsageError } from "../../base/errors.ts";
import { checkAsk } from "./asks.ts";
import { keyOf } from "./change_words.ts";
import { commandsFor } from "./command_line.ts";
import { curveSvg } from "./curve.ts";
import { dropForPage, type StudioDetails } from "./drop_for_page.ts";
import { usersLike } from "./find_users.ts";
import { History } from "./history.ts";
import { knownOf, type KnownResult, KnownResults } from "./known_results.ts";
import { leverCandidates, scenarioOf, solvedLever } from "./levers.ts";
import { nameOf, resultForPage } from "./result_for_page.ts";
import { type Issue, type Saved, saveFile } from "./saves.ts";
import {
  solveBeyond,
  solveShowing,
  type SolveState,
  solveState,
  stoppable,
  Superseded,
} from "./solve_state.ts";
import { MOVES } from "./messages.ts";
import type {
  Change,
  StudioCalls,
  StudioDrop,
  StudioEvents,
  StudioLever,
  StudioOpening,
  StudioResult,
  StudioState,
  StudioUser,
} from "./messages.ts";

/** Most levers that are solved, and most that are shown. */
const TRIED = 14, SHOWN = 10;

/** What a session starts from. */
export interface SessionStart {
  /** The drop. */
  drop: Drop;
  /** The rules; those of `certificate` where there is one. */
  policy: Policy;
  /** The last run's certificate, as `divvy whatif` takes it. */
  certificate?: Certificate;
  /** Threads. */
  workers?: number;
  /** Seconds after which a small drop's unfinished result is shown. @default 0.4 */
  patience?: number;
  /**
   * Int32Array of one number in shared memory: how many calls of {@link MOVES} were sent. A solve ends as soon as there is one
   * more, while the call itself still waits for this thread.
   */
  moves?: Int32Array;
  /** The same for calls of `stop`: the solve under way ends as soon as there is one more, with the best allocation so far. */
  stops?: Int32Array;
  /** What is known beside the drop. */
  details: StudioDetails;
}

/** Issues certificates without hashes of inputs, for a session that reads no files. */
const withoutHashes: Issue = ({ instance }, allocation) => certificateOf(instance, allocation);

/** Called with everything that happens. */
export type Emit = <Name extends keyof StudioEvents>(
  name: Name,
  event: StudioEvents[Name],
) => void;

/**
 * One drop, a list of changes, and the result of each.
 *
 * Every state is solved from the prices of the drop as it is, which itself is solved again from the certificate, as
 * `divvy whatif` does: so a state's figures are those of whatif to the last digit, whichever way it was reached. Before
 * that, the latest result's prices give a bound in one pass. A newer change ends the solve before it; `stop` ends it with the best
 * allocation so far, which is kept like any other result.
 */
export class Session {
  readonly #start: SessionStart;
  readonly #emit: Emit;
  readonly #issue: Issue;
  readonly #history = new History();
  readonly #known = new KnownResults();
  #policy: Policy;
  #certificate: Certificate | null = null;
  #shown: { known: KnownResult; result: StudioResult } | null = null;
  #inquiry: { of: SolvedScenario; inquiry: Inquiry } | null = null;
  #page: StudioDrop;
  #fault = "";
  /** Calls of {@link MOVES} so far. */
  #handled = 0;
  /** Calls of `stop` so far, where whoever sends them does not count them. */
  #stops = 0;
  /** Levers of the current state that were asked for and are not solved yet. */
  #leversLeft = 0;
  /** The solve under way. */
  #running: AbortController | null = null;
  /** The drop as it is, solved as whatif solves it. */
  #base: Promise<void>;

  /** Begins at once to solve the drop as it is. */
  constructor(start: SessionStart, emit: Emit, issue: Issue = withoutHashes) {
    this.#issue = issue;
    this.#start = start;
    this.#emit = emit;
    this.#policy = start.certificate === undefined
      ? start.policy
      : policyOfCertificate(start.certificate);
    this.#page = dropForPage(start.drop, this.#policy, start.details);
    emit("opening", this.#opening());
    this.#base = this.#beginAsItIs();
  }

  /** Answers a call of the page. @throws {UsageError} for what can't be done */
  async call<Name extends keyof StudioCalls>(
    name: Name,
    ask: StudioCalls[Name]["ask"],
  ): Promise<StudioCalls[Name]["answer"]> {
    if (!Object.hasOwn(this.#answers, name)) throw new UsageError(`there is no call ${name}`);
    if (!MOVES.has(name)) return await this.#answer(name, ask);
    // Counted whatever it asks, as whoever sent it counted it.
    this.#handled++;
    const { version } = this.#history;
    try {
      return await this.#answer(name, ask);
    } finally {
      // A solve that the call stopped begins again where the call changed nothing.
      if (version === this.#history.version) {
        if (this.#awaitsResult()) this.#solveCurrent();
        else if (this.#leversLeft > 0) this.#solveLevers();
      }
    }
  }

  /** Fulfilled once nothing is being solved. */
  async settled(): Promise<void> {
    await this.#base;
    while (this.#running !== null) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #answer<Name extends keyof StudioCalls>(name: Name, ask: StudioCalls[Name]["ask"]) {
    checkAsk(name, ask);
    return this.#answers[name](ask);
  }

  readonly #answers: {
    [Name in keyof StudioCalls]: (
      ask: StudioCalls[Name]["ask"],
    ) => StudioCalls[Name]["answer"] | Promise<StudioCalls[Name]["answer"]>;
  } = {
    open: () => this.#opening(),
    change: ({ change, drag }) => {
      checkScenario("a change", change);
      // An error for unknown names is thrown before anything changes.
      applyScenario(this.#start.drop.instance, this.#policy, { ...change, name: nameOf(change) });
      return this.#afterMove(this.#history.step(change, drag));
    },
    undo: () => this.#afterMove(this.#history.move(-1)),
    redo: () => this.#afterMove(this.#history.move(1)),
    stop: () => {
      this.#stops++;
      return null;
    },
    solve: () => {
      this.#solveOn();
      return null;
    },
    levers: () => {
      this.#findLevers();
      return null;
    },
    users: ({ text }) => usersLike(this.#start.drop.instance.users, text),
    user: ({ id }) => this.#explainUser(id),
    contract: ({ id }) => {
      const c = indexOfContract(this.#start.drop.instance, id);
      return explainContract(this.#latestInquiry(), c);
    },
    group: ({ id }) => {
      const inquiry = this.#latestInquiry();
      return explainGroup(inquiry, indexOfGroup(inquiry.question.instance, id));
    },
    curve: () => curveSvg(this.#known.rows, this.#page),
    save: ({ kind }) => saveFile(kind, this.#saved()),
    command: () => commandsFor(this.#history.change, this.#policy, this.#start.details),
  };

  #opening(): StudioOpening {
    return {
      drop: this.#page,
      state: this.#history.state,
      result: this.#shown?.result ?? null,
      rows: this.#known.rows,
      fault: this.#fault,
    };
  }

  #explainUser(id: string): StudioUser {
    const inquiry = this.#latestInquiry(), { instance } = inquiry.question;
    if (instance.users.indexOfSorted(id) < 0) {
      // A user may have no pairs left, because of bans.
      const held_back = heldBackFrom(instance, id), out = heldOutInWords(instance, id);
      if (held_back.length > 0) return { user_id: id, held_back };
      if (out !== null) throw new UsageError(out);
    }
    return explainUser(inquiry, indexOfUser(instance, id));
  }

  /** The latest result, ready to be asked about. */
  #latestInquiry(): Inquiry {
    const solved = this.#latest().solved;
    if (this.#inquiry?.of !== solved) {
      const { instance, allocation } = solved;
      const { prices, ownLimitsKept } = allocation, policy = policyWithPrice(allocation);
      if (prices === null) throw new UsageError("the result has no prices to explain by");
      const inquiry = new Inquiry({ instance, policy, prices, offers: allocation, ownLimitsKept });
      this.#inquiry = { of: solved, inquiry };
    }
    return this.#inquiry.inquiry;
  }

  #latest(): KnownResult {
    if (this.#shown === null) throw new UsageError("there is no result yet: wait for the first");
    return this.#shown.known;
  }

  /** The result of the current state. @throws {UsageError} where it is not there yet */
  #latestFinal(): KnownResult {
    const latest = this.#latest();
    if (latest.row.key !== keyOf(this.#history.change) || this.#shown!.result.preliminary) {
      throw new UsageError("the result of the latest change is not there yet");
    }
    return latest;
  }

  #saved(): Saved {
    const shown = this.#latestFinal();
    const base = this.#known.asItIs?.solved, start = this.#certificate;
    if (base === undefined || start === null) {
      throw new UsageError("the drop as it is is still being solved");
    }
    const isBase = shown.solved === base;
    return {
      solved: shown.solved,
      prices: isBase ? start : this.#certificateOf(base),
      issue: this.#issue,
      start,
      all: this.#known.solved,
      policy: this.#policy,
      drop: this.#start.drop,
      details: this.#start.details,
    };
  }

  #certificateOf({ instance, allocation }: SolvedScenario): Certificate {
    return this.#issue(this.#start.drop.withInstance(instance), allocation);
  }

  /** Called after the list of changes was asked to move; `did` says whether it moved. */
  #afterMove(did: boolean): StudioState {
    const { state } = this.#history;
    if (did) {
      this.#fault = "";
      this.#emit("state", state);
      this.#solveCurrent();
    }
    return state;
  }

  /** Whether the current state still waits for its result. The drop as it is is solved whatever is called. */
  #awaitsResult(): boolean {
    const { version } = this.#history, result = this.#shown?.result;
    if (version === 0 && this.#known.asItIs === undefined) return false;
    return result === undefined || result.version !== version || result.preliminary;
  }

  /** Solves the current state, in place of what is being solved. */
  #solveCurrent(): void {
    this.#leversLeft = 0;
    const { version, change } = this.#history;
    this.#begin(version, (signal) => this.#solveChanged(version, change, signal));
  }

  /** Begins work that a newer change stops; what goes wrong is reported for the version. */
  #begin(version: number, work: (signal: AbortSignal) => Promise<void>): void {
    this.#running?.abort();
    const running = this.#running = stoppable(this.#start.moves, this.#handled);
    work(running.signal)
      .catch((error) => this.#fail(version, error))
      .finally(() => {
        if (this.#running === running) this.#running = null;
      });
  }

  #fail(version: number, error: unknown): void {
    if (error instanceof Superseded) return;
    this.#leversLeft = 0;
    const message = error instanceof Error ? error.message : String(error);
    if (version === this.#history.version) this.#fault = message;
    this.#emit("failed", { version, message });
  }

  async #solveChanged(version: number, change: Change, signal: AbortSignal): Promise<void> {
    const known = this.#known.finished(change);
    if (known !== undefined) return this.#show(version, known);
    const scenario = { ...change, name: nameOf(change) };
    const changed = scenarioToSolve(this.#start.drop.instance, this.#policy, scenario);
    this.#reportBound(version, changed);
    // One turn of the event loop: a page whose user drags on has sent the next change by then.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.#base;
    const startPrices = this.#known.asItIs!.solved.allocation.prices!;
    const solved = await solveShowing(
      { ...changed, scenario },
      { ...this.#how(version, signal), startPrices },
      (unfinished) => this.#showUnfinished(version, unfinished, change),
      this.#start.patience,
    );
    this.#show(version, this.#known.remember(solved, change));
  }

  /** Reports a bound, computed in one pass from the prices of the result shown. */
  #reportBound(version: number, changed: ReturnType<typeof applyScenario>): void {
    const prices = this.#shown?.known.solved.allocation.prices;
    if (prices == null) return;
    const begun = performance.now();
    const problem = compileDualProblem(changed.instance, changed.policy);
    const bound = boundAt(problem, prices);
    const ms = performance.now() - begun;
    if (Number.isFinite(bound)) this.#emit("bound", { version, bound, ms });
  }

  #beginAsItIs(stopped: SolvedScenario | null = null): Promise<void> {
    const base = this.#solveAsItIs(stopped);
    base.catch((error) => this.#fail(0, error));
    return base;
  }

  /**
   * Solves to the end what was stopped. The drop as it is goes on from its prices so far; what started from the stopped result is
   * forgotten, as its figures would be those of no run from the new prices.
   */
  #solveOn(): void {
    const before = this.#latestFinal();
    if (!before.row.timed_out) throw new UsageError("the result was not stopped");
    if (this.#running !== null || this.#known.asItIs === undefined) {
      throw new UsageError("something is still being solved");
    }
    if (before.row.key !== keyOf({})) return this.#solveCurrent();
    this.#known.forget();
    this.#base = this.#beginAsItIs(before.solved);
  }

  /** Solves the drop as it is: from the certificate, or where there is none from nothing; `first` is what there is of it. */
  async #solveAsItIs(first: SolvedScenario | null): Promise<void> {
    const { drop, certificate } = this.#start;
    const scenario = { name: nameOf({}) };
    const asItIs = { ...applyScenario(drop.instance, this.#policy, scenario), scenario };
    // No change ends it, as all later solves start from it; only who asks for that.
    const how = this.#how(0, new AbortController().signal);
    this.#certificate ??= certificate ?? null;
    if (this.#certificate === null) {
      first = await solveShowing(
        asItIs,
        how,
        (unfinished) => this.#showUnfinished(0, unfinished, {}),
        this.#start.patience,
      );
      this.#certificate = this.#certificateOf(first);
      this.#policy = policyOfCertificate(this.#certificate);
      this.#page = dropForPage(drop, this.#policy, this.#start.details);
      this.#emit("opening", this.#opening());
      // Shown while the same is solved again from its prices.
      this.#showUnfinished(0, first, {});
    }
    const { prices } = pricesOfCertificate(drop.instance, this.#certificate);
    const again = { ...asItIs, policy: this.#policy }, from = { ...how, startPrices: prices };
    const solved = first === null
      ? await solveState(again, from)
      : await solveBeyond(first, again, from);
    const known = this.#known.remember(solved, {});
    const { version, change } = this.#history;
    if (keyOf(change) === keyOf({})) this.#show(version, known);
  }

  /** How a state is solved here, from now on: whoever asked to stop before meant another solve. */
  #how(version: number, signal: AbortSignal): SolveState {
    const { stops } = this.#start;
    const asked = () => stops === undefined ? this.#stops : Atomics.load(stops, 0);
    const before = asked();
    return {
      signal,
      isStopped: () => asked() !== before,
      gap: this.#start.details.gap,
      workers: this.#start.workers,
      onProgress: (progress) => this.#emit("progress", { version, ...progress }),
    };
  }

  /** Shows what there is so far of a state, where it is still the latest. */
  #showUnfinished(version: number, unfinished: SolvedScenario, change: Change): void {
    if (this.#history.version !== version) return;
    this.#present(version, knownOf(unfinished, change), true);
  }

  #show(version: number, known: KnownResult): void {
    this.#present(version, known);
    this.#emit("rows", this.#known.rows);
  }

  #present(version: number, known: KnownResult, preliminary = false): void {
    const { solved, row, usage } = known;
    const result = { ...resultForPage(version, solved, row, usage), preliminary };
    this.#shown = { known, result };
    this.#emit("result", result);
  }

  /** Solves the levers with the highest prices one by one; a change ends it. */
  #findLevers(): void {
    if (this.#latestFinal().row.timed_out) {
      throw new UsageError("the result was stopped: what a change adds can't be told from it");
    }
    if (this.#running !== null) throw new UsageError("something is still being solved");
    this.#solveLevers();
  }

  #solveLevers(): void {
    const { solved } = this.#latest(), { version } = this.#history;
    this.#begin(version, (signal) => this.#solveEachLever(solved, version, signal));
  }

  async #solveEachLever(
    before: SolvedScenario,
    version: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { instance } = this.#start.drop;
    const candidates = leverCandidates(before, TRIED);
    const levers: StudioLever[] = [];
    const report = (left: number) => {
      this.#leversLeft = left;
      levers.sort((a, b) => b.objective / b.units - a.objective / a.units);
      this.#emit("levers", { version, levers: levers.slice(0, SHOWN), left });
    };
    report(candidates.length);
    const how = this.#how(version, signal);
    for (const [i, candidate] of candidates.entries()) {
      const scenario = scenarioOf(candidate);
      const after = await solveState(
        { ...scenarioToSolve(instance, this.#policy, scenario), scenario },
        { ...how, startPrices: before.allocation.prices! },
      );
      // What was cut short does not tell what the lever brings.
      if (how.isStopped()) return report(0);
      levers.push(solvedLever(candidate, before.allocation, after.allocation));
      report(candidates.length - i - 1);
    }
  }
}
