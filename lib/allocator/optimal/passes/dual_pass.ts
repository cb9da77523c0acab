/**
 * Evaluates D: value, gradient and curvature, in one pass over the users of the current view.
 *
 * @module
 */
import {
  type Curvature,
  type CurvatureLayout,
  curvatureLayout,
  totalCurvature,
} from "./curvature.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";
import { canBind, usedOf } from "../../limits/kinds/group_rules.ts";
import { COUNTS, type Counts, SPONSORED_USERS } from "../../limits/kinds/user_counts.ts";
import type { KeptBundles } from "./kept_bundles.ts";
import { markCount } from "../dual/marks.ts";
import type { PassBoard } from "./pass_board.ts";
import type { PassCommand } from "./pass_share.ts";
import { copyPoint, type PricePoint, zeroPoint } from "../dual/price_point.ts";
import {
  type MarginRoom,
  marginRoom,
  settleGroups,
  type SponsoredTargets,
} from "./settle_groups.ts";

/** Carries out commands on all shares; `run` returns when every share is done. */
export interface PassTeam {
  /** The memory that the shares read and write. */
  readonly board: PassBoard;
  /** Does a command on every share. */
  run(command: PassCommand): void;
  /** Ends it. */
  close(): void;
}

/** The right-hand sides of the constraints: of the whole drop, or scaled to a sample of it. */
export interface Capacities extends SponsoredTargets {
  /** Float64Array, length rows: caps, then the limits' amounts in their units. */
  readonly amount: Float64Array;
  /** By place in `rules.others`, Float64Array, length groups: the amount of each other limit of groups. */
  readonly others: readonly Float64Array[];
}

/** D at a point, minimised over the sponsored price of every group. */
export interface Evaluation {
  /** D. */
  readonly value: number;
  /** The point, with the sponsored prices settled. */
  readonly point: PricePoint;
  /** Float64Array, length rows: dD/dλ = amount − load. */
  readonly rowGradient: Float64Array;
  /** By place in `rules.others`, Float64Array, length groups: dD by the price of each other limit of groups. */
  readonly otherGradients: readonly Float64Array[];
  /** Uint8Array, length groups: what holds the sponsored price, see `Held` in settle_groups.ts. */
  readonly held: Uint8Array;
  /** Whether the edge of the view kept a sponsored price from its best value. */
  readonly confined: boolean;
  /** Second derivatives within the radius asked for; null when that was 0. */
  readonly curvature: Curvature | null;
}

/** Prices that move further than others in a view: as far as the view leaves them from which it is screened. */
export interface FarPrices {
  /** Float64Array, length rows: how far such a price must be able to move; 0: as far as others. */
  readonly row: Float64Array;
  /** Float64Array, length groups: the same of the group's prices, for its sponsored one. */
  readonly sponsored: Float64Array;
}

/** A view on the stack: where the users and pairs that it keeps are enough. */
interface ViewFrame {
  /** The prices that it was made around. */
  readonly centre: PricePoint;
  /** How far other prices of groups may be from the centre, and the widest radius of curvature. */
  readonly reach: number;
  /** Float64Array, length rows and length groups: how far the prices of rows and sponsored prices may be from the centre. */
  readonly row: Float64Array;
  readonly sponsored: Float64Array;
}

/** How far sponsored prices may move in a view, in multiples of the reach of the other prices. */
const SPONSORED_REACH = 3;

/**
 * Where offers count by weight, each pays several prices, and most hardly move. There a view lets a price move STEPS_OF_PRICE times
 * as far as in its last steps, but at least LEAST_OF_REACH of the reach, and a sponsored price LEAST_OF_SPONSORED of its own.
 */
const STEPS_OF_PRICE = 3, LEAST_OF_REACH = 0.2, LEAST_OF_SPONSORED = 0.25;
/**
 * Where prices have left all views, one as wide as the widest of these comes first, if it reaches at least this many times as far as the
 * view wanted: the views to come are screened from it, and not each from the whole drop.
 */
const WIDER = 2;
/** There a view is screened from any that leaves its prices this share of the room that they want. */
const LEAST_ROOM = 0.5;

/** Up to twice this many ties, and this many per row, all users add to the curvature. */
const LEAST_TIES = 50_000, TIES_PER_ROW = 8;

