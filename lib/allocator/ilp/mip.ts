/**
 * Mixed-integer and linear programs in sparse columns, and their solution by HiGHS.
 *
 * @module
 */
import {
  type CountedRun,
  forgetHighs,
  type Highs,
  loadHighs,
  type Model,
  runCounted,
} from "../../deps/highs.ts";

/** `max cost·x` subject to `rowLower ≤ A x ≤ rowUpper` and `0 ≤ x ≤ upper`, in sparse columns: those of a {@link MipBuilder}. */
export interface Mip {
  /** Number of columns. */
  readonly columns: number;
  readonly rowLower: ArrayLike<number>;
  readonly rowUpper: ArrayLike<number>;
  readonly cost: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  readonly whole: ArrayLike<number>;
  readonly starts: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Builds a {@link Mip}, column by column. */
export class MipBuilder implements Mip {
  readonly rowLower: number[] = [];
  readonly rowUpper: number[] = [];
  readonly cost: number[] = [];
  readonly upper: number[] = [];
  /** 1: a whole number, 0: continuous; one per column. */
  readonly whole: number[] = [];
  readonly starts: number[] = [0];
  readonly indices: number[] = [];
  readonly values: number[] = [];

  /** Adds a row and returns its index. */
  row(lower: number, upper: number): number {
    this.rowLower.push(lower);
    return this.rowUpper.push(upper) - 1;
  }

  /** Begins a column; {@link entry} fills it. Returns its index. */
  column(cost: number, upper: number, whole: boolean): number {
    this.starts.push(this.indices.length);
    this.cost.push(cost);
    this.upper.push(upper);
    return this.whole.push(whole ? 1 : 0) - 1;
  }

  /** Adds a coefficient of the column begun last. Each row may occur once in a column. */
  entry(row: number, value: number): void {
    if (value === 0) return;
    this.indices.push(row);
    this.values.push(value);
    this.starts[this.starts.length - 1] = this.indices.length;
  }

  /** Float64Array, length rows: the sum of each row if the first columns have these values and the others are 0. */
  activityOf(values: readonly number[]): Float64Array {
    const activity = new Float64Array(this.rowLower.length);
    values.forEach((value, column) => {
      for (let i = this.starts[column]; i < this.starts[column + 1]; i++) {
        activity[this.indices[i]] += this.values[i] * value;
      }
    });
    return activity;
  }

  /** Float64Array, length rows: the largest absolute value that each row can have with the columns so far. */
  reach(): Float64Array {
    const reach = new Float64Array(this.rowLower.length);
    for (let column = 0; column < this.columns; column++) {
      for (let i = this.starts[column]; i < this.starts[column + 1]; i++) {
        reach[this.indices[i]] += Math.abs(this.values[i]) * this.upper[column];
      }
    }
    return reach;
  }

