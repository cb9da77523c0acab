/**
 * From every user's best bundle at the prices to bundles that keep all caps and group rules, by regret thresholds.
 *
 * Each round looks for moves: users of overloaded contracts, and of groups with too few or too many sponsored users,
 * choose again among what has room. Of the users that a contract or group needs to move, those move who lose least, and no
 * more move to anything than it has room for; so nothing is ever filled past its limit. When everything is kept, capacity
 * that has a price and is unused pulls users: they may have it for nothing, and what they give up counts at its price, because
 * it pulls others in the next round. Last, users move where that adds to the objective itself.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { type DualProblem, zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import {
  brokenRules,
  closedRoom,
  type Room,
  roomOf,
  stillPriced,
  toMend,
  worthOfUnused,
} from "../drop/room.ts";
import { penaltyOf, usedBySlots } from "../drop/slot_rows.ts";
import { hurriedUsers } from "./sample.ts";
import type { Moved, Round } from "../steps/repair.ts";
import type { EngineRun } from "../steps/steps.ts";
import {
  countMargins,
  decideTogether,
  type MarginCounts,
  nearestMargin,
} from "./decide_together.ts";

/** Most rounds of each kind. */
const MOST_ROUNDS = 60, MOST_PULLS = 12, MOST_IMPROVEMENTS = 6;
/** Rounds after which mending moves enter no contract any more. */
const OPEN_ROUNDS = 40;
/** Filling ends when a round lowers the worth of unused capacity by less than this share. */
const PULL_GAIN = 0.1;

/**
 * Rounds that only gain look at the users with the least margins, so many times as many as are decided together. There is little
 * room left for them to move into, and those who lose least by it are among these; looking at all users took as long as a pass,
 * a round.
 */
const NEAR = 20;

/** How a repair ended. */
export interface Repaired {
  /** Rounds made, of both kinds. */
  readonly rounds: number;
  /** The objective reached. */
  readonly objective: number;
}

/** How a repair is limited. */
export interface RepairOptions extends RunControl {
  /** Deciding together stops within this share of its bound. */
  readonly gap: number;
  /** Improvement stops when a round adds less than this to the objective. */
  readonly enough: number;
  /** An objective at which nothing is improved any more: nearly the bound. */
  readonly goal: number;
  /** Most users that are decided together on this machine. */
  readonly most: number;
  /** Value of `performance.now()` from which on nothing is improved any more. */
  readonly deadline: number;
  /** A move that loses more would give up a pin; Infinity: there are none. */
  readonly mostRegret: number;
}

/** Gives every user the best bundle at the prices, then mends what is broken, then improves. */
export async function assignAndRepair(
  problem: DualProblem,
  engine: EngineRun,
  prices: Prices,
  options: RepairOptions,
): Promise<Repaired> {
  options.onProgress?.({ phase: "assign" });
  await engine.assign(problem, prices, options);
  const rounds = new Rounds(problem, engine, prices, options);
  await rounds.decide();
  await mendRules(rounds);
  await improve(rounds);
  await fill(rounds);
  const { objective } = await rounds.look();
  return { rounds: rounds.count, objective };
}

/** Rounds of moves that must be, until every rule is kept and no minimum lacks what it can get. */
async function mendRules(rounds: Rounds): Promise<void> {
  let broken = Infinity, stuck = false;
  for (let n = 0; n < MOST_ROUNDS; n++) {
    const { room } = await rounds.look();
    const now = toMend(room);
    rounds.report("repair", `round ${n + 1}, ${Math.ceil(now)} to move`);
    if (now === 0 || (stuck && brokenRules(room) === 0)) break;
    // Where a round achieved nothing, nobody enters a contract any more: then every move succeeds but those for minima
    // that may be missed.
    stuck = now >= broken || n >= OPEN_ROUNDS;
    broken = now;
    await rounds.mend(stuck ? closedRoom(room) : room);
  }
}

/** Rounds of moves that add to the objective. */
async function improve(rounds: Rounds): Promise<void> {
  for (let n = 0; n < MOST_IMPROVEMENTS && rounds.timeIsLeft; n++) {
    const { room, objective } = await rounds.look();
    if (objective >= rounds.options.goal) break;
    const gained = await rounds.improve(room, zeroPrices(rounds.problem));
    rounds.report("improve", `round ${n + 1}, +${gained.toPrecision(3)}`);
    if (gained <= rounds.options.enough) break;
  }
}

