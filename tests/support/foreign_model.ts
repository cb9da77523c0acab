/**
 * A drop as a mixed-integer program of the tests' own, written from docs/model.md and the input alone: no instance, no
 * policy helper, no solver code. HiGHS gives an allocation; its value is recomputed here, so that a tolerance of
 * HiGHS's can make the best known value too small, never too large.
 */
import { loadHighs } from "../../lib/deps/highs.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import type { OddDrop } from "../fuzz/odd_drop.ts";
import { type ForeignLimit, foreignLimits, judgeLimits } from "./foreign_limits.ts";

/** The rules with every default filled in, as docs/model.md has them. */
const DEFAULTS: Omit<Policy, "shortfallPrice"> = {
  model: "uniform",
  k: 3,
  covMode: "z",
  covW: [0.0003, 0.0006, 0.001],
  shortfallPenalty: 0.1,
  sponsoredBonus: 0.001,
  maxSponsoredRatio: null,
  enforceAssignmentRatio: false,
  assignmentRatioGuard: "hard",
  ratioSlack: 0,
  mixTail: false,
  thirdSlotOnlyMixing: true,
  sponsoredFirstRounds: 2,
  maxMixedShare: 1,
  maxPerBrand: null,
  changeCost: 0,
};

/** A pair that can be given. */
interface Option {
  readonly user: number;
  readonly contract: number;
  readonly score: number;
  readonly sponsored: boolean;
  readonly brand: string;
}

/** The drop, reduced to what can be given. */
export interface ForeignDrop {
  readonly rules: Omit<Policy, "shortfallPrice">;
  readonly options: readonly Option[];
  /** Ids of each option's user and contract. */
  readonly rows: readonly { user: string; contract: string }[];
  /** Options of each user that has one. */
  readonly byUser: readonly (readonly Option[])[];
  /** Most offers of each user. */
  readonly kOf: readonly number[];
  readonly cap: readonly number[];
  readonly groups: readonly {
    readonly users: readonly number[];
    readonly ratio: number;
    readonly least: number;
    readonly most: number;
    readonly mostMixed: number;
  }[];
  /** Limits beyond caps and the groups' rules, over the options. */
  readonly limits: readonly ForeignLimit[];
}

/** ⌈share × n⌉ and ⌊share × n⌋; a product within a relative 1e-9 of a whole number above 0 means that number. */
function shareOf(share: number, n: number): { up: number; down: number } {
  const product = share * n, nearest = Math.round(product);
  if (nearest > 0 && Math.abs(product - nearest) <= 1e-9 * product) {
    return { up: nearest, down: nearest };
  }
  return { up: Math.ceil(product), down: Math.floor(product) };
}

/** Reads a drop. */
export function foreignDrop(odd: OddDrop): ForeignDrop {
  const { drop, policy } = odd;
  const rules = { ...DEFAULTS, ...policy };
  const contracts = drop.contracts.map((one) => ({
    ...one,
    cap: one.cap >= 1 ? Math.floor(one.cap) : one.sponsored ? 0 : 10_000,
  }));
  const contractAt = new Map(contracts.map((one, c) => [one.id, c]));
  const userAt = new Map<string, number>();
  const options: Option[] = [], rows: { user: string; contract: string }[] = [];
  for (const { user, contract, score } of drop.pairs) {
    const c = contractAt.get(contract)!;
    if (contracts[c].cap < 1) continue;
    if (!userAt.has(user)) userAt.set(user, userAt.size);
    const { sponsored, brand = "" } = contracts[c];
    rows.push({ user, contract });
    options.push({ user: userAt.get(user)!, contract: c, score, sponsored, brand });
  }
  const byUser: Option[][] = Array.from(userAt, () => []);
  for (const option of options) byUser[option.user].push(option);
  const groups = drop.groups.map(({ id, ratio }) => {
    const users = drop.users.filter((one) => one.group === id && userAt.has(one.id))
      .map((one) => userAt.get(one.id)!);
    const coverage = rules.model === "coverage";
    const least = coverage ? 0 : shareOf(ratio, users.length).up;
    const most = coverage || rules.maxSponsoredRatio === null
      ? Infinity
      : Math.max(shareOf(rules.maxSponsoredRatio, users.length).down, mustHaveOne(rules, least));
    const mostMixed = coverage || !rules.mixTail
      ? Infinity
      : shareOf(rules.maxMixedShare, users.length).down;
    return { users, ratio, least, most, mostMixed };
  }).filter(({ users }) => users.length > 0);
  const limits = foreignLimits(odd, rows);
  const kOf = Array.from(userAt, ([id]) => {
    const { k, group } = drop.users.find((one) => one.id === id)!;
    return k ?? drop.groups.find((one) => one.id === group)!.k ?? rules.k;
  });
  const cap = contracts.map((one) => one.cap);
  return { rules, options, rows, byUser, kOf, cap, groups, limits };
}