/** What a search learns on its way, whichever team it has. */
interface Learnt {
  /** How far prices have moved in the last steps, older ones counting less. */
  readonly moved: PricePoint;
  /** Ties per radius of the last curvature, before thinning. */
  tieDensity: number;
}

/** Evaluates D with a team, and keeps the stack of its views. */
export class DualPass {
  /** The problem. */
  readonly problem: DualProblem;
  /** The layout of the curvature's sums. */
  readonly layout: CurvatureLayout;
  /** Evaluations so far. */
  passes = 0;

  readonly #team: PassTeam;
  /** Views on the stack; null: the whole drop or a sample, which hold at all prices. */
  readonly #frames: (ViewFrame | null)[] = [null];
  readonly #learnt: Learnt;
  readonly #shortfall: number;
  readonly #room: MarginRoom;

  /**
   * Evaluations of a problem by a team.
   *
   * @param before the pass whose search goes on with this one: when a team takes over depends on the machine, and must change nothing
   */
  constructor(problem: DualProblem, team: PassTeam, before?: DualPass) {
    this.problem = problem;
    this.layout = curvatureLayout(problem);
    this.#team = team;
    const { groups } = problem.instance;
    const moved = zeroPoint(rowCount(problem), groups.length, 0);
    this.#learnt = before === undefined ? { moved, tieDensity: 0 } : before.#learnt;
    const { least, most } = problem.rules.sponsored;
    this.#shortfall = least.reduce((sum, users, g) => sum + Math.max(0, users - most[g]), 0);
    this.#room = marginRoom(problem.instance.group.length);
  }

  /** Pairs looked at so far. */
  get pairsSeen(): number {
    return this.#team.board.shares.reduce((sum, share) => sum + share.pairsSeen[0], 0);
  }

  /** Goes back to the whole drop. */
  useWhole(): void {
    this.#frames.length = 1;
    this.#team.run({ kind: "back", depth: 1 });
  }

  /** Looks at every `stride`-th user from now on. */
  useSample(stride: number, noise: number): void {
    this.#frames.length = 1;
    this.#frames.push(null);
    this.#team.run({ kind: "sample", stride, noise });
  }

  /** Whether the current view is enough at a point, with curvature within a radius. */
  covers(point: PricePoint, radius: number): boolean {
    const frame = this.#frames[this.#frames.length - 1];
    return frame === null || covers(frame, point, radius);
  }

  /** Screens a new view around `centre`, from the smallest view on the stack that is enough there. */
  screen(centre: PricePoint, reach: number, noise: number, far: FarPrices | null = null): void {
    const frames = this.#frames, view = this.#viewAround(centre, reach, far);
    const share = this.problem.items?.weighs ? LEAST_ROOM : 1;
    let below = frames[frames.length - 1], left: ViewFrame | null = null;
    for (; below !== null && !hasRoomFor(below, view, share); below = frames[frames.length - 1]) {
      left = below;
      frames.pop();
    }
    if (left !== null && below === null && left.reach >= WIDER * reach) {
      below = this.#wideView(left, centre, far);
      this.#push(below, noise);
    }
    if (below !== null && share < 1) narrow(view, below);
    if (far !== null) widen(view, below, far);
    this.#push(view, noise);
  }

  /** A view around `centre` that is not on the stack yet. */
  #viewAround(centre: PricePoint, reach: number, far: FarPrices | null): ViewFrame {
    const own = zeroPoint(centre.row.length, centre.sponsored.length, centre.others.length);
    copyPoint(centre, own);
    const view = { centre: own, reach, ...this.#reachOfPrices(reach) };
    far?.row.forEach((least, r) => view.row[r] = Math.max(view.row[r], least));
    far?.sponsored.forEach((least, g) =>
      view.sponsored[g] = Math.max(view.sponsored[g], SPONSORED_REACH * least)
    );
    return view;
  }

