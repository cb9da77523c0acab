/**
 * Turns mixtures of groups' columns into one column for each group: a dive.
 *
 * The linear program over the columns is solved. The largest groups get the column that they have most of, what it uses is taken off
 * the rows, and the program of the other groups is solved again, with new columns if it lost too much (a dive with column
 * generation; Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa, "Primal heuristics for branch and price", 2019). Many small groups
 * can make up for what rounding a large one loses, so the large ones come first.
 *
 * Columns that fill every cap to the last offer are rare among the last groups. So the program may move offers from one contract to
 * another of its type at a small cost: `relieveBySwaps` does that in the end, by changes of users of any group.
 *
 * @module
 */
import { pairCount } from "../../drop/instance/instance.ts";
import { GrowingLp, MipBuilder } from "../../ilp/mip.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Holdings } from "../recovery/holdings.ts";
import type { Priced } from "./column_generation.ts";
import type { GroupColumns } from "./group_columns.ts";
import type { GroupColumn } from "./group_pricer.ts";
import { countedIn, PricedRows } from "../programs/priced_rows.ts";

/** Most programs solved for one step, with new columns added in between; more where few groups are open, as that takes little time. */
const ROUNDS = 2, FEW_OPEN = 40, MANY_ROUNDS = 12;
/** No more columns are sought once so many rounds, one after the other, won less than this share of what is to be won. */
const MOST_IDLE = 2, WORTH_A_ROUND = 0.01;
/** The least increase of the loss, as a share of what is enough with all groups open, for which new columns are sought. */
const LEAST_ROOM = 0.25;
/** A column counts as whole if the program takes this much of it; and the share of the groups that get whole columns in one step. */
const WHOLE = 0.99, SHARE = 0.15;
/** A column is not taken if the program takes less of it. */
const NOTHING = 1e-6;
/**
 * The assumed cost of moving an offer along a path of swaps to a contract that has room, in units of an offer's size: this share of the
 * pairs of contracts for each pair of the drop, as the fewer swaps there are, the more one loses; at least MOVED, and at most a unit.
 */
const SCARCE = 1.5, MOVED = 0.02;

/** A column, and how much of it the program takes. */
interface Taken {
  readonly group: number;
  readonly column: GroupColumn;
  readonly times: number;
}

/**
 * Gives each group a column in place of what its users hold. Some offers may be beyond caps, while other contracts of their type have
 * room. Returns by how much the program of all groups is worth less than the bound of the prices: no mixture of the columns is better;
 * Infinity if HiGHS finds no optimum.
 *
 * @param start prices, and the value of each group's best choice at them
 * @param enough an increase of the program's loss for which new columns of all groups are not worth their time; less if few users are
 *   open, as columns for them take less
 * @param stop called now and then: whether to leave the rest with nothing
 */
export async function dive(
  holdings: Holdings,
  groups: GroupColumns,
  start: Priced,
  { enough, stop }: { enough: number; stop: () => boolean },
): Promise<number> {
  const size = (g: number) => groups.usersOf(g).length;
  let open = [...groups.columns.keys()].sort((a, b) => size(b) - size(a) || a - b);
  for (const g of open) groups.give(holdings, g, null);
  const users = holdings.count.length;
  const program = new DiveProgram(holdings, groups, start);
  await program.load();
  while (open.length > 0 && !stop()) {
    const share = open.reduce((sum, g) => sum + size(g), 0) / users;
    const taken = await program.solve(open, enough * Math.max(LEAST_ROOM, share ** 2), stop);
    if (taken === null) break;
    const given = giveLargest(holdings, groups, open, taken);
    if (given.size === 0) break;
    for (const [g, column] of given) program.fix(g, column);
    open = open.filter((g) => !given.has(g));
  }
  program.close();
  if (!stop()) giveBeyond(holdings, groups, open, start);
  return program.firstLoss;
}

/** Gives columns to the first open groups, up to the first one that the program does not take whole. Returns them by group. */
function giveLargest(
  holdings: Holdings,
  groups: GroupColumns,
  open: readonly number[],
  taken: readonly Taken[],
): Map<number, GroupColumn> {
  const of = new Map<number, Taken[]>(), given = new Map<number, GroupColumn>();
  for (const one of taken) {
    const own = of.get(one.group);
    if (own === undefined) of.set(one.group, [one]);
    else own.push(one);
  }
  const most = taken.length === open.length ? open.length : Math.ceil(SHARE * open.length);
  for (const g of open) {
    if (given.size === most) break;
    const first = of.get(g)?.sort((a, b) => b.times - a.times)
      .find(({ column }) => groups.fits(holdings, column));
    if (first === undefined) continue;
    groups.give(holdings, g, first.column);
    given.set(g, first.column);
    if (first.times < WHOLE) break;
  }
  return given;
}