/** Rounds in which unused capacity that has a price pulls users, and others follow; undone where nothing comes of it. */
async function fill(rounds: Rounds): Promise<void> {
  const { prices, options } = rounds;
  const { objective } = await rounds.look();
  if (objective >= options.goal) return;
  const last = rounds.count;
  let unused = Infinity;
  for (let n = 0; n < MOST_PULLS && rounds.timeIsLeft; n++) {
    const { room } = await rounds.look();
    const now = worthOfUnused(room, prices);
    rounds.report("fill", `round ${n + 1}, ${now.toPrecision(3)} unused`);
    if (now <= options.enough || now > (1 - PULL_GAIN) * unused) break;
    unused = now;
    await rounds.improve(room, stillPriced(prices, room));
  }
  if (rounds.count === last) return;
  await improve(rounds);
  if ((await rounds.look()).objective < objective) await rounds.undoAfter(last);
}

/** The state between two rounds. */
interface Look {
  readonly room: Room;
  readonly objective: number;
}

/** The rounds of one repair. */
class Rounds {
  /** Rounds so far. */
  count = 0;
  /** The last state seen; null once somebody has moved. */
  #last: Look | null = null;
  /** Users by their margins; null before they are counted. */
  #counts: MarginCounts | null = null;

  constructor(
    readonly problem: DualProblem,
    readonly engine: EngineRun,
    readonly prices: Prices,
    readonly options: RepairOptions,
  ) {}

  /** Whether there is time to improve anything. */
  get timeIsLeft(): boolean {
    return performance.now() < this.options.deadline;
  }

  /** Reports progress. */
  report(phase: string, detail: string): void {
    this.options.onProgress?.({ phase, detail });
  }

  /** What is lacking and what has room, and what the objective is. */
  async look(): Promise<Look> {
    return this.#last ??= await this.#lookAnew();
  }

  async #lookAnew(): Promise<Look> {
    const { problem, engine, options } = this;
    const { usage, value } = await engine.usage(problem, null, options);
    let objective = value + problem.ownCoverage -
      penaltyOf(problem, usedBySlots(problem, usage.offers));
    problem.rules.sponsored.least.forEach((least, g) =>
      objective -= problem.shortfallPrice * Math.max(0, least - usage.counts.sponsoredUsers[g])
    );
    return { room: roomOf(problem, usage), objective };
  }

  /** Forgets the moves of all rounds after `last`. */
  async undoAfter(last: number): Promise<void> {
    await this.engine.undoAfter(last, this.options);
    this.#last = null;
  }

  /** Decides those users together for whom two bundles are nearly equally good at the prices. */
  async decide(): Promise<void> {
    this.count++;
    this.#last = null;
    const { problem, engine, prices, options } = this;
    const few = this.timeIsLeft ? {} : { most: hurriedUsers(options.most), deadline: Infinity };
    const counts = this.#counts ??= await countMargins(problem, engine, options);
    await decideTogether(problem, engine, prices, this.count, { ...options, ...few, counts });
  }

  /** A round of moves that must be, at the prices. */
  async mend(room: Room): Promise<void> {
    const { prices, engine, options } = this;
    this.#moved(await engine.mend(this.#next(room, prices), options));
  }

  /** A round of moves that gain at the prices; returns how much. At prices 0 that is what the objective gains. */
  async improve(room: Room, prices: Prices): Promise<number> {
    const { engine, options, problem } = this;
    options.signal?.throwIfAborted();
    const below = this.#counts === null
      ? undefined
      : nearestMargin(problem, this.#counts, NEAR * options.most);
    return this.#moved(await engine.improve({ ...this.#next(room, prices), below }, options));
  }

  /** The next round. */
  #next(room: Room, prices: Prices): Round {
    const { problem, options: { mostRegret } } = this;
    return { problem, prices, room, round: ++this.count, mostRegret };
  }

  #moved({ moves, regret }: Moved): number {
    if (moves > 0) this.#last = null;
    return -regret;
  }
}