  /** A view as wide as `left`, which prices have left, but around `centre`. Each price gets room for twice the way that it went. */
  #wideView(left: ViewFrame, centre: PricePoint, far: FarPrices | null): ViewFrame {
    const view = this.#viewAround(centre, left.reach, null);
    for (const name of ["row", "sponsored"] as const) {
      view[name].forEach((reach, i) => {
        const moved = Math.abs(centre[name][i] - left.centre[name][i]);
        view[name][i] = Math.max(reach, left[name][i], 2 * moved);
      });
    }
    if (far !== null) widen(view, null, far);
    return view;
  }

  /** Screens a view from the one on top of the stack, which must be enough for it, and puts it there. */
  #push(view: ViewFrame, noise: number): void {
    const { board } = this.#team;
    copyPoint(view.centre, board.point);
    board.reach.row.set(view.row);
    board.reach.sponsored.set(view.sponsored);
    this.#team.run({ kind: "screen", depth: this.#frames.length, reach: view.reach, noise });
    this.#frames.push(view);
  }

  /** Tells how a step moves prices, for the views to come. */
  noteStep({ row, sponsored }: PricePoint): void {
    const note = (moved: Float64Array, step: Float64Array) => {
      for (let i = 0; i < step.length; i++) {
        moved[i] = Math.max(moved[i] / 2, Math.abs(step[i]));
      }
    };
    note(this.#learnt.moved.row, row);
    note(this.#learnt.moved.sponsored, sponsored);
  }

  /** How far the prices of rows and the sponsored ones may move in a view of this reach. */
  #reachOfPrices(reach: number): Pick<ViewFrame, "row" | "sponsored"> {
    const { row, sponsored } = this.#learnt.moved, most = SPONSORED_REACH * reach;
    if (!this.problem.items?.weighs) {
      return {
        row: new Float64Array(row.length).fill(reach),
        sponsored: new Float64Array(sponsored.length).fill(most),
      };
    }
    const within = (moved: Float64Array, least: number, most: number) =>
      moved.map((step) => Math.min(most, Math.max(STEPS_OF_PRICE * step, least)));
    return {
      row: within(row, LEAST_OF_REACH * reach, reach),
      sponsored: within(sponsored, LEAST_OF_SPONSORED * most, most),
    };
  }

  /** D at a point, with the best sponsored prices instead of the point's; curvature from margins below `radius` if that is > 0. */
  evaluate(point: PricePoint, capacities: Capacities, radius: number): Evaluation {
    const thinning = radius > 0 ? this.#thinningAt(radius) : 1;
    const found = this.#evaluate(point, capacities, { kind: "scan", radius, thinning });
    return radius > 0 ? { ...found, curvature: this.#curvature(radius, thinning) } : found;
  }

  /**
   * D at a point on the whole drop, as {@link evaluate}; and every user's best bundle there, scores taken with noise up to ±`noise` (see
   * `noise.ts`), unless that is null or passes can't keep bundles. The next pass overwrites them.
   */
  evaluateWhole(
    point: PricePoint,
    noise: number | null,
  ): { found: Evaluation; kept: KeptBundles | null } {
    const ofView = noise !== null && this.isFirstViewEnough(point)
      ? this.#inFirstView(point, noise)
      : null;
    this.useWhole();
    if (ofView !== null) return ofView;
    const capacities = wholeCapacities(this.problem);
    if (noise === null) return { found: this.evaluate(point, capacities, 0), kept: null };
    return this.#keeping(this.#evaluate(point, capacities, { kind: "keep", noise, ofView: false }));
  }

  /** Whether the first view of the whole drop knows the bundles of the users that it leaves out, and they are the best at a point. */
  isFirstViewEnough(point: PricePoint): boolean {
    const first = this.#frames.at(1);
    return first !== undefined && first !== null && covers(first, point, 0) &&
      point.sponsored.every((price, g) =>
        Math.abs(price - first.centre.sponsored[g]) <= first.sponsored[g]
      ) && !this.#team.board.kept.isFrozen.includes(0);
  }

  /** {@link evaluateWhole} by the users of the first view; null where its edge keeps a sponsored price from its best value. */
  #inFirstView(point: PricePoint, noise: number): ReturnType<DualPass["evaluateWhole"]> | null {
    this.#frames.length = 2;
    const command = { kind: "keep", noise, ofView: true } as const;
    const found = this.#evaluate(point, wholeCapacities(this.problem), command);
    return found.confined ? null : this.#keeping(found);
  }

  /** {@link evaluateWhole} in a hurry: at the point's own sponsored prices, and without noise, so that nobody is looked at twice. */
  evaluateAtOnce(point: PricePoint): { found: Evaluation; kept: KeptBundles | null } {
    this.useWhole();
    const capacities = wholeCapacities(this.problem);
    return this.#keeping(
      this.#evaluate(point, capacities, { kind: "keep", noise: null, ofView: false }, false),
    );
  }

  #keeping(found: Evaluation): { found: Evaluation; kept: KeptBundles | null } {
    const { kept } = this.#team.board;
    return { found, kept: kept.isKept.includes(0) ? null : kept };
  }

  #evaluate(
    point: PricePoint,
    capacities: Capacities,
    command: PassCommand,
    settles = this.problem.countsSponsored,
  ): Evaluation {
    const { board } = this.#team;
    const groups = point.sponsored.length;
    copyPoint(point, board.point);
    this.#team.run(command);
    this.passes++;
    const held = new Uint8Array(groups);
    let confined = false;
    board.settled.set(point.sponsored);
    if (settles) confined = this.#settle(capacities, held);
    this.#team.run({ kind: "settle" });
    const settled = zeroPoint(point.row.length, groups, point.others.length);
    copyPoint(point, settled);
    settled.sponsored.set(board.settled);
    return {
      value: this.#value(settled, capacities),
      point: settled,
      rowGradient: capacities.amount.map((amount, r) => amount - sumOfShares(board, "load", r)),
      otherGradients: this.#otherGradients(capacities),
      held,
      confined,
      curvature: null,
    };
  }

  #curvature(radius: number, thinning: number): Curvature {
    const shares = this.#team.board.shares.map((share) => share.curvature);
    const ties = shares.reduce((sum, { ties }) => sum + ties.count[0], 0);
    this.#learnt.tieDensity = ties * thinning / radius;
    return totalCurvature(this.layout, shares, radius);
  }

  /**
   * One in how many users is to add to the curvature, a power of two. Under limits most differences are ties. Where many times more
   * users than rows are near another bundle, a sample of them says as much about the rows, and costs less here and in each step.
   */
  #thinningAt(radius: number): number {
    if (this.layout.dense || this.problem.items === null) return 1;
    const enough = Math.max(LEAST_TIES, TIES_PER_ROW * this.layout.rows);
    return 2 ** Math.max(0, Math.floor(Math.log2(this.#learnt.tieDensity * radius / enough)));
  }

  #settle(capacities: Capacities, held: Uint8Array): boolean {
    const { problem } = this;
    const { board } = this.#team;
    const frame = this.#frames[this.#frames.length - 1];
    const marks = markCount(problem);
    const total = (name: "marks" | "frozenMarks") =>
      board.shares[0][name].map((_, i) => sumOfShares(board, name, i));
    return settleGroups(
      board,
      this.#room,
      capacities,
      {
        centre: frame?.centre.sponsored ?? board.point.sponsored,
        reach: frame?.sponsored ?? null,
        highest: problem.shortfallPrice,
        inset: 0.01 * problem.unit,
      },
      { all: total("marks"), frozen: total("frozenMarks"), stride: marks },
      held,
    );
  }

  #otherGradients(capacities: Capacities): Float64Array[] {
    const { rules: { others }, instance: { groupSize } } = this.problem;
    const gradients = others.map(() => new Float64Array(groupSize.length));
    for (let g = 0; others.length > 0 && g < groupSize.length; g++) {
      const counts = countsOfShares(this.#team.board, "marks", g);
      others.forEach((rule, i) => {
        if (!canBind(rule, g, groupSize[g])) return;
        gradients[i][g] = rule.sense * (capacities.others[i][g] - usedOf(rule, g, counts));
      });
    }
    return gradients;
  }

  /** D from the sums of the shares: users' bundles, and the constants of caps, rules and frozen users. */
  #value(point: PricePoint, capacities: Capacities): number {
    const { problem } = this;
    const { board } = this.#team;
    const marks = markCount(problem);
    const { others } = problem.rules;
    let value = problem.ownCoverage - problem.shortfallPrice * this.#shortfall;
    for (const sum of board.blockValue) value += sum;
    for (const sum of board.blockGain) value += sum;
    for (let r = 0; r < capacities.amount.length; r++) {
      value += point.row[r] * (capacities.amount[r] - sumOfShares(board, "frozenLoad", r));
    }
    for (let g = 0; g < point.sponsored.length; g++) {
      const sponsoredPrice = point.sponsored[g];
      if (sponsoredPrice !== 0) {
        value -= sponsoredPrice * (sponsoredPrice > 0 ? capacities.least[g] : capacities.most[g]);
      }
      others.forEach(({ sense }, i) => {
        const price = point.others[i][g];
        if (price > 0) value += sense * price * capacities.others[i][g];
      });
      if (marks === 0) continue;
      value += sponsoredPrice * sumOfShares(board, "frozenMarks", g * marks + SPONSORED_USERS);
      if (others.length === 0) continue;
      const frozen = countsOfShares(board, "frozenMarks", g);
      others.forEach((rule, i) => {
        const price = point.others[i][g];
        if (price > 0) value -= rule.sense * price * usedOf(rule, g, frozen);
      });
    }
    return value;
  }
}

