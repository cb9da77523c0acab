/**
 * The price solver on drops of 2,000 to a million users: proven gap, seconds, peak memory, and how time grows.
 *
 *     deno run --allow-all bench/optimal.ts [--runs 3] [--only 180k] [--workers 2] [--seed 1]
 *
 * Prints Markdown. "1 % changed" is the drop with other scores of every hundredth user, from the prices of the run before, in a
 * process of its own. Peak memory is that while solving. Each run is a fresh process that makes its drop in memory; seconds are
 * those of `solveOptimal`, medians over the runs. Drops are those of `divvy generate`.
 */
import { cpuSeconds, peakBytes } from "./this_process.ts";
import { parseArgs } from "node:util";
import { type Attributes, noAttributes } from "../lib/allocator/drop/instance/attributes.ts";
import { type Instance, pairCount, userCount } from "../lib/allocator/drop/instance/instance.ts";
import { limitFamilies, type LimitInput } from "../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../lib/allocator/drop/limits/limit_rows.ts";
import type { Prices } from "../lib/allocator/model/allocation.ts";
import { solveOptimal } from "../lib/allocator/optimal/optimal.ts";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";
import type { SyntheticOptions } from "../lib/generate/synthetic_options.ts";
import { count } from "../lib/report/words.ts";
import { logSlope } from "./log_slope.ts";

/** One row of the table. */
interface Case {
  readonly name: string;
  readonly drop: SyntheticOptions;
  readonly policy: Partial<Policy>;
  /** Limits of a generated drop, by their number of users. */
  readonly limits?: (users: number) => readonly LimitInput[];
  /** The gap asked for. @default 1e-6 */
  readonly gap?: number;
  /** Whether some users change after a run, and what is timed is another one from its prices. */
  readonly again?: boolean;
}

/** What one run tells. */
interface Run {
  readonly users: number;
  readonly pairs: number;
  readonly seconds: number;
  /** Processor seconds of all threads: what the clock hides when others share the machine. */
  readonly cpu: number;
  readonly gap: number;
  readonly shortfall: number;
  readonly peakBytes: number;
}