/** A positive maximum leaves room for one sponsored user where the minimum asks for any; a maximum of 0 leaves none. */
function mustHaveOne(rules: ForeignDrop["rules"], least: number): number {
  return least > 0 && rules.maxSponsoredRatio! > 0 ? 1 : 0;
}

/** Whether a user may have so many sponsored and other offers. */
function shapeAllowed(rules: ForeignDrop["rules"], i: number, j: number): boolean {
  const { k, model, mixTail, thirdSlotOnlyMixing, sponsoredFirstRounds } = rules;
  if (i + j > k) return false;
  if (model === "coverage" || i === 0 || j === 0) return true;
  if (!mixTail) return false;
  return thirdSlotOnlyMixing
    ? i === k - 1 && j === 1
    : i >= Math.max(1, Math.min(sponsoredFirstRounds, k - 1));
}

function worthOfShape(rules: ForeignDrop["rules"], i: number, j: number): number {
  let worth = 0;
  if (rules.covMode === "shortfall") worth = -rules.shortfallPenalty * (rules.k - i - j);
  else for (let n = 0; n < i + j; n++) worth += rules.covW[n] ?? 0;
  return worth + rules.sponsoredBonus * (rules.model === "coverage" ? i : Math.min(1, i));
}

/** What an allocation is worth, by terms. */
export interface Worth {
  /** Σ scores, coverage and bonus. */
  readonly value: number;
  /** Σ |terms| of it: what rounding is measured against. */
  readonly size: number;
  /** Users that the minima lack. */
  readonly missing: number;
  /** Units that limits at the shortfall price lack. */
  readonly limitMissing: number;
  /** What limits with a price of their own cost; `value` is without it. */
  readonly penalty: number;
  /** Rules that it breaks, in words. */
  readonly broken: readonly string[];
}

/** Judges chosen options (`true` at their place). */
export function worthOf(
  { rules, options, byUser, kOf, cap, groups, limits }: ForeignDrop,
  chosen: readonly boolean[],
): Worth {
  const terms: number[] = [], broken: string[] = [];
  const used = cap.map(() => 0);
  const count = byUser.map(() => ({ sponsored: 0, others: 0, brands: new Map<string, number>() }));
  options.forEach(({ user, contract, score, sponsored, brand }, o) => {
    if (!chosen[o]) return;
    terms.push(score);
    used[contract]++;
    const own = count[user];
    if (sponsored) own.sponsored++;
    else own.others++;
    own.brands.set(brand, (own.brands.get(brand) ?? 0) + 1);
  });
  used.forEach((n, c) => n > cap[c] && broken.push(`contract ${c} over its cap`));
  count.forEach(({ sponsored, others, brands }, u) => {
    const own = { ...rules, k: kOf[u] };
    terms.push(worthOfShape(own, sponsored, others));
    if (!shapeAllowed(own, sponsored, others)) {
      broken.push(`user ${u} has (${sponsored}, ${others})`);
    }
    for (const n of brands.values()) {
      if (rules.maxPerBrand !== null && n > rules.maxPerBrand) broken.push(`user ${u}: brands`);
    }
  });
  let missing = 0;
  groups.forEach(({ users, ratio, least, most, mostMixed }, g) => {
    const own = users.map((u) => count[u]);
    const sponsoredUsers = own.filter((one) => one.sponsored > 0).length;
    const mixed = own.filter((one) => one.sponsored > 0 && one.others > 0).length;
    const offers = own.reduce((sum, one) => sum + one.sponsored, 0);
    const all = own.reduce((sum, one) => sum + one.sponsored + one.others, 0);
    missing += Math.max(0, least - sponsoredUsers);
    if (sponsoredUsers > most) broken.push(`group ${g} has too many sponsored users`);
    if (mixed > mostMixed) broken.push(`group ${g} has too many mixed users`);
    const needed = hasAssignmentRatio(rules) ? (ratio - rules.ratioSlack) * all : 0;
    if (offers < needed * (1 - 1e-9)) broken.push(`group ${g} breaks its assignment ratio`);
  });
  const ofLimits = judgeLimits(limits, chosen);
  broken.push(...ofLimits.broken);
  return {
    value: exactSum(terms),
    size: terms.reduce((s, t) => s + Math.abs(t), 0) + ofLimits.penalty,
    missing,
    limitMissing: ofLimits.missing,
    penalty: ofLimits.penalty,
    broken,
  };
}