/** Gives groups the columns that lose least, where an offer beyond a cap counts as a loss. */
function giveBeyond(
  holdings: Holdings,
  groups: GroupColumns,
  open: readonly number[],
  { prices, worth }: Priced,
): void {
  for (const g of open) {
    let best: GroupColumn | null = null, least = Infinity;
    for (const column of groups.columns[g]) {
      if (!column.isGivable) continue;
      const lost = worth[g] - groups.valueOf(g, column, prices) +
        costOfMove(holdings.problem) * groups.excess(holdings, column);
      if (lost >= least) continue;
      least = lost;
      best = column;
    }
    groups.give(holdings, g, best);
  }
}

/** What moving an offer is assumed to cost. */
function costOfMove({ unit, instance }: DualProblem): number {
  const swaps = SCARCE * instance.cap.length ** 2 / pairCount(instance);
  return unit * Math.min(1, Math.max(MOVED, swaps));
}

/** The linear program over the columns of all groups. Groups that were given a column have nothing else. */
class DiveProgram {
  /** The loss of the program against the bound of the prices when new columns were sought last; −1: they were not yet. */
  #lost = -1;
  /** Its first loss. */
  firstLoss = Infinity;
  readonly #groups: GroupColumns;
  readonly #start: Priced;
  readonly #scale: number;
  readonly #mip = new MipBuilder();
  readonly #rows: PricedRows;
  /** By group: its row, and its columns with their places in the program. */
  readonly #one: number[];
  readonly #entered: { column: GroupColumn; at: number }[][];
  #columns = 0;
  #lp: GrowingLp | null = null;

  constructor(holdings: Holdings, groups: GroupColumns, start: Priced) {
    const { problem } = holdings;
    this.#groups = groups;
    this.#start = start;
    this.#scale = problem.unit;
    const highestPrice = start.prices.contract.reduce((a, b) => Math.max(a, b), problem.unit);
    const pricing = { counted: countedIn(holdings), box: highestPrice, scale: this.#scale };
    this.#rows = new PricedRows(this.#mip, problem, start.prices, pricing);
    groups.prepare(this.#rows);
    this.#rows.prepareMoves();
    this.#one = groups.columns.map(() => this.#mip.row(1, 1));
    this.#entered = groups.columns.map(() => []);
    groups.columns.forEach((own, g) => own.forEach((column) => this.#enter(this.#mip, g, column)));
    this.#rows.addSlack(new Float64Array(this.#mip.rowLower.length));
    this.#rows.addMoves(costOfMove(problem));
    this.#columns = this.#mip.columns;
  }

  async load(): Promise<void> {
    this.#lp = await GrowingLp.open(this.#mip);
  }

  close(): void {
    this.#lp?.close();
  }

  #enter(mip: MipBuilder, group: number, column: GroupColumn): void {
    if (!column.isGivable) return;
    const { worth, prices } = this.#start;
    const regret = worth[group] - this.#groups.valueOf(group, column, prices);
    mip.column(-Math.max(0, regret) / this.#scale, Infinity, false);
    mip.entry(this.#one[group], 1);
    this.#groups.enter(mip, this.#rows, group, column);
    this.#entered[group].push({ column, at: this.#columns++ });
  }

  /** Lets the program give a group this column only. */
  fix(group: number, column: GroupColumn): void {
    for (const { column: other, at } of this.#entered[group]) {
      this.#lp!.fix(at, other === column ? 1 : 0);
    }
  }

  /**
   * Solves the program, with new columns of the `open` groups if it loses more by `room` than when they were sought last. Returns the
   * columns of these groups that it takes; null if HiGHS finds no optimum.
   */
  async solve(
    open: readonly number[],
    room: number,
    stop: () => boolean,
  ): Promise<Taken[] | null> {
    let values: Float64Array | null = null;
    for (let round = 1, idle = 0, before = Infinity;; round++) {
      const solved = this.#lp!.solve(stop);
      if (solved === null) break;
      values = solved.values;
      const lost = -solved.objective * this.#scale;
      if (this.#lost < 0) this.firstLoss = this.#lost = lost;
      if (lost <= this.#lost + room) break;
      idle = before - lost < WORTH_A_ROUND * (lost - this.#lost) ? idle + 1 : 0;
      before = lost;
      const isLast = round === (open.length <= FEW_OPEN ? MANY_ROUNDS : ROUNDS);
      if (isLast || idle === MOST_IDLE || stop()) {
        this.#lost = lost;
        break;
      }
      const more = new MipBuilder();
      const prices = this.#rows.pricesFrom(solved.rowPrice);
      await this.#groups.price(prices, (g, column) => this.#enter(more, g, column), open);
      if (more.columns === 0) {
        this.#lost = lost;
        break;
      }
      this.#lp!.add(more);
    }
    if (values === null) return null;
    const taken: Taken[] = [];
    for (const group of open) {
      for (const { column, at } of this.#entered[group]) {
        const times = values[at];
        if (times > NOTHING) taken.push({ group, column, times });
      }
    }
    return taken;
  }
}
