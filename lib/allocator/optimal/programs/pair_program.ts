/**
 * The undecided part of a drop as a mixed-integer program with a column for each pair and each shape of a bundle. If so many scores
 * tie that there are too many bundles to list, pairs are still few. Users who are alike are one, with counts of shapes and, for each
 * shape, of the pairs that users with it hold. Such counts always have an arrangement, as no pair is held more often than there are
 * users of the shape. (Counts of pairs over all shapes may have none: two pairs, each twice, can't be given to a user of 3 offers
 * and one of 1.)
 *
 * If only caps limit which pairs are held, pairs need not be whole numbers: once shapes are chosen, the rest is a flow, whose best
 * solutions are whole. HiGHS then has far less to branch on.
 *
 * Pairs and shapes are left out if every bundle with them loses more than the distance between bound and incumbent: no better
 * allocation has them. Costs are losses against each user's best bundle at the prices (see `priced_rows.ts`).
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { MipBuilder } from "../../ilp/mip.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { BundleChooser } from "../recovery/bundle_chooser.ts";
import type { LossProgram } from "./loss_program.ts";
import { countedIn, PricedRows } from "./priced_rows.ts";
import type { UserClasses } from "../../drop/user_classes.ts";
import { usersOf } from "../../drop/instance/group_users.ts";

/** What can be gained, and the largest size of the program. */
export interface Stake {
  /** The distance between bound and incumbent. */
  readonly widest: number;
  /** Float64Array, length groups: the loss of each group that was taken off the bound. */
  readonly loss: Float64Array;
  /** Most columns. */
  readonly most: number;
  /** Whether pairs of single users may be fractions where that loses nothing; see above. @default false */
  readonly fractions?: boolean;
}

/** The program, and a function that gives a solution to the users. */
export interface PairProgram extends LossProgram {
  /** Gives users the bundles of a solution, by the values of its columns. */
  give(values: Float64Array): void;
}

/** The shape of pairs that are counted for all shapes together. */
const ANY = -1;

/** A pair that users of one shape may hold, or of any if the class is a single user. */
interface ShapePair {
  readonly pair: number;
  readonly shape: number;
}

/** The columns of a class: first its pairs, then its shapes, from column `first` on. */
interface ClassColumns {
  readonly users: readonly number[];
  readonly pairs: readonly ShapePair[];
  readonly shapes: readonly number[];
  readonly first: number;
}

/** Builds the program; null if it has too many columns, or nothing is undecided. The holdings are unchanged when it returns. */
export function pairProgram(
  holdings: Holdings,
  prices: Prices,
  { members }: UserClasses,
  stake: Stake,
): PairProgram | null {
  const { problem } = holdings;
  const { group } = problem.instance;
  const chooser = new BundleChooser(holdings, prices, false);
  const options: ClassOptions[] = [];
  let columns = 0;
  for (let cl = 0; cl + 1 < members.start.length; cl++) {
    const users = [...usersOf(members, cl)];
    const own = new ClassOptions(
      holdings,
      chooser,
      users,
      stake.widest + stake.loss[group[users[0]]],
    );
    if (own.isDecided()) continue;
    columns += own.pairs.length + own.shapes.length;
    if (columns > stake.most) return null;
    options.push(own);
  }
  if (options.length === 0) return null;
  const bundles = new Map(
    options.flatMap(({ users }) => users.map((u) => [u, holdings.bundleOf(u)])),
  );
  for (const u of bundles.keys()) holdings.setBundle(u, new Int32Array(0), 0);
  const mip = new MipBuilder(), start: number[] = [];
  const losses = stake.loss.reduce((sum, lost) => sum + lost, 0);
  const pricing = { counted: countedIn(holdings), most: stake.widest + losses };
  const rows = new PricedRows(mip, problem, prices, pricing);
  for (const { pairs, users } of options) {
    rows.prepareGroup(group[users[0]]);
    for (const { pair } of pairs) rows.prepareOffer(pair);
  }
  // Integers for the number of users with each shape: branching on them settles with a few cases what would take thousands if
  // HiGHS could branch only on users who tie.
  const countRow = Int32Array.from(problem.shapeWorth, () => mip.row(0, 0));
  const classes = options.map((own) => own.enter(mip, rows, countRow, stake.fractions));
  for (const [u, pairs] of bundles) holdings.setBundle(u, pairs, pairs.length);
  for (const own of options) start.push(...own.held());
  const counts = mip.activityOf(start);
  for (const row of countRow) {
    mip.column(0, problem.instance.group.length, true);
    mip.entry(row, -1);
    start.push(counts[row]);
  }
  start.push(...rows.addSlack(mip.activityOf(start)));
  return {
    mip,
    start: Float64Array.from(start),
    units: bundles.size * (1 + problem.k),
    give: (values) => classes.forEach((own) => giveClass(holdings, own, values)),
  };
}