function hasAssignmentRatio(
  { model, enforceAssignmentRatio, assignmentRatioGuard }: ForeignDrop["rules"],
) {
  return model !== "coverage" && enforceAssignmentRatio && assignmentRatioGuard !== "none";
}

/** Compensated sum (Neumaier 1974). */
function exactSum(terms: readonly number[]): number {
  let sum = 0, rest = 0;
  for (const term of terms) {
    const next = sum + term;
    rest += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + rest;
}

/** The objective at a price of a missing user and of a missing unit. */
export function objectiveOf(
  { value, penalty, missing, limitMissing }: Worth,
  price: number,
): number {
  return value - penalty - price * (missing + limitMissing);
}

/** What the model found at a price of a missing user. */
export interface ForeignResult {
  readonly worth: Worth;
  /** {@link objectiveOf} a feasible allocation. */
  readonly objective: number;
  /** Least total of missing users and units. */
  readonly leastMissing: number;
}

/** A mixed-integer program to be maximised, in columns; no bound is null. */
export interface ForeignProgram {
  readonly cost: readonly number[];
  readonly upper: readonly (number | null)[];
  readonly whole: readonly number[];
  readonly rowLower: readonly (number | null)[];
  readonly rowUpper: readonly (number | null)[];
  readonly starts: readonly number[];
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

/** Another solver than HiGHS: values of the columns at the best solution that it finds; null: none. */
export type SecondSolver = (program: ForeignProgram) => Promise<readonly number[] | null>;

/**
 * Builds and solves the program, in HiGHS and in a second solver if one is given: the better of what they find; null where HiGHS
 * found nothing in time.
 */
export async function bestKnown(
  drop: ForeignDrop,
  price: number,
  seconds = 20,
  second?: SecondSolver,
): Promise<ForeignResult | null> {
  const first = await solve(drop, { score: 0, missing: 1 }, Infinity, seconds);
  if (first === null) return null;
  const leastMissing = missingOf(worthOf(drop, first));
  // Both what the price prefers and what the least total of missing users allows: one of them is the optimum.
  const candidates = [first];
  for (const [p, most] of [[Math.min(price, 1e5 * sizeOf(drop)), Infinity], [0, leastMissing]]) {
    const found = await solve(drop, { score: 1, missing: p }, most, seconds);
    if (found !== null) candidates.push(found);
    if (second === undefined) continue;
    const other = await second(programOf(drop, { score: 1, missing: p }, most, true).plain());
    if (other !== null) candidates.push(drop.options.map((_, o) => other[o] > 0.5));
  }
  let best: ForeignResult | null = null;
  for (const chosen of candidates) {
    const worth = worthOf(drop, chosen);
    if (worth.broken.length > 0) continue;
    const objective = objectiveOf(worth, price);
    if (best === null || objective > best.objective) best = { worth, objective, leastMissing };
  }
  return best;
}

/** Users and units that are missing at the shortfall price. */
export function missingOf({ missing, limitMissing }: Worth): number {
  return missing + limitMissing;
}

function sizeOf(drop: ForeignDrop): number {
  return drop.options.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0.1);
}

/** The chosen options of the best solution that HiGHS finds. */
async function solve(
  drop: ForeignDrop,
  weight: { score: number; missing: number },
  mostMissing: number,
  seconds: number,
): Promise<boolean[] | null> {
  const { options } = drop;
  const program = programOf(drop, weight, mostMissing, true);
  const highs = await loadHighs();
  const model = highs.createModel(program.model(highs));
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 0,
      mip_feasibility_tolerance: 1e-9,
      time_limit: seconds,
    });
    // Numbers of too many sizes can make HiGHS give up.
    try {
      model.run();
    } catch {
      return null;
    }
    if (model.info.get("primal_solution_status") !== 2) return null;
    const { colValue } = model.getSolution();
    return options.map((_, o) => colValue[o] > 0.5);
  } finally {
    model.dispose();
  }
}