  /** Number of columns. */
  get columns(): number {
    return this.cost.length;
  }
}

/** Options of {@link solveMip}. */
export interface MipOptions {
  /** Relative gap at which to stop. @default 0 */
  gap?: number;
  /** The absolute gap at which to stop: solutions that are better by less are not looked for. @default 0 */
  step?: number;
  /** The objective at which to stop, proven or not. @default Infinity */
  target?: number;
  /**
   * Stops once a solution is within `gap` of the bound, or of `leftOut` where that is higher: an upper bound on what the program leaves
   * out, below which its own bound tells nothing. @default never
   */
  enough?: { readonly gap: number; readonly leftOut: number };
  /** Seconds after which to stop. @default Infinity */
  timeout?: number;
  /** Asked now and then: whether to stop. @default never */
  isLate?: () => boolean;
  /**
   * Counted seconds after which to stop, see {@link workOf}: what HiGHS finds by then is the same on any machine. A program that is too
   * large for them is not begun. @default Infinity
   */
  work?: number;
  /** Nodes of the search after which to stop. @default Infinity */
  nodes?: number;
  /** Whether HiGHS may simplify the program first. It may drop integer columns that exist only to be branched on. @default true */
  presolve?: boolean;
  /** Whether HiGHS looks for solutions in smaller programs of its own. Without, more of its time goes into the proof. @default true */
  heuristics?: boolean;
  /** The largest sum of a solution's columns: HiGHS's bound is raised by its tolerance for each unit. @default 0 */
  units?: number;
  /** A feasible solution to start from, length columns. */
  start?: Float64Array;
  /** Told each better solution as soon as HiGHS has it, length columns. Each costs a look at the clock, which counts as work. */
  onFound?: (values: Float64Array) => void;
}

/** What HiGHS found. */
export interface MipResult {
  /** `optimal`: proven within the gap; `stopped`: out of time or nodes, or at its target; `infeasible`: no solution exists. */
  readonly status: "optimal" | "stopped" | "infeasible";
  /** Value of each column in the best solution found; null if none was found. */
  readonly values: Float64Array | null;
  /** Upper bound on the objective that HiGHS proved, its tolerances added; Infinity where it proved none. */
  readonly bound: number;
  /** Counted seconds that HiGHS took. */
  readonly work: number;
}

/** HiGHS's options without its searches for solutions. */
const NO_HEURISTICS = {
  mip_heuristic_effort: 0,
  mip_heuristic_run_rins: false,
  mip_heuristic_run_rens: false,
  mip_heuristic_run_root_reduced_cost: false,
  mip_detect_symmetry: false,
};

/** The result where HiGHS found nothing, but for its work. */
export const nothingFound = { status: "stopped", values: null, bound: Infinity } as const;

/**
 * Solves a program with HiGHS (https://highs.dev; WebAssembly with one thread, so the call blocks until it is done or out of time).
 * Costs are scaled by a power of two so that the largest is about 1, as HiGHS's tolerances are absolute.
 */
export async function solveMip(mip: Mip, options: MipOptions = {}): Promise<MipResult> {
  const { gap = 0, step = 0, timeout = Infinity, nodes = Infinity, presolve = true, units = 0 } =
    options;
  const until = performance.now() + 1000 * Math.max(0, timeout);
  if (mip.columns === 0) {
    return { status: "optimal", values: new Float64Array(0), bound: 0, work: 0 };
  }
  const looks = looksIn(mip, options.work ?? Infinity);
  if (looks <= 0) return { ...nothingFound, work: 0 };
  const { highs, model, scale } = await modelOf(mip);
  if (model === null) return { ...nothingFound, work: 0 };
  try {
    model.options.set({
      output_flag: false,
      ...(presolve ? {} : { presolve: "off" as const }),
      ...(options.heuristics === false ? NO_HEURISTICS : {}),
      mip_rel_gap: gap,
      mip_abs_gap: step * scale,
      ...(options.target === undefined ? {} : { objective_target: options.target * scale }),
      mip_feasibility_tolerance: 1e-9,
      // By its default HiGHS ignores costs below a millionth of the largest one, in the bound too.
      dual_feasibility_tolerance: 1e-10,
      ...(Number.isFinite(nodes) ? { mip_max_nodes: nodes } : {}),
    });
    if (options.start) model.setSolution({ colValue: options.start });
    const run = runThrough(model, {
      most: looks,
      isLate: () => performance.now() >= until || options.isLate?.() === true,
      onFound: options.onFound,
      isEnough: enoughFor(options, scale),
    });
    if (run === null) return { ...nothingFound, work: 0 };
    const work = workOf(mip, run, Number(model.info.get("simplex_iteration_count")));
    const { modelStatus } = highs.constants;
    const status = model.getModelStatus();
    if (status === modelStatus.infeasible) {
      return { status: "infeasible", values: null, bound: -Infinity, work };
    }
    const optimal = status === modelStatus.optimal;
    const found = model.info.get("primal_solution_status") === 2;
    const bound = Number(model.info.get("mip_dual_bound"));
    return {
      status: optimal ? "optimal" : "stopped",
      values: found ? Float64Array.from(model.getSolution().colValue) : null,
      bound: Number.isFinite(bound) && Math.abs(bound) < 1e20
        ? (bound + TOLERANCE * (1 + mip.rowLower.length + units)) / scale
        : Infinity,
      work,
    };
  } finally {
    free(model);
  }
}

/** Whether HiGHS's objective and bound, in its scale, are `enough`; undefined: nothing less than the optimum is. */
function enoughFor({ enough }: MipOptions, scale: number): CountedRun["isEnough"] {
  if (enough === undefined) return undefined;
  return (objective, bound) =>
    Math.max(bound, enough.leftOut * scale) - objective <= enough.gap * scale;
}

/**
 * By how much HiGHS's bound may lie below the optimum for each row and each unit of a solution, if costs are at most 1. Ten times the
 * tolerance that it is given for reduced costs.
 */
const TOLERANCE = 1e-9;

/** Counted seconds of a look of HiGHS at its clock, with so much for each row. */
const LOOK = 7e-5, LOOK_OF_ROW = 1e-8;

/**
 * HiGHS looks at its clock in loops over rows, which take next to no time, and in each iteration of its linear programs, which takes so
 * long for each entry. With up to USUAL_LENGTH entries in a row on average nearly all looks are of the first kind, with LONG more nearly
 * all are of the second.
 */
const LOOK_OF_ENTRY = 1e-8, USUAL_LENGTH = 20, LONG = 300;

/** Counted seconds of a simplex iteration, for each row. */
export const ITERATION_OF_ROW = 1e-7;

/** The first linear program is taken to need so many iterations for each row; of more rows than MOST_ROWS presolve takes the others. */
const FIRST_ITERATIONS = 0.25, MOST_ROWS = 10_000;

/**
 * The work that HiGHS did, in counted seconds: about those that it takes on a core of a laptop, but reckoned from looks at its clock and
 * simplex iterations, which are the same on any machine.
 */
function workOf(mip: Mip, looks: number, iterations: number): number {
  const rows = Math.min(mip.rowLower.length, MOST_ROWS);
  return looks * secondsOfLook(mip.rowLower.length, mip.values.length) +
    iterations * ITERATION_OF_ROW * rows;
}

/** Counted seconds between two looks of HiGHS at its clock, in a program of so many rows and entries. */
export function secondsOfLook(rows: number, entries: number): number {
  const length = rows === 0 ? 0 : entries / rows;
  const ofIterations = Math.min(1, Math.max(0, length - USUAL_LENGTH) / LONG);
  return LOOK + LOOK_OF_ROW * Math.min(rows, MOST_ROWS) + ofIterations * LOOK_OF_ENTRY * entries;
}

/** The looks after which HiGHS must end so that it does about so much work; 0 or less: the first linear program alone is more. */
function looksIn(mip: Mip, seconds: number): number {
  const first = workOf(mip, 0, FIRST_ITERATIONS * Math.min(mip.rowLower.length, MOST_ROWS));
  return Math.floor((seconds - first) / workOf(mip, 1, 0));
}

/**
 * Runs HiGHS, up to so many looks at its clock and until it is late at most. Returns the looks; null if it failed by a fault of its
 * own, which programs with very different magnitudes can trigger; now and then it even reads outside its memory. Then it has found
 * nothing.
 */
function runThrough(model: Model, run: CountedRun): number | null {
  try {
    return runCounted(model, run);
  } catch (error) {
    const isOwn = error instanceof Error && error.name === "HighsError";
    if (!isOwn && !(error instanceof WebAssembly.RuntimeError)) throw error;
    if (!isOwn) forgetHighs();
    return null;
  }
}

/** What `take` returns; null where HiGHS refuses a number: it takes none beyond 10^15 in a row, or 10^20 as a cost. */
function ifTaken<Result>(take: () => Result): Result | null {
  try {
    return take();
  } catch (error) {
    if (error instanceof Error && error.name === "HighsError") return null;
    throw error;
  }
}

/** Frees a model's memory. After a fault HiGHS is loaded again, and the memory of the faulty one is left to the garbage collector. */
function free(model: Model): void {
  try {
    model.dispose();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    forgetHighs();
  }
}

/** HiGHS's solution of a linear program. */
export interface LpResult {
  /** The optimum. */
  readonly objective: number;
  /** Float64Array, length rows: the dual value of each row, by which the optimum grows per unit of its bounds. */
  readonly rowPrice: Float64Array;
  /** Float64Array, length columns. */
  readonly values: Float64Array;
}

/** HiGHS's number for any number of iterations. */
const ANY_ITERATIONS = 2 ** 31 - 1;

/** A linear program that columns are added to. Each solve starts from the basis of the last one. */
export class GrowingLp {
  readonly #highs: Highs;
  /** Null where HiGHS refused the program. */
  readonly #model: Model | null;
  readonly #rows: number;
  /** Whether HiGHS took all columns. */
  #isWhole: boolean;
  /** Simplex iterations of all solves: a measure of the work that does not depend on the machine. */
  iterations = 0;