/** The pairs and shapes that a class may choose from. */
class ClassOptions {
  readonly users: readonly number[];
  readonly pairs: ShapePair[] = [];
  readonly shapes: number[] = [];
  readonly #holdings: Holdings;
  readonly #chooser: BundleChooser;
  /** By type: the net value that is taken off each pair, which makes costs small: that of the last pair in the best bundle. */
  readonly #base = [0, 0];
  readonly #best: number;
  readonly #sorted: [number[], number[]];

  constructor(
    holdings: Holdings,
    chooser: BundleChooser,
    users: readonly number[],
    regret: number,
  ) {
    this.users = users;
    this.#holdings = holdings;
    this.#chooser = chooser;
    const { instance: { start }, middle, unit } = holdings.problem;
    const u = users[0];
    this.#best = chooser.bestValue(u);
    this.#sorted = [
      sortedPairs(chooser, start[u], middle[u]),
      sortedPairs(chooser, middle[u], start[u + 1]),
    ];
    const rounding = 1e-9 * Math.min(unit, Math.max(regret, 1e-300));
    this.#choose(this.#best - regret - rounding);
  }

  /** Whether there is only one bundle, which all users hold. */
  isDecided(): boolean {
    if (this.shapes.length > 1) return false;
    const { shapeSponsored, shapeUnsponsored } = this.#holdings.problem;
    const s = this.shapes[0];
    return this.pairs.length === shapeSponsored[s] + shapeUnsponsored[s];
  }

  /** Finds the pairs and shapes whose best bundle is worth at least `least`, and adds those that users hold. */
  #choose(least: number): void {
    const { problem, slots, count } = this.#holdings;
    const { instance: { start }, k, shapeSponsored, shapeUnsponsored } = problem;
    const [sponsored, others] = this.#sorted, u = this.users[0];
    const sums = [sumsOf(this.#chooser, sponsored), sumsOf(this.#chooser, others)];
    const shapes = new Set<number>(), pairs = new PairsOfShapes(this.users.length > 1);
    let best = -Infinity;
    for (let s = 0; s < shapeSponsored.length; s++) {
      const counts = [shapeSponsored[s], shapeUnsponsored[s]];
      if (counts[0] > sponsored.length || counts[1] > others.length) continue;
      const worth = this.#chooser.shapeValue(u, counts[0], counts[1]);
      const value = worth + sums[0][counts[0]] + sums[1][counts[1]];
      if (value < least) continue;
      shapes.add(s);
      if (value > best) {
        best = value;
        counts.forEach((n, type) => {
          const list = this.#sorted[type];
          if (list.length > 0) this.#base[type] = this.#chooser.netValue(list[Math.max(0, n - 1)]);
        });
      }
      counts.forEach((n, type) => {
        if (n === 0) return;
        const last = this.#chooser.netValue(this.#sorted[type][n - 1]);
        this.#sorted[type].forEach((p, rank) => {
          if (rank < n || value - last + this.#chooser.netValue(p) >= least) pairs.add(s, p);
        });
      });
    }
    for (const user of this.users) {
      const shape = this.#holdings.shapeHeld(user);
      shapes.add(shape);
      for (let slot = user * k; slot < user * k + count[user]; slot++) {
        pairs.add(shape, slots[slot] - start[user] + start[u]);
      }
    }
    this.pairs.push(...pairs.sorted());
    this.shapes.push(...[...shapes].sort((a, b) => a - b));
  }

  /** Adds the class's rows and columns. */
  enter(
    mip: MipBuilder,
    rows: PricedRows,
    countRow: Int32Array,
    fractions = false,
  ): ClassColumns {
    const { instance } = this.#holdings.problem;
    const size = this.users.length, one = mip.row(size, size);
    // For each shape that has pairs of its own, or for all together: the numbers of its pairs of each type.
    const typeRows = new Map<number, number[]>();
    for (const { shape } of this.pairs) {
      if (!typeRows.has(shape)) typeRows.set(shape, [mip.row(0, 0), mip.row(0, 0)]);
    }
    // Only users whose shape has an offer of the pair's type can hold it. Where no shape has two, the numbers of each type say so.
    const within = this.#hasOneOfType() ? [] : this.pairs.map(() => mip.row(-Infinity, 0));
    const brandRow = this.#brandRows(mip);
    const isFlow = fractions && size === 1 && brandRow === null &&
      this.#holdings.problem.items === null;
    const first = mip.columns;
    this.pairs.forEach(({ pair, shape }, i) => {
      const type = this.#typeOf(pair);
      mip.column(this.#chooser.netValue(pair) - this.#base[type], size, !isFlow);
      mip.entry(typeRows.get(shape)![type], 1);
      if (within.length > 0) mip.entry(within[i], 1);
      rows.enterOffers(mip, [pair]);
      const brand = brandRow?.get(instance.brand![instance.contract[pair]]);
      if (brand !== undefined) mip.entry(brand, 1);
    });
    for (const s of this.shapes) {
      this.#enterShape(
        mip,
        rows,
        s,
        [one, countRow[s]],
        typeRows.get(s) ?? typeRows.get(ANY),
        within,
      );
    }
    return { users: this.users, pairs: this.pairs, shapes: this.shapes, first };
  }

  /** Adds the column of a shape, which counts 1 in the rows `ones`. */
  #enterShape(
    mip: MipBuilder,
    rows: PricedRows,
    s: number,
    ones: readonly number[],
    typeRow: readonly number[] | undefined,
    within: readonly number[],
  ): void {
    const { problem: { instance, shapeSponsored, shapeUnsponsored } } = this.#holdings;
    const u = this.users[0], counts = [shapeSponsored[s], shapeUnsponsored[s]];
    const worth = this.#chooser.shapeValue(u, counts[0], counts[1]) +
      counts[0] * this.#base[0] + counts[1] * this.#base[1] - this.#best;
    mip.column(worth, this.users.length, true);
    for (const row of ones) mip.entry(row, 1);
    typeRow?.forEach((row, type) => mip.entry(row, -counts[type]));
    this.pairs.forEach(({ pair, shape }, i) => {
      if (within.length === 0) return;
      const isOf = shape === s || shape === ANY;
      if (isOf && counts[this.#typeOf(pair)] > 0) mip.entry(within[i], -1);
    });
    rows.enterShape(mip, instance.group[u], counts[0], counts[1]);
  }

  /** Whether no shape has two offers of a type. */
  #hasOneOfType(): boolean {
    const { shapeSponsored, shapeUnsponsored } = this.#holdings.problem;
    return this.shapes.every((s) => shapeSponsored[s] <= 1 && shapeUnsponsored[s] <= 1);
  }

  /** 0: the pair is sponsored, 1: it is not. */
  #typeOf(pair: number): number {
    return pair < this.#holdings.problem.middle[this.users[0]] ? 0 : 1;
  }

  /** A row for each brand of the pairs; null: there is no limit on brands. */
  #brandRows(mip: MipBuilder): Map<number, number> | null {
    const { instance: { brand, contract }, policy: { maxPerBrand } } = this.#holdings.problem;
    if (maxPerBrand === null) return null;
    const brands = new Set(this.pairs.map(({ pair }) => brand![contract[pair]]));
    const most = maxPerBrand * this.users.length;
    return new Map([...brands].map((b) => [b, mip.row(-Infinity, most)]));
  }

  /** How many of the users hold each pair, and each shape. */
  held(): number[] {
    const { problem: { instance: { start }, k }, slots, count } = this.#holdings;
    const pairs = new Map(this.pairs.map(({ pair, shape }) => [keyOf(shape, pair), 0]));
    const shapes = new Map(this.shapes.map((s) => [s, 0]));
    const isSplit = this.users.length > 1;
    for (const u of this.users) {
      const s = this.#holdings.shapeHeld(u);
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        const key = keyOf(isSplit ? s : ANY, slots[slot] - start[u] + start[this.users[0]]);
        pairs.set(key, pairs.get(key)! + 1);
      }
      shapes.set(s, shapes.get(s)! + 1);
    }
    return [...pairs.values(), ...shapes.values()];
  }
}