const coverage: Partial<Policy> = { model: "coverage" }, uniform: Partial<Policy> = {};
const ratio: Partial<Policy> = { enforceAssignmentRatio: true };
/** At most so many offers of each brand in each market: about one in two of them is full. */
const markets = (users: number): LimitInput[] => [
  {
    limit: "brand in market",
    per: "brand_id+group_id",
    atMost: Math.max(1, Math.round(users / 2000)),
  },
];
/** Each contract's budget, of what its offers are expected to cost. */
const money = (users: number): LimitInput[] => [
  {
    limit: "budget",
    per: "contract_address",
    counts: "expected_cost",
    atMost: Math.round(users / 100),
  },
];
/** A least of each contract; about a tenth have fewer eligible users. */
const leasts = (users: number): LimitInput[] => [
  { limit: "least", per: "contract_address", atLeast: Math.round(users / 400) },
];
const segments = (users: number): LimitInput[] => [{
  limit: "segment",
  per: "segment",
  where: { is_sponsored: true },
  atMost: Math.round(users / 4),
}];
const mixed = (users: number): LimitInput[] => [
  ...markets(users),
  ...leasts(users),
  ...segments(users),
];
/** Limits of all kinds, about a thousand: counts, leasts, money and shares. */
const thousand = (users: number): LimitInput[] => [
  { limit: "brand in segment", per: "brand_id+segment", atMost: Math.round(users / 75) },
  {
    limit: "contract in segment",
    per: "contract_address+segment",
    atMost: Math.round(users / 250),
  },
  ...leasts(users),
  {
    limit: "brand budget",
    per: "brand_id",
    counts: "expected_cost",
    atMost: Math.round(users / 50),
  },
  ...segments(users),
  {
    limit: "sponsored share",
    per: "segment",
    where: { is_sponsored: true },
    atLeast: 0.2,
    shareOf: "offers",
    price: 0.2,
  },
];
/** What the offers of a user may be expected to cost. */
const own = (): LimitInput[] => [
  { limit: "user's budget", per: "user_id", counts: "expected_cost", atMost: 1 },
];
/** Limits on money are asked for a wider gap: what is left of them is less than the dearest offer that counts. */
const GAP_OF_MONEY = 1e-5;
const CASES: readonly Case[] = [
  { name: "2k, coverage", drop: { users: 2_000 }, policy: coverage },
  { name: "2k, uniform", drop: { users: 2_000 }, policy: uniform },
  { name: "2k, uniform, ties", drop: { users: 2_000, ties: true }, policy: uniform },
  { name: "2k, uniform, infeasible", drop: { users: 2_000, infeasible: 0.1 }, policy: uniform },
  { name: "2k, uniform, one group", drop: { users: 2_000, groups: 1 }, policy: uniform },
  { name: "2k, uniform, k = 5", drop: { users: 2_000, k: 5 }, policy: { k: 5 } },
  { name: "2k, uniform, k = 1", drop: { users: 2_000, k: 1 }, policy: { k: 1 } },
  { name: "2k, uniform, scarce caps", drop: { users: 2_000, scarcity: 0.05 }, policy: uniform },
  { name: "2k, uniform, ample caps", drop: { users: 2_000, scarcity: 5 }, policy: uniform },
  { name: "2k, ratio", drop: { users: 2_000 }, policy: ratio },
  { name: "2k, ratio, ties", drop: { users: 2_000, ties: true }, policy: ratio },
  { name: "2k, ratio, mixed tails", drop: { users: 2_000 }, policy: { ...ratio, mixTail: true } },
  { name: "5k, ratio", drop: { users: 5_000 }, policy: ratio },
  { name: "20k, ratio, ties", drop: { users: 20_000, ties: true }, policy: ratio },
  { name: "180k, ratio", drop: { users: 181_800, pairs: 28.6 }, policy: ratio },
  { name: "20k, coverage", drop: { users: 20_000 }, policy: coverage },
  { name: "20k, uniform", drop: { users: 20_000 }, policy: uniform },
  { name: "93k, coverage", drop: { users: 94_464, pairs: 17 }, policy: coverage },
  { name: "93k, uniform", drop: { users: 94_464, pairs: 17 }, policy: uniform },
  { name: "180k, coverage", drop: { users: 181_800, pairs: 28.6 }, policy: coverage },
  { name: "180k, uniform", drop: { users: 181_800, pairs: 28.6 }, policy: uniform },
  {
    name: "180k, uniform, ties",
    drop: { users: 181_800, pairs: 28.6, ties: true },
    policy: uniform,
  },
  {
    name: "180k, uniform, infeasible",
    drop: { users: 181_800, pairs: 28.6, infeasible: 0.1 },
    policy: uniform,
  },
  ...([
    ["2k", { users: 2_000 }],
    ["20k", { users: 20_000 }],
    ["180k", { users: 181_800, pairs: 28.6 }],
    ["1M", { users: 1_010_000 }],
  ] as const)
    .flatMap(([size, drop]): Case[] => [
      { name: `${size}, brands in markets`, drop, policy: uniform, limits: markets },
      { name: `${size}, leasts`, drop, policy: uniform, limits: leasts },
      { name: `${size}, budgets`, drop, policy: uniform, limits: money, gap: GAP_OF_MONEY },
      { name: `${size}, mixed limits`, drop, policy: uniform, limits: mixed },
      {
        name: `${size}, a thousand limits`,
        drop,
        policy: uniform,
        limits: thousand,
        gap: GAP_OF_MONEY,
      },
    ]),
  { name: "1M, coverage", drop: { users: 1_010_000 }, policy: coverage },
  { name: "1M, uniform", drop: { users: 1_010_000 }, policy: uniform },
  { name: "1M, uniform, ties", drop: { users: 1_010_000, ties: true }, policy: uniform },
  { name: "1M, uniform, infeasible", drop: { users: 1_010_000, infeasible: 0.1 }, policy: uniform },
  { name: "1M, ratio", drop: { users: 1_010_000 }, policy: ratio },
  {
    name: "180k, uniform, 1 % changed",
    drop: { users: 181_800, pairs: 28.6 },
    policy: uniform,
    again: true,
  },
  { name: "3.5M, coverage", drop: { users: 3_540_000, pairs: 29.2 }, policy: coverage },
  { name: "3.5M, uniform", drop: { users: 3_540_000, pairs: 29.2 }, policy: uniform },
  ...[2_000, 20_000, 60_000].map((users): Case => ({
    name: `${users / 1000}k, a budget of each user`,
    drop: { users },
    policy: uniform,
    limits: own,
  })),
];

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    workers: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    /** For the runs' own processes: which case. */
    one: { type: "string" },
    /** Where prices are kept, or found if the file is not empty; then some users have changed. */
    prices: { type: "string" },
  },
});

if (args.one !== undefined) await runOne(CASES[Number(args.one)]);
else await runAll();

