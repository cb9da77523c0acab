/**
 * Local search over the types of users: which of them hold sponsored offers. For fixed types the rest is a flow problem, which is
 * solved to its optimum. Meant for drops in which few users compete for each contract, so that prices decide little.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Pause } from "../../../base/pause.ts";
import { type Random, seededRandom } from "../../../base/numbers/random.ts";
import { BundleKernel } from "../dual/bundle_kernel.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { sponsoredPriceOf } from "../../limits/kinds/group_rules.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { takeSlots } from "../recovery/take_offers.ts";
import { BestArcs } from "../flow/best_arcs.ts";
import { CheapestPaths } from "../flow/cheapest_paths.ts";
import type { FlowHoldings } from "../flow/flow_holdings.ts";
import type { SparseSet } from "../../../base/arrays/sparse_set.ts";
import {
  isTypedFlow,
  setType,
  SPONSORED,
  type TypedNetwork,
  typedNetwork,
  UNSPONSORED,
} from "../flow/typed_network.ts";

/** Number of changes tried: per user who may be of either type, but within these two bounds. */
const TRIES_PER_USER = 30, LEAST_TRIES = 16_000, MOST_TRIES = 1_000_000;

/**
 * Where users have hundreds of offers, or many pairs to choose from, a change takes long: the search ends when its paths have looked at
 * this many arcs and holders.
 */
const MOST_LOOKS = 3e8;
/**
 * The first flow is given up where, at the pace of the last so many looks, it would take so many times what is left of the most.
 */
const LOOKS_FOR_PACE = MOST_LOOKS / 16, TOO_SLOW = 16;

/** Of each type a user may get its k best pairs and k more, at least so many more; where types tie, twice as many. */
const MORE_PAIRS = 8;

/** The first and the last temperature, in units of the typical difference in net value between two of a user's best offers. */
const HOT = 1, COLD = 0.1;

/**
 * Exchanges that lose more than about this many temperatures at the prices given are mostly skipped without a trial. At good prices the
 * users whose types the best allocations change are nearly indifferent, so trials of others are mostly in vain.
 */
const REACH = 0.2;

/** Share of trials that change one user alone; and how many such trials per user come first, which must not lose anything. */
const ALONE = 0.02, FIRST_PER_USER = 1;

/** Most draws of users for one trial; without promising ones among them the trial is skipped. */
const MOST_DRAWS = 2000;

/** Changes tried between two looks at the clock. */
const BETWEEN_LOOKS = 64;

/**
 * Types tie if at least half of the users seen (so many, spread over the drop) gain at most this by one type over the other, in units of
 * an offer.
 */
const USERS_SEEN = 500, TIED = 1e-3;

/**
 * Where types tie, the temperature is what half of the users gain at most by one type over the other. Only users who may gain GRADE times
 * as much change their type, one at a time. After MOST_IDLE trials in a row that brought nothing better, KICKS changes of any users come
 * first. The search ends when less than SMALL_REST of what a user may gain is left to the bound, or after MOST_TIES trials.
 */
const GRADE = 20, MOST_IDLE = 60, KICKS = 100, SMALL_REST = 0.6, MOST_TIES = 600;

/**
 * Prices that move by no more than this share of a grade are added up, instead of working out again what everybody who may have their
 * offers gains.
 */
const SMALL_MOVE = 0.02;

/** When to stop the search. */
export interface TypeSearchOptions {
  readonly stop: () => boolean;
  readonly pause: Pause;
}

/**
 * Replaces the holdings by the best ones found. Those may be worth less than the given ones, and may break a rule: a flow can't
 * express an n-th offer that is worth more than the one before, so such worths are averaged here (see `concaveSteps`).
 *
 * The method is simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983). A trial changes one user's type, or exchanges the types
 * of two users. What the users gain at the prices of the flow is an upper bound on what the trial gains, and each path that makes
 * the flow optimal again lowers this bound. So most trials are rejected after a path or two, and never wrongly.
 */
export async function searchTypes(
  holdings: Holdings,
  prices: Prices,
  options: TypeSearchOptions,
): Promise<void> {
  const search = new TypeSearch(holdings, prices, MORE_PAIRS);
  await search.run(options);
  search.giveBest(holdings);
}

/**
 * Whether most users are nearly indifferent between types at the prices: scores in few grades fill the contracts with the best grade,
 * and what is left between types are weights of coverage.
 */