/** The capacities of the whole drop. A minimum above the maximum counts as the maximum: the rest is missed in any case. */
export function wholeCapacities(problem: DualProblem): Capacities {
  const { sponsored: { least, most }, others } = problem.rules;
  return {
    amount: rowAmounts(problem),
    least: least.map((users, g) => Math.min(users, most[g])),
    most,
    others: others.map(({ amount }) => amount),
  };
}

/** Float64Array, length rows: the caps, then the limits' amounts in their units. */
function rowAmounts({ instance: { cap }, items }: DualProblem): Float64Array {
  if (items === null) return cap;
  const amounts = new Float64Array(cap.length + items.amount.length);
  amounts.set(cap);
  items.amount.forEach((amount, r) => amounts[cap.length + r] = amount / items.unit[r]);
  return amounts;
}

function covers(
  { centre, reach, row }: ViewFrame,
  point: PricePoint,
  radius: number,
): boolean {
  if (radius > reach) return false;
  for (let r = 0; r < row.length; r++) {
    if (Math.abs(point.row[r] - centre.row[r]) > row[r]) return false;
  }
  return point.others.every((price, i) => within(price, centre.others[i], reach));
}

/**
 * Whether a view can be screened from another one: it must lie within that. Of the room that prices of rows and sponsored prices want
 * this share is enough; {@link narrow} then leaves them what there is.
 */