/** Runs one case in this process and prints what it tells as JSON. */
async function runOne({ drop, policy, limits, gap }: Case): Promise<void> {
  const free = generateInstance({ ...drop, seed: Number(args.seed) });
  const instance = limits === undefined ? free : underLimits(free, limits(userCount(free)));
  const startPrices = args.prices === undefined ? null : await pricesIn(args.prices);
  if (startPrices !== null) changeScores(instance);
  await forgetPeak();
  const begun = performance.now(), cpuBefore = await cpuSeconds();
  const found = await solveOptimal(instance, { ...defaultPolicy, ...policy }, {
    workers: Number(args.workers),
    ...(gap !== undefined && { gap }),
    ...(startPrices !== null && { startPrices }),
  });
  if (args.prices !== undefined && startPrices === null) {
    await Deno.writeTextFile(args.prices, JSON.stringify(columnsOf(found.prices!)));
  }
  const run: Run = {
    users: userCount(instance),
    pairs: pairCount(instance),
    seconds: (performance.now() - begun) / 1000,
    cpu: await cpuSeconds() - cpuBefore,
    gap: found.gap!,
    shortfall: found.shortfall,
    peakBytes: await peakBytes(),
  };
  console.log(JSON.stringify(run));
  // Workers that idle must not keep the process.
  Deno.exit(0);
}

/** Prices as numbers that JSON can hold. */
function columnsOf(prices: Prices): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([name, column]) =>
      column === undefined ? [] : [[name, Array.from(column)]]
    ),
  );
}

/** The prices in a file; null where it is empty. */
async function pricesIn(file: string): Promise<Prices | null> {
  const text = await Deno.readTextFile(file);
  if (text === "") return null;
  const columns: Record<string, number[]> = JSON.parse(text);
  const prices = Object.entries(columns).map(([name, column]) => [name, Float64Array.from(column)]);
  return Object.fromEntries(prices);
}

/** Every hundredth user has its scores the other way round. */
function changeScores({ start, middle, score }: Instance): void {
  for (let u = 0; u < middle.length; u += 100) {
    score.subarray(start[u], middle[u]).reverse();
    score.subarray(middle[u], start[u + 1]).reverse();
  }
}

/** Forgets what making the drop took, where the kernel lets a process do that. */
async function forgetPeak(): Promise<void> {
  await Deno.writeTextFile("/proc/self/clear_refs", "5").catch(() => {});
}

/** The drop under limits, with what they count: each pair costs its score times 0.5 to 1.5. */
function underLimits(instance: Instance, inputs: readonly LimitInput[]): Instance {
  const segments = ["a", "b", "c", "d", "e"];
  const cost = instance.score.map((score, p) =>
    Math.abs(score) * (0.5 + ((p * 0x9e3779b1) >>> 0) / 2 ** 32)
  );
  const attributes: Attributes = {
    ...noAttributes(),
    user_groups: new Map([["segment", {
      code: Uint32Array.from(instance.group, (_, u) => u % segments.length),
      values: segments,
    }]]),
    eligNumbers: new Map([["expected_cost", cost]]),
  };
  const limits = compileLimits(instance, limitFamilies(inputs), attributes);
  return { ...instance, limits };
}

async function runAll(): Promise<void> {
  console.log(
    "| drop | users | pairs | proven gap | seconds | CPU seconds | peak RSS | users short |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const rows: { name: string; run: Run }[] = [];
  for (const [i, { name }] of CASES.entries()) {
    if (!name.includes(args.only)) continue;
    const runs: Run[] = [];
    for (let n = 0; n < Number(args.runs); n++) {
      runs.push(CASES[i].again ? await spawnTwice(i) : await spawn(i));
    }
    runs.sort((a, b) => a.seconds - b.seconds);
    const run = { ...runs[runs.length >> 1], peakBytes: Math.max(...runs.map((r) => r.peakBytes)) };
    rows.push({ name, run });
    console.log(
      `| ${name} | ${count(run.users)} | ${count(run.pairs)} | ${run.gap.toExponential(1)} | ` +
        `${run.seconds.toFixed(2)} | ${run.cpu.toFixed(2)} | ${
          count(Math.round(run.peakBytes / 1e6))
        } MB | ${count(run.shortfall)} |`,
    );
  }
  for (const model of ["coverage", "uniform"]) {
    const sizes = rows.filter(({ name, run }) =>
      name.endsWith(`k, ${model}`) && run.users > 10_000 || name === `1M, ${model}`
    );
    if (sizes.length < 3) continue;
    const slope = logSlope(sizes.map(({ run }) => [run.pairs, run.cpu]));
    console.log(`\n${model}: CPU seconds grow as pairs^${slope.toFixed(2)} from 20k to 1M users`);
  }
}

/** A run for its prices, and one from them. */
async function spawnTwice(index: number): Promise<Run> {
  const file = await Deno.makeTempFile({ prefix: "divvy-prices-" });
  try {
    await spawn(index, file);
    return await spawn(index, file);
  } finally {
    await Deno.remove(file);
  }
}

async function spawn(index: number, prices?: string): Promise<Run> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      import.meta.filename!,
      "--one",
      String(index),
      ...["--workers", args.workers, "--seed", args.seed],
      ...(prices === undefined ? [] : ["--prices", prices]),
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