export function typesTie(problem: DualProblem, prices: Prices): boolean {
  if (!isTypedFlow(problem)) return false;
  const { instance: { group, start }, middle, rules, unit } = problem;
  const kernel = new BundleKernel(problem), leads: number[] = [], spreads: number[] = [];
  kernel.setPrices(prices);
  const stride = Math.ceil(group.length / USERS_SEEN);
  for (let u = stride >> 1; u < group.length; u += stride) {
    if (start[u] === middle[u] || middle[u] === start[u + 1]) continue;
    kernel.scanUser(u);
    const price = sponsoredPriceOf(rules, prices, group[u]);
    leads.push(Math.abs(kernel.value[0] + price - kernel.value[1]));
    spreads.push(spreadOf(problem, prices, u));
  }
  const middleOf = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  // Where scores are all equal, or each contract's or user's own, prices leave no grades to choose between.
  return leads.length > 0 && middleOf(leads) <= TIED * unit && middleOf(spreads) > TIED * unit;
}

/** How far apart the net values of user u's pairs of one type are, at most. */
function spreadOf({ instance, middle }: DualProblem, prices: Prices, u: number): number {
  const { score, contract, start } = instance;
  const spread = (from: number, to: number) => {
    let least = Infinity, most = -Infinity;
    for (let p = from; p < to; p++) {
      const net = score[p] - prices.contract[contract[p]];
      least = Math.min(least, net);
      most = Math.max(most, net);
    }
    return Math.max(0, most - least);
  };
  return Math.max(spread(start[u], middle[u]), spread(middle[u], start[u + 1]));
}

/**
 * As {@link searchTypes} where types tie. Whole grades of scores are at stake then, and weights of coverage hardly matter: a user that
 * changes its type makes the flow better by a grade or not at all. Small losses are made up for afterwards by chains of changes.
 */
export async function searchTies(
  holdings: Holdings,
  { prices, bound }: { prices: Prices; bound: number },
  options: TypeSearchOptions,
): Promise<void> {
  const search = new TypeSearch(holdings, prices, 2 * MORE_PAIRS);
  await search.runTies(options, bound);
  search.giveBest(holdings);
}

/** The state of the search. */
class TypeSearch {
  readonly #network: TypedNetwork;
  readonly #holdings: Holdings;
  /** The optimal flow for the present types, and a copy of it for trials. */
  readonly #kept: CheapestPaths;
  readonly #tried: CheapestPaths;
  readonly #best: BestArcs;
  /** Users who may be of either type. */
  readonly #users: readonly number[];
  /** The users of each group who may be of either type. */
  readonly #usersOf: readonly (readonly number[])[];
  /** Float64Array, length users: what each would gain by the other type, where {@link #gainOf} has worked it out. */
  readonly #gain: Float64Array;
  /** Float64Array, length users: which version of the flow kept {@link #gain} is for. */
  readonly #known: Float64Array;
  #version = 0;
  /** Float64Array, length contracts: the version at which the price of each last moved by more than `#smallMove`. */
  readonly #movedAt: Float64Array;
  #smallMove = 0;
  /** How much smaller moves may have added to any gain so far. */
  #drift = 0;
  /** Float64Array, length users: what `#drift` was when the user's gain was worked out. */
  readonly #driftOf: Float64Array;
  /** Float64Array, length users: worth of the best sponsored bundle less that of the best unsponsored one at the given prices. */
  readonly #lead: Float64Array;
  /** Float64Array, length groups: users of type sponsored, also those without any offer. */
  readonly #sponsored: Float64Array;
  readonly #random: Random = seededRandom(1);
  /** What the flow is worth, missed minima included. */
  #value: number;
  /** Float64Array, length groups: how many sponsored users with offers each minimum lacks; below 0: beyond it. */
  readonly #missing: Float64Array;
  readonly #found: { value: number; arc: Int32Array; count: Uint16Array };