function hasRoomFor(below: ViewFrame, view: ViewFrame, share: number): boolean {
  const room = below.reach - view.reach;
  const others = view.centre.others;
  if (room < 0 || !others.every((price, i) => within(price, below.centre.others[i], room))) {
    return false;
  }
  for (const name of ["row", "sponsored"] as const) {
    const centre = view.centre[name], around = below.centre[name];
    const wanted = view[name], most = below[name];
    for (let i = 0; i < wanted.length; i++) {
      if (Math.abs(centre[i] - around[i]) > most[i] - share * wanted[i]) return false;
    }
  }
  return true;
}

/** Narrows a view to the room that it has within another one. */
function narrow(view: ViewFrame, below: ViewFrame): void {
  for (const name of ["row", "sponsored"] as const) {
    view[name].forEach((wanted, i) => {
      const moved = Math.abs(view.centre[name][i] - below.centre[name][i]);
      view[name][i] = Math.min(wanted, below[name][i] - moved);
    });
  }
}

/** Lets far prices move as far as a view's parent does; null: the whole drop, which holds at all prices. */
function widen(view: ViewFrame, below: ViewFrame | null, far: FarPrices): void {
  for (const name of ["row", "sponsored"] as const) {
    far[name].forEach((least, i) => {
      if (least === 0) return;
      view[name][i] = below === null
        ? Infinity
        : below[name][i] - Math.abs(view.centre[name][i] - below.centre[name][i]);
    });
  }
}

function within(a: Float64Array, b: Float64Array, reach: number): boolean {
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i] - b[i]) > reach) return false;
  return true;
}

function sumOfShares(
  board: PassBoard,
  name: "load" | "marks" | "frozenLoad" | "frozenMarks",
  i: number,
): number {
  let sum = 0;
  for (const share of board.shares) sum += share[name][i];
  return sum;
}

/** The counts of group `g`'s users; for problems that keep all counts. */
function countsOfShares(board: PassBoard, name: "marks" | "frozenMarks", g: number): Counts {
  const count = (m: number) => sumOfShares(board, name, g * COUNTS + m);
  return [count(0), count(1), count(2), count(3)];
}