/**
 * The value of the linear program over mixtures of bundles: what prices can prove at best. Each user's mixture is written
 * with a copy of each option per shape (x_os ≤ z_s), which describes the bundles' hull exactly.
 */
export async function linearBound(drop: ForeignDrop, price: number): Promise<number | null> {
  const program = programOf(drop, { score: 1, missing: price }, Infinity, false);
  const highs = await loadHighs();
  const model = highs.createModel(program.model(highs));
  try {
    model.options.set({
      output_flag: false,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    });
    model.run();
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return null;
    return Number(model.info.get("objective_function_value")) / program.scale;
  } finally {
    model.dispose();
  }
}

type Highs = Awaited<ReturnType<typeof loadHighs>>;

/** Rows and columns: options (per shape where they are not whole), shapes of each user, missing users of each group. */
function programOf(
  { rules, options, byUser, kOf, cap, groups, limits }: ForeignDrop,
  weight: { score: number; missing: number },
  mostMissing: number,
  whole: boolean,
) {
  const lower: number[] = [], upper: number[] = [];
  const row = (least: number, most: number) => lower.push(least) && upper.push(most) - 1;
  const cost: number[] = [], top: number[] = [], integer: number[] = [], starts = [0];
  const indices: number[] = [], values: number[] = [];
  const column = (value: number, most: number, isWhole: boolean, entries: [number, number][]) => {
    cost.push(value);
    top.push(most);
    integer.push(isWhole ? 1 : 0);
    for (const [r, v] of entries) {
      if (v === 0) continue;
      indices.push(r);
      values.push(v);
    }
    starts.push(indices.length);
  };
  const capRow = cap.map((most) => row(-Infinity, most));
  const groupAt = new Map(groups.flatMap(({ users }, g) => users.map((u) => [u, g])));
  const ratioed = hasAssignmentRatio(rules);
  const groupRow = groups.map(({ least, most, mostMixed, ratio }) => ({
    least: row(least, Infinity),
    most: row(-Infinity, most),
    mixed: row(-Infinity, mostMixed),
    balance: row(ratioed && ratio > rules.ratioSlack ? 0 : -Infinity, Infinity),
  }));
  const missingRow = row(-Infinity, mostMissing);
  // Each limit is divided by its largest term: HiGHS's tolerances are absolute.
  const limitRow = limits.map(({ terms, amount }) => {
    const most = terms.reduce((most, term) => Math.max(most, Math.abs(term)), 0) || 1;
    return { most, row: row(-Infinity, amount / most) };
  });
  const optionAt = new Map(options.map((option, o) => [option, o]));
  const ofLimits = (option: Option): [number, number][] =>
    limits.map((
      { terms },
      l,
    ) => [limitRow[l].row, terms[optionAt.get(option)!] / limitRow[l].most]);
  const later: (() => void)[] = [];
  const placed = new Map<Option, () => void>();
  byUser.forEach((own, u) => {
    const oneRow = row(1, 1), rows = groupRow[groupAt.get(u)!];
    const types = rules.model === "coverage" ? [own] : [
      own.filter((option) => option.sponsored),
      own.filter((option) => !option.sponsored),
    ];
    const share = groups[groupAt.get(u)!].ratio - rules.ratioSlack;
    const typeRow = types.map(() => whole ? row(0, 0) : -1);
    const brandRow = new Map<string, number>();
    if (whole && rules.maxPerBrand !== null) {
      for (const { brand } of own) {
        if (!brandRow.has(brand)) brandRow.set(brand, row(-Infinity, rules.maxPerBrand));
      }
    }
    const shapes: [number, number][] = [], mine = { ...rules, k: kOf[u] };
    for (let i = 0; i <= (types.length === 2 ? types[0].length : 0) && i <= mine.k; i++) {
      const others = types[types.length - 1].length;
      for (let j = 0; j <= others && i + j <= mine.k; j++) {
        if (shapeAllowed(mine, i, j)) shapes.push([i, j]);
      }
    }
    for (const [i, j] of shapes) {
      const counts = types.length === 2 ? [i, j] : [j];
      const entries: [number, number][] = [[oneRow, 1]];
      if (types.length === 2 && i > 0) {
        entries.push([rows.least, 1], [rows.most, 1]);
        if (j > 0) entries.push([rows.mixed, 1]);
      }
      if (types.length === 2) entries.push([rows.balance, i - share * (i + j)]);
      const own: [number, number][] = [];
      counts.forEach((n, t) => {
        const r = whole ? typeRow[t] : row(0, 0);
        if (n > 0) entries.push([r, -n]);
        if (whole) return;
        const brands = new Map<string, number>();
        for (const option of types[t]) {
          if (n === 0) continue;
          const within = row(-Infinity, 0);
          entries.push([within, -1]);
          own.push([r, within]);
          const rows: [number, number][] = [
            [capRow[option.contract], 1],
            [r, 1],
            [within, 1],
            ...ofLimits(option),
          ];
          if (rules.maxPerBrand !== null) {
            if (!brands.has(option.brand)) {
              brands.set(option.brand, row(-Infinity, 0));
              entries.push([brands.get(option.brand)!, -rules.maxPerBrand]);
            }
            rows.push([brands.get(option.brand)!, 1]);
          }
          later.push(() => column(valueOf(option), 1, false, rows));
        }
      });
      const worth = weight.score *
        worthOfShape(
          { ...mine, sponsoredBonus: types.length === 2 ? rules.sponsoredBonus : 0 },
          i,
          j,
        );
      later.push(() => column(worth, 1, whole, entries));
    }
    if (whole) {
      types.forEach((list, t) => {
        for (const option of list) {
          const rows: [number, number][] = [
            [capRow[option.contract], 1],
            [typeRow[t], 1],
            ...ofLimits(option),
          ];
          const b = brandRow.get(option.brand);
          if (b !== undefined) rows.push([b, 1]);
          placed.set(option, () => column(valueOf(option), 1, true, rows));
        }
      });
    }
  });
  function valueOf({ score, sponsored }: Option): number {
    const bonus = rules.model === "coverage" && sponsored ? rules.sponsoredBonus : 0;
    return weight.score * (score + bonus);
  }
  if (whole) { for (const option of options) placed.get(option)!(); }
  for (const add of later) add();
  groups.forEach(({ least }, g) => {
    if (least > 0) column(-weight.missing, least, false, [[groupRow[g].least, 1], [missingRow, 1]]);
  });
  limits.forEach(({ price }, l) => {
    if (price === "hard") return;
    const { most, row } = limitRow[l];
    const cost = price === "shortfall" ? weight.missing : weight.score * price;
    const rows: [number, number][] = price === "shortfall" ? [[missingRow, most]] : [];
    column(-cost * most, Infinity, false, [[row, -1], ...rows]);
  });
  // HiGHS's tolerances are absolute: the largest cost is made about 1.
  let largest = 0;
  for (const c of cost) largest = Math.max(largest, Math.abs(c));
  const scale = largest > 0 ? 2 ** -Math.max(-1000, Math.round(Math.log2(largest))) : 1;
  const model = (highs: Highs) => ({
    numCols: cost.length,
    numRows: lower.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: Float64Array.from(cost, (c) => c * scale),
    colLower: new Float64Array(cost.length),
    colUpper: Float64Array.from(top),
    rowLower: Float64Array.from(lower),
    rowUpper: Float64Array.from(upper),
    ...(whole && { integrality: Int32Array.from(integer) }),
    matrix: {
      format: "csc" as const,
      numRows: lower.length,
      numCols: cost.length,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  });
  const open = (bounds: readonly number[]) =>
    bounds.map((bound) => Number.isFinite(bound) ? bound : null);
  const plain = (): ForeignProgram => ({
    cost: cost.map((c) => c * scale),
    upper: open(top),
    whole: integer,
    rowLower: open(lower),
    rowUpper: open(upper),
    starts,
    indices,
    values,
  });
  return { model, plain, scale };
}
