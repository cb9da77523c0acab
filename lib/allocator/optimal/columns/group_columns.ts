/**
 * Column generation with whole groups as blocks, for limits (such as an assignment ratio) that tie a group's users together.
 *
 * In D, a sum over single users, a group may keep such a limit by a fraction of a user. Here a block's choice is the bundles of all
 * users of a group, with its limits kept over whole users (see `joint_choice.ts`), and only rows have prices. The least bound of
 * this kind is below the least D. At its prices few groups are mixtures of choices, so some allocation made of columns is
 * nearly as good.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { constantTerm, type DualProblem, worthOfShape } from "../dual/dual_problem.ts";
import { pointOfPrices, pricesOfPoint } from "../dual/price_point.ts";
import type { Blocks, Priced } from "./column_generation.ts";
import { type GroupColumn, insertPair } from "./group_pricer.ts";
import { type Proof, proofOf } from "../joint/proof.ts";
import { GroupTeam } from "./group_team.ts";
import { payments } from "../programs/offer_use.ts";
import type { PricedRows } from "../programs/priced_rows.ts";

/** The groups as blocks: their columns, and the search for those that prices make best. */
export class GroupColumns implements Blocks<GroupColumn> {
  readonly problem: DualProblem;
  /** Uint8Array, length blocks: 1 member each. */
  readonly size: Uint8Array;
  readonly columns: GroupColumn[][];
  /** A group has many offers, whose prices can all move: no column is left out. */
  readonly reach = Infinity;
  readonly #team: GroupTeam;

  /** No columns yet. They are sought by up to `workers` threads, which {@link close} ends. */
  constructor(problem: DualProblem, prices: Prices, workers = 1) {
    const groups = problem.instance.groups.length;
    this.problem = problem;
    this.size = new Uint8Array(groups).fill(1);
    this.columns = Array.from({ length: groups }, () => []);
    this.#team = new GroupTeam(problem, prices, workers);
  }

  /** Ends the threads. */
  close(): void {
    this.#team.close();
  }

  /** The users of group g, in the order of its columns. */
  usersOf(g: number): Uint32Array {
    return this.#team.own.usersOf(g);
  }

  /** Adds a column of what each group's users hold. */
  hold(holdings: Holdings): void {
    for (let g = 0; g < this.columns.length; g++) {
      const column = this.#columnHeld(g, holdings);
      if (this.#team.add(g, column)) this.columns[g].push(column);
    }
  }

  async price(
    prices: Prices,
    added: (group: number, column: GroupColumn) => void = () => {},
    open: Iterable<number> = this.columns.keys(),
  ): Promise<Priced> {
    const { problem } = this, point = pointOfPrices(problem, prices);
    const found = await this.#team.price(prices, [...open]);
    for (const { group, sponsored, others } of found) {
      point.sponsored[group] = sponsored;
      others.forEach((price, i) => point.others[i][group] = price);
    }
    const settled = pricesOfPoint(problem, point), worth = new Float64Array(this.columns.length);
    let bound = constantTerm(problem, settled), loose = 0;
    for (const { group, own, constant, loose: more, column } of found) {
      bound += own;
      worth[group] = own + constant;
      loose += more;
      if (column === null) continue;
      this.columns[group].push(column);
      added(group, column);
    }
    return { prices: settled, bound, worth, loose };
  }

  /** The proof of prices whose D is `bound`, by default what it is found to be; as of `prove` in `joint/proof.ts`. */
  async prove({ prices, bound }: { prices: Prices; bound?: number }): Promise<Proof> {
    const { problem } = this, found = await this.#team.lossesAt(prices, [...this.columns.keys()]);
    const loss = Float64Array.from(found, ({ loss }) => loss);
    let shape: Int32Array | undefined, value = constantTerm(problem, prices);
    for (const one of found) {
      value += one.best;
      if (one.shape === null) continue;
      const of = shape ??= new Int32Array(problem.instance.group.length).fill(-1), own = one.shape;
      this.usersOf(one.group).forEach((u, x) => of[u] = own[x]);
    }
    return proofOf({ prices, bound: bound ?? value }, { loss, shape });
  }

  /** The column of what a group's users hold. */
  #columnHeld(g: number, holdings: Holdings): GroupColumn {
    const { problem } = this, users = this.usersOf(g);
    const pairs = new Int32Array(problem.k * users.length), count = new Uint16Array(users.length);
    const { slots } = holdings;
    let end = 0, worth = 0, sponsoredUsers = 0;
    users.forEach((u, x) => {
      const held = holdings.count[u], sponsored = holdings.sponsored[u], from = end;
      for (let n = 0; n < held; n++) insertPair(pairs, from, end++, slots[problem.k * u + n]);
      count[x] = held;
      worth += worthOfShape(problem, sponsored, held - sponsored);
      if (sponsored > 0) sponsoredUsers++;
    });
    return this.#team.own.complete(g, { pairs: pairs.slice(0, end), count, worth, sponsoredUsers });
  }

  valueOf(_: number, { use, value }: GroupColumn, prices: Prices): number {
    return value - payments(use, prices);
  }

  /** Gives group g's users the bundles of a column in place of what they hold; null: empty ones. */
  give(holdings: Holdings, g: number, column: GroupColumn | null): void {
    const nothing = new Int32Array(0);
    let from = 0;
    this.usersOf(g).forEach((u, x) => {
      const n = column?.count[x] ?? 0;
      holdings.setBundle(u, n === 0 ? nothing : column!.pairs.subarray(from, from + n), n);
      from += n;
    });
  }

  /** Whether hard limits allow a column. The group's users must hold nothing. */
  fits({ limits }: Holdings, { pairs }: GroupColumn): boolean {
    return limits === null || limits.allows(new Int32Array(0), pairs, pairs.length);
  }

  /** How many offers of a column are beyond caps, plus 1 if it breaks a hard limit. The group's users must hold nothing. */
  excess(holdings: Holdings, column: GroupColumn): number {
    const { load, problem: { instance: { cap } } } = holdings, { contract, offers } = column.use;
    let excess = this.fits(holdings, column) ? 0 : 1;
    contract.forEach((c, i) => {
      const beyond = load[c] + offers[i] - cap[c];
      if (beyond > 0) excess += Math.min(beyond, offers[i]);
    });
    return excess;
  }

  prepare(rows: PricedRows): void {
    rows.prepareOffers();
  }

  enter(mip: MipBuilder, rows: PricedRows, _: number, { use }: GroupColumn): void {
    rows.enterUse(mip, use);
  }
}