  private constructor(highs: Highs, model: Model | null, rows: number) {
    this.#highs = highs;
    this.#model = model;
    this.#rows = rows;
    this.#isWhole = model !== null;
  }

  /** Loads a program into HiGHS without scaling, so its costs should be about 1. Must be closed. */
  static async open(program: MipBuilder): Promise<GrowingLp> {
    const highs = await loadHighs();
    const model = ifTaken(() => highs.createModel(inputOf(highs, program, 1)));
    model?.options.set({
      output_flag: false,
      solver: "simplex",
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    });
    return new GrowingLp(highs, model, program.rowLower.length);
  }

  /** Adds the columns of `more`, which has the same rows. */
  add(more: MipBuilder): void {
    const columns = {
      cost: Float64Array.from(more.cost),
      lower: new Float64Array(more.columns),
      upper: Float64Array.from(more.upper),
      matrix: {
        format: "csc" as const,
        numRows: this.#rows,
        numCols: more.columns,
        starts: Int32Array.from(more.starts),
        indices: Int32Array.from(more.indices),
        values: Float64Array.from(more.values),
      },
    };
    const took = ifTaken(() => {
      this.#model?.addCols(columns);
      return true;
    });
    if (took === null) this.#isWhole = false;
  }

  /** Gives a column this value. */
  fix(column: number, value: number): void {
    this.#model?.changeColBounds(column, value, value);
  }