/** The pairs of a class: with `isSplit` those of each shape, else all together. */
class PairsOfShapes {
  readonly #pairs = new Map<string, ShapePair>();
  readonly #isSplit: boolean;

  constructor(isSplit: boolean) {
    this.#isSplit = isSplit;
  }

  add(of: number, pair: number): void {
    const shape = this.#isSplit ? of : ANY;
    this.#pairs.set(keyOf(shape, pair), { pair, shape });
  }

  sorted(): ShapePair[] {
    return [...this.#pairs.values()].sort((a, b) => a.shape - b.shape || a.pair - b.pair);
  }
}

function keyOf(shape: number, pair: number): string {
  return `${shape} ${pair}`;
}

function sortedPairs(chooser: BundleChooser, from: number, to: number): number[] {
  const pairs = Array.from({ length: to - from }, (_, i) => from + i);
  return pairs.sort((a, b) => chooser.netValue(b) - chooser.netValue(a) || a - b);
}

function sumsOf(chooser: BundleChooser, pairs: readonly number[]): number[] {
  const sums = [0];
  for (const p of pairs) sums.push(sums[sums.length - 1] + chooser.netValue(p));
  return sums;
}

/**
 * Gives a class's users bundles with the numbers of shapes and pairs of a solution. The units of a shape's pairs, pair after pair, are
 * dealt to its users in turn; as none has more units than there are users, nobody gets one twice.
 */
function giveClass(
  holdings: Holdings,
  { users, pairs, shapes, first }: ClassColumns,
  values: Float64Array,
): void {
  const { instance: { start }, middle } = holdings.problem;
  const u0 = users[0], given: number[][] = users.map(() => []);
  let from = 0;
  shapes.forEach((s, i) => {
    const size = Math.min(users.length - from, Math.round(values[first + pairs.length + i]));
    if (size <= 0) return;
    for (const type of [0, 1]) {
      let next = 0;
      pairs.forEach(({ pair, shape }, at) => {
        if ((shape !== s && shape !== ANY) || (pair < middle[u0] ? 0 : 1) !== type) return;
        const units = Math.min(size, Math.round(values[first + at]));
        for (let n = 0; n < units; n++) given[from + next++ % size].push(pair);
      });
    }
    from += size;
  });
  users.forEach((u, x) => {
    const own = Int32Array.from(given[x], (p) => p - start[u0] + start[u]).sort();
    holdings.setBundle(u, own, holdings.mayHave(u, own, own.length) ? own.length : 0);
  });
}