  constructor(holdings: Holdings, prices: Prices, more: number) {
    const { problem } = holdings;
    const { instance: { group, groups }, k } = problem;
    const users = group.length;
    this.#holdings = holdings;
    const network = typedNetwork(problem, prices, new Uint8Array(users), Math.max(more, k));
    this.#network = network;
    this.#best = new BestArcs(network, k);
    const { start, middle } = network;
    this.#users = Array.from({ length: users }, (_, u) => u)
      .filter((u) => start[u] < middle[u] && middle[u] < start[u + 1]);
    const usersOf: number[][] = groups.map(() => []);
    for (const u of this.#users) usersOf[group[u]].push(u);
    this.#usersOf = usersOf;
    this.#gain = new Float64Array(users);
    this.#known = new Float64Array(users).fill(-1);
    this.#driftOf = new Float64Array(users);
    this.#movedAt = new Float64Array(prices.contract.length);
    this.#lead = new Float64Array(users);
    this.#sponsored = new Float64Array(groups.length);
    const { contract: price } = prices;
    for (let u = 0; u < users; u++) {
      this.#lead[u] = this.#worth(u, SPONSORED, price) - this.#worth(u, UNSPONSORED, price);
    }
    this.#setTypes();
    const nothing = { arc: new Int32Array(users * k), count: new Uint16Array(users) };
    const nobody = { arc: new Int32Array(0), count: new Uint16Array(0) };
    this.#tried = new CheapestPaths(network, price.slice(), nothing);
    // Copied from the other before it is looked at.
    this.#kept = new CheapestPaths(network, price.slice(), nobody);
    this.#found = { value: -Infinity, ...nothing };
    const { rules: { sponsored: { least } }, shapeWorth, shortfallPrice } = problem;
    this.#missing = least.slice();
    // Nobody has anything yet; what is kept is added.
    this.#value = -shortfallPrice * least.reduce((sum, users) => sum + Math.max(0, users), 0);
    for (let u = 0; u < users; u++) this.#value += shapeWorth[holdings.shapeOf(u, 0, 0)];
  }

  /** Sets the first types: of the offers that a user holds, else the type of the better bundle if the group's maximum allows it. */
  #setTypes(): void {
    const { problem: { instance: { group }, rules }, count, sponsored } = this.#holdings;
    const set = (u: number, isSponsored: boolean) => {
      setType(this.#network, u, isSponsored ? SPONSORED : UNSPONSORED);
      if (isSponsored) this.#sponsored[group[u]]++;
    };
    count.forEach((n, u) => n > 0 && set(u, sponsored[u] > 0));
    count.forEach((n, u) => {
      const hasRoom = this.#sponsored[group[u]] < rules.sponsored.most[group[u]];
      if (n === 0) set(u, this.#lead[u] > 0 && hasRoom);
    });
  }

  /** Makes the flow the best one for the first types. Returns whether it came to that; if not, nothing is found. */
  async #settleFirst({ stop, pause }: TypeSearchOptions): Promise<boolean> {
    const paths = this.#tried;
    let looks = paths.looks, left = paths.unitsLeft();
    // Where prices must fall past all users who tie, in thousands of small steps, it would give up after its last look only.
    const isTooSlow = () => {
      if (paths.looks < looks + LOOKS_FOR_PACE) return false;
      const leftNow = paths.unitsLeft();
      const looksPerUnit = (paths.looks - looks) / Math.max(0, left - leftNow);
      [looks, left] = [paths.looks, leftNow];
      return left * looksPerUnit > TOO_SLOW * (MOST_LOOKS - looks);
    };
    const isOver = () => stop() || paths.looks > MOST_LOOKS || isTooSlow();
    if (stop() || !await paths.run({ stop: isOver, pause })) return false;
    this.#keep();
    return true;
  }

  /** Runs all trials, or until stopped. */
  async run(control: TypeSearchOptions): Promise<void> {
    const { stop, pause } = control;
    if (!await this.#settleFirst(control)) return;
    const users = this.#users.length;
    if (users < 2) return;
    const first = FIRST_PER_USER * users;
    const tries = Math.min(MOST_TRIES, Math.max(LEAST_TRIES, TRIES_PER_USER * users));
    const { looks } = this.#tried, spacing = this.#spacing();
    // How far the search has come: by trials, or by their work where they take long.
    for (let i = 0, done = 0; done < 1; i++) {
      if (i % BETWEEN_LOOKS === 0) {
        await pause();
        if (stop()) return;
      }
      if (i < first) {
        this.#try(this.#users[i], -1, 0);
        continue;
      }
      this.#tryAny(spacing * HOT * (COLD / HOT) ** done);
      done = Math.max((i + 1 - first) / tries, (this.#tried.looks - looks) / MOST_LOOKS);
    }
  }

  /** Runs trials of users who may gain a grade, until none brings anything. */
  async runTies(control: TypeSearchOptions, bound: number): Promise<void> {
    const { stop, pause } = control;
    if (!await this.#settleFirst(control)) return;
    const leads = Float64Array.from(this.#users, (u) => Math.abs(this.#lead[u])).sort();
    const temperature = leads[leads.length >> 1];
    const { shapeWorth, unit } = this.#holdings.problem;
    const weights = shapeWorth.reduce((most, worth) => Math.max(most, Math.abs(worth)), 0);
    const grade = Math.max(GRADE * temperature, weights, 1e-9 * unit);
    this.#smallMove = SMALL_MOVE * grade;
    const mayGain = () => this.#users.filter((u) => this.#mayGain(u, grade));
    let users = mayGain(), version = this.#version;
    const gains = Float64Array.from(users, (u) => this.#gainOf(u)).sort();
    const enough = bound - SMALL_REST * (gains[gains.length >> 1] ?? 0);
    for (let i = 0, idle = 0; i < MOST_TIES && users.length > 0; i++, idle++) {
      await pause();
      if (stop() || this.#found.value >= enough) return;
      const best = this.#found.value;
      // Where nothing gains a grade any more, some changes that cost next to nothing make room for others.
      if (idle >= MOST_IDLE) {
        for (let n = 0; n < KICKS; n++) this.#tryOneOf(this.#users, temperature);
        idle = 0;
      } else this.#tryOneOf(users, temperature);
      if (this.#found.value > best + temperature) idle = 0;
      if (this.#version > version) [users, version] = [mayGain(), this.#version];
    }
  }

  /** Tries to change the type of one of some users alone. */
  #tryOneOf(users: readonly number[], temperature: number): void {
    const u = users[this.#random.below(users.length)];
    this.#try(u, -1, temperature * Math.log(this.#random.next()));
  }

  /** Sets the holdings to the best ones found, if there are any. */
  giveBest(holdings: Holdings): void {
    const { value, arc, count } = this.#found, { pair } = this.#network;
    if (value === -Infinity) return;
    takeSlots(holdings, arc.map((a) => pair[a]), count);
  }

  /** The mean difference in net value between consecutive ones of a user's best offers. */
  #spacing(): number {
    const { k } = this.#network, { price } = this.#kept;
    const best = new BestArcs(this.#network, 2 * k);
    let sum = 0, n = 0;
    for (const u of this.#users) {
      best.find(u, price);
      const { length, net } = best;
      if (length < k + 1) continue;
      sum += (net[k - 1] - net[length - 1]) / (length - k);
      n++;
    }
    return n === 0 || sum === 0 ? 1e-3 * this.#holdings.problem.unit : sum / n;
  }

  /** Draws users at random until their change might be accepted, and tries that change. */
  #tryAny(temperature: number): void {
    const random = this.#random, users = this.#users, { type } = this.#network;
    const { group } = this.#holdings.problem.instance;
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const u = users[random.below(users.length)];
      const least = temperature * Math.log(random.next());
      if (random.next() < ALONE) return this.#try(u, -1, least);
      // Where its group can't spare the change, another user of the group makes up for it.
      const others = this.#isTied(u) ? this.#usersOf[group[u]] : users;
      const v = others[random.below(others.length)];
      if (type[u] === type[v] || (group[u] !== group[v] && this.#isTied(v))) continue;
      const [from, to] = type[u] === SPONSORED ? [u, v] : [v, u];
      const lost = this.#lead[from] - this.#lead[to];
      if (lost > -REACH * temperature * Math.log(random.next())) continue;
      if (this.#gainOf(u) + this.#gainOf(v) > least) return this.#try(u, v, least);
    }
  }

  /** Whether user u's group would miss its minimum of sponsored users, or break its maximum, if u alone changed its type. */
  #isTied(u: number): boolean {
    const { instance: { group }, rules: { sponsored: { least, most } } } = this.#holdings.problem;
    const g = group[u], users = this.#sponsored[g];
    return this.#network.type[u] === SPONSORED ? users <= least[g] : users >= most[g];
  }

  /** Changes the type of `u`, and of `v` unless it is −1, if that gains at least `least` (≤ 0); else leaves all as it was. */
  #try(u: number, v: number, least: number): void {
    const paths = this.#tried;
    const gain = this.#gainOf(u) + (v < 0 ? 0 : this.#gainOf(v));
    const counted = this.#change(u, 1) + (v < 0 ? 0 : this.#change(v, 1));
    const room = gain + counted - least;
    if (room > 0) {
      paths.chooseAgain(u);
      if (v >= 0) paths.chooseAgain(v);
      if (paths.settle(room) <= room) {
        this.#known[u] = -1;
        if (v >= 0) this.#known[v] = -1;
        return this.#keep();
      }
      paths.copyFrom(this.#kept);
    }
    this.#change(u, -1);
    if (v >= 0) this.#change(v, -1);
  }

  /**
   * Switches the type of user `u`. With `way` 1 returns what that changes in missed minima, as worth, or −Infinity if the group's
   * maximum forbids it; −1 takes the switch back and returns 0.
   */
  #change(u: number, way: 1 | -1): number {
    const { instance: { group }, rules: { sponsored }, shortfallPrice } = this.#holdings.problem;
    const { type } = this.#network;
    const g = group[u], before = this.#sponsored[g];
    const after = before + (type[u] === SPONSORED ? -1 : 1);
    setType(this.#network, u, 1 - type[u]);
    this.#sponsored[g] = after;
    if (way < 0) return 0;
    if (after > before && after > sponsored.most[g]) return -Infinity;
    const missed = (n: number) => Math.max(0, sponsored.least[g] - n);
    return shortfallPrice * (missed(before) - missed(after));
  }

  /** Accepts the trial. */
  #keep(): void {
    const { holdings: { arc, count, changes } } = this.#tried;
    this.#version++;
    this.#noteMoves(this.#kept.price, this.#tried.price, changes.contracts);
    this.#value += this.#worthOf(this.#tried.holdings, changes.users, 1) +
      this.#worthOf(this.#kept.holdings, changes.users, -1);
    this.#kept.copyFrom(this.#tried);
    if (this.#value <= this.#found.value) return;
    this.#found.value = this.#value;
    this.#found.arc.set(arc);
    this.#found.count.set(count);
  }

  /** Notes which prices move, and how much small moves add to any gain: at most k offers get cheaper, and k that are given up dearer. */
  #noteMoves(before: Float64Array, after: Float64Array, { list, count }: SparseSet): void {
    let up = 0, down = 0;
    for (let n = 0; n < count; n++) {
      const c = list[n], move = after[c] - before[c];
      if (Math.abs(move) > this.#smallMove) this.#movedAt[c] = this.#version;
      else if (move > 0) up = Math.max(up, move);
      else down = Math.max(down, -move);
    }
    this.#drift += this.#network.k * (up + down);
  }

  /** Whether {@link #gainOf} is at least `grade`. It is not worked out where it can't be. */
  #mayGain(u: number, grade: number): boolean {
    const rounding = 1e-9 * this.#holdings.problem.unit;
    const most = this.#gain[u] + this.#drift - this.#driftOf[u] + rounding;
    return (most >= grade || this.#isMoved(u)) && this.#gainOf(u) >= grade;
  }

  /** Whether the price of a contract that user u may have has moved by more than little since its gain was worked out. */
  #isMoved(u: number): boolean {
    const { start, contract } = this.#network, known = this.#known[u], moved = this.#movedAt;
    for (let a = start[u]; a < start[u + 1]; a++) if (moved[contract[a]] > known) return true;
    return known < 0;
  }

  /** What user u would gain by the other type at the prices of the flow kept; worked out when it is first asked for. */
  #gainOf(u: number): number {
    if (this.#known[u] !== this.#version) {
      const { type } = this.#network, { price } = this.#kept;
      this.#gain[u] = this.#worth(u, 1 - type[u], price) - this.#worth(u, type[u], price);
      this.#known[u] = this.#version;
      this.#driftOf[u] = this.#drift;
    }
    return this.#gain[u];
  }

  /** What the best bundle of type `as` of user `u` is worth at prices, without a premium. */
  #worth(u: number, as: number, price: Float64Array): number {
    const { k, kind, premium, step, type } = this.#network;
    const { net } = this.#best, was = type[u];
    setType(this.#network, u, as);
    this.#best.find(u, price);
    const base = kind[u] * (k + 2) + 1;
    setType(this.#network, u, was);
    let worth = 0, n = 0;
    for (; n < this.#best.length && net[n] + step[base + n] > 0; n++) {
      worth += net[n] + step[base + n];
    }
    return as === SPONSORED && n > 0
      ? worth - premium[this.#holdings.problem.instance.group[u]]
      : worth;
  }

  /**
   * What the holdings of some users are worth, missed minima included, times `sign`. A user of type sponsored without offers does not
   * count as sponsored.
   */
  #worthOf({ arc, count }: FlowHoldings, { list, count: users }: SparseSet, sign: 1 | -1): number {
    const { k, value, middle } = this.#network, missing = this.#missing;
    const { instance: { group }, shapeWorth, shortfallPrice } = this.#holdings.problem;
    let sum = 0;
    for (let i = 0; i < users; i++) {
      const u = list[i], n = count[u], own = n > 0 && arc[u * k] < middle[u] ? n : 0;
      for (let slot = u * k; slot < u * k + n; slot++) sum += value[arc[slot]];
      sum += shapeWorth[this.#holdings.shapeOf(u, own, n - own)];
      if (own === 0) continue;
      const before = missing[group[u]], after = missing[group[u]] -= sign;
      sum += sign * shortfallPrice * (Math.max(0, before) - Math.max(0, after));
    }
    return sign * sum;
  }
}