  /**
   * Solves the program; null if HiGHS finds no optimum.
   *
   * @param isLate asked now and then: whether to end without one; then none is found any more
   * @param most most simplex iterations; if it takes more, none is found
   */
  solve(isLate?: () => boolean, most = Infinity): LpResult | null {
    const model = this.#model;
    if (model === null || !this.#isWhole) return null;
    model.options.set({ simplex_iteration_limit: Math.min(Math.floor(most), ANY_ITERATIONS) });
    if (runThrough(model, { isLate }) === null) return null;
    this.iterations += model.info.get("simplex_iteration_count") as number;
    if (model.getModelStatus() !== this.#highs.constants.modelStatus.optimal) return null;
    const objective = Number(model.info.get("objective_function_value"));
    // A cost beyond 10^20 is infinite to HiGHS.
    if (!Number.isFinite(objective)) return null;
    const { colValue, rowDual } = model.getSolution();
    return {
      objective,
      rowPrice: Float64Array.from(rowDual),
      values: Float64Array.from(colValue),
    };
  }

  /** Frees HiGHS's memory. */
  close(): void {
    if (this.#model !== null) free(this.#model);
  }
}

/**
 * HiGHS's model of a program (null where it refuses it), with costs multiplied by `scale`, a power of two that makes the
 * largest about 1.
 */
async function modelOf(mip: Mip) {
  const highs = await loadHighs();
  let largest = 0;
  for (let i = 0; i < mip.columns; i++) largest = Math.max(largest, Math.abs(mip.cost[i]));
  // A power of two beyond the doubles would make costs infinite; below it the largest is next to nothing.
  const scale = largest > 0 ? 2 ** -Math.max(-1000, Math.ceil(Math.log2(largest))) : 1;
  return { highs, model: ifTaken(() => highs.createModel(inputOf(highs, mip, scale))), scale };
}

function inputOf(highs: Highs, mip: Mip, scale: number) {
  return {
    numCols: mip.columns,
    numRows: mip.rowLower.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: Float64Array.from(mip.cost, (cost) => cost * scale),
    colLower: new Float64Array(mip.columns),
    colUpper: Float64Array.from(mip.upper),
    rowLower: Float64Array.from(mip.rowLower),
    rowUpper: Float64Array.from(mip.rowUpper),
    integrality: Int32Array.from(mip.whole),
    matrix: {
      format: "csc" as const,
      numRows: mip.rowLower.length,
      numCols: mip.columns,
      starts: Int32Array.from(mip.starts),
      indices: Int32Array.from(mip.indices),
      values: Float64Array.from(mip.values),
    },
  };
}
