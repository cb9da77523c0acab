/**
 * The price solver on drops of many shapes beside other solvers: where few users decide each price, papers and reviewers,
 * tied ratings. Rows are added in {@link SHAPES}.
 *
 *     deno run --allow-all bench/shapes.ts [--only dense] [--seeds 3] [--minutes 12] [--workers 2] [--timeout 60]
 *         [--python bench/.venv/bin/python]
 *
 * Prints Markdown, at the end: first every row with one seed, then with the next, within the minutes. Each run is a fresh
 * process that makes its drop in memory; seconds are those of solving, medians over the seeds; the gap is the largest of them.
 * Every allocation and its certificate are judged by the checker on the same drop. Processor seconds are of all threads; how
 * they grow in users, pairs of a user and contracts is told at the end. With `--python` (an interpreter that has
 * bench/peers/requirements.txt) the peers of a row run on the same drops; their objective is compared with ours.
 */
import { median } from "./median.ts";
import process from "node:process";
import { parseArgs } from "node:util";
import { checkAssignments } from "../lib/allocator/check/check.ts";
import { type Instance, pairCount, userCount } from "../lib/allocator/drop/instance/instance.ts";
import { noAttributes } from "../lib/allocator/drop/instance/attributes.ts";
import { limitFamilies, type LimitInput } from "../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../lib/allocator/drop/limits/limit_rows.ts";
import { certificateOf } from "../lib/allocator/model/certificate.ts";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import { solveOptimal } from "../lib/allocator/optimal/optimal.ts";
import { IdPool } from "../lib/base/ids/ids.ts";
import { seededRandom } from "../lib/base/numbers/random.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";
import { count } from "../lib/report/words.ts";
import { logSlope } from "./log_slope.ts";
import { movieRatings } from "./movie_ratings.ts";
import { rowsOf, tableOf } from "../tests/support/assignment_table.ts";

/** One row of the table. */
interface Shape {
  readonly name: string;
  readonly make: (seed: number) => Instance;
  readonly policy: Partial<Policy>;
  /** Peers of bench/peers/flow.py that can solve it. */
  readonly peers: readonly string[];
}

/** What one run tells. */
interface Run {
  users: number;
  contracts: number;
  pairs: number;
  seconds: number;
  /** Processor seconds of all threads: what the clock hides when others share the machine. */
  cpu: number;
  gap: number;
  objective: number;
  timedOut: boolean;
}

/** What a peer tells. */
interface PeerRun {
  seconds: number;
  /** What building its model took, beside solving. */
  build: number;
  objective: number | null;
}

/** Columns of a drop as they are made, user by user. */
interface Options {
  readonly users: number;
  readonly contracts: number;
  readonly cap: number;
  /** Eligible contracts of a user, in rising order, with their scores. */
  readonly row: (user: number) => { contract: number[]; score: number[] };
  /** Contracts from 0 that are sponsored; the rest is not. @default 0 */
  readonly sponsored?: number;
  /** Groups, and the least share of sponsored users in each. @default one, 0 */
  readonly groups?: number;
  readonly ratio?: number;
}

/** A drop from rows of pairs. */
function drop(options: Options): Instance {
  const { users, contracts, cap, row, sponsored = 0, groups = 1, ratio = 0 } = options;
  const start = new Uint32Array(users + 1), middle = new Uint32Array(users);
  const contract: number[] = [], score: number[] = [];
  for (let u = 0; u < users; u++) {
    const own = row(u);
    for (let i = 0; i < own.contract.length; i++) {
      if (own.contract[i] < sponsored) middle[u] = contract.length + i + 1;
    }
    if (middle[u] === 0) middle[u] = start[u];
    for (const c of own.contract) contract.push(c);
    for (const s of own.score) score.push(s);
    start[u + 1] = contract.length;
  }
  const id = (letter: string, i: number) => `${letter}${String(i).padStart(7, "0")}`;
  const group = Uint32Array.from({ length: users }, (_, u) => u % groups);
  const groupSize = new Uint32Array(groups);
  for (const g of group) groupSize[g]++;
  return {
    users: IdPool.from(Array.from({ length: users }, (_, u) => id("u", u))),
    contracts: Array.from({ length: contracts }, (_, c) => id(c < sponsored ? "s" : "t", c)),
    sponsoredContracts: sponsored,
    cap: new Float64Array(contracts).fill(cap),
    brand: null,
    brands: [],
    groups: Array.from({ length: groups }, (_, g) => id("g", g)),
    ratio: new Float64Array(groups).fill(ratio),
    groupSize,
    group,
    start,
    middle,
    contract: Uint16Array.from(contract),
    score: Float64Array.from(score),
  };
}

/** Everybody may have everything; scores to three decimals. */
function dense(
  users: number,
  contracts: number,
  cap: number,
  seed: number,
  more: Partial<Options> = {},
): Instance {
  const random = seededRandom(seed);
  const all = Array.from({ length: contracts }, (_, c) => c);
  const row = () => ({
    contract: all,
    score: all.map(() => Math.round(1000 * random.next()) / 1000),
  });
  return drop({ users, contracts, cap, row, ...more });
}

/** `options` contracts of each user at random. */
function sparse(
  users: number,
  contracts: number,
  cap: number,
  options: number,
  seed: number,
  scoreOf: (random: { next(): number }) => number = (random) =>
    Math.round(1000 * random.next()) / 1000,
  more: Partial<Options> = {},
): Instance {
  const random = seededRandom(seed);
  const row = () => {
    const own = new Set<number>();
    while (own.size < options) own.add(random.below(contracts));
    const contract = [...own].sort((a, b) => a - b);
    return { contract, score: contract.map(() => scoreOf(random)) };
  };
  return drop({ users, contracts, cap, row, ...more });
}

/**
 * Papers and reviewers by topics: the best `best` reviewers of each paper by the likeness of their topics, without those in
 * conflict with it.
 */
function papers(paper: number, reviewers: number, best: number, seed: number): Instance {
  const TOPICS = 12, CONFLICTS = 0.01;
  const random = seededRandom(seed);
  // A few topics matter to each, some topics to many.
  const topics = () =>
    Float64Array.from(
      { length: TOPICS },
      (_, t) => random.next() < 2 / (t + 2) ? random.next() ** 2 : 0,
    );
  const unit = (v: Float64Array) => {
    const size = Math.hypot(...v) || 1;
    return v.map((x) => x / size);
  };
  const reviewer = Array.from({ length: reviewers }, () => unit(topics()));
  const row = () => {
    const own = unit(topics());
    const likeness = reviewer.map((r) => {
      let sum = 0.05 * random.next();
      for (let t = 0; t < TOPICS; t++) sum += own[t] * r[t];
      return random.next() < CONFLICTS ? -1 : Math.round(1e4 * sum) / 1e4;
    });
    const contract = likeness.map((_, r) => r).filter((r) => likeness[r] >= 0)
      .sort((a, b) => likeness[b] - likeness[a]).slice(0, best).sort((a, b) => a - b);
    return { contract, score: contract.map((r) => likeness[r]) };
  };
  return drop({ users: paper, contracts: reviewers, cap: 6, row });
}

/** Users of a segment have the same scores. */
function segments(users: number, parts: number, seed: number): Instance {
  const CONTRACTS = 28, DEMAND = 0.7;
  const random = seededRandom(seed);
  const score = Array.from(
    { length: parts },
    () => Array.from({ length: CONTRACTS }, () => Math.round(1e4 * random.next()) / 1e4),
  );
  const contract = Array.from({ length: CONTRACTS }, (_, c) => c);
  const row = () => ({ contract, score: score[random.below(parts)] });
  const cap = Math.round(DEMAND * 3 * users / CONTRACTS);
  const more = { sponsored: CONTRACTS / 2, groups: 5, ratio: 0.3 };
  return drop({ users, contracts: CONTRACTS, cap, row, ...more });
}

/**
 * Users who each may have 10 of 20 contracts: those of one of eight segments score a contract alike to two decimals, or all give grades
 * of 1 to 5. An offer costs 1 to 5, and each contract may cost 4,000 where there are budgets.
 */
function tied(by: "segment" | "grade", limits: readonly LimitInput[], seed: number): Instance {
  const USERS = 50_000, CONTRACTS = 20, OPTIONS = 10, SEGMENTS = 8;
  const random = seededRandom(seed), cost: number[] = [];
  const hundredths = () => random.below(100) / 100;
  const score = Array.from({ length: SEGMENTS * CONTRACTS }, hundredths);
  const row = () => {
    const own = new Set<number>(), segment = random.below(SEGMENTS);
    while (own.size < OPTIONS) own.add(random.below(CONTRACTS));
    const contract = [...own].sort((a, b) => a - b);
    for (let i = 0; i < OPTIONS; i++) cost.push(1 + random.below(5));
    const grade = (c: number) =>
      by === "grade" ? 1 + random.below(5) : score[segment * CONTRACTS + c];
    return { contract, score: contract.map(grade) };
  };
  const free = drop({
    ...{ users: USERS, contracts: CONTRACTS, cap: 2000, row, sponsored: CONTRACTS / 2, ratio: 0.3 },
  });
  if (limits.length === 0) return free;
  const attributes = {
    ...noAttributes(),
    eligNumbers: new Map([["cost", Float64Array.from(cost)]]),
  };
  return { ...free, limits: compileLimits(free, limitFamilies(limits), attributes) };
}

/** Most that offers of a contract may cost, and most offers of each kind. */
const BUDGETS = [{ limit: "budget", per: "contract_address", counts: "cost", atMost: 4000 }];
const KINDS = [{ limit: "kind", per: "is_sponsored", atMost: 14_000 }];

/** Model coverage without weights: a flow. */
const plain: Partial<Policy> = { model: "coverage", covW: [], sponsoredBonus: 0 };
const FLOW = ["min_cost_flow"], SMALL_FLOW = [...FLOW, "milp"];
const ONE_TO_ONE = [...SMALL_FLOW, "assignment", "lapjv"];

/** What grows in the rows that growth is judged by. */
const GROWING_USERS = [20_000, 60_000, 180_000, 540_000];
const GROWING_PAIRS = [10, 20, 40, 80];
const MANY_CONTRACTS = [500, 1000, 2000, 5000, 10_000];

const SHAPES: readonly Shape[] = [
  { name: "dense 300²", make: (s) => dense(300, 300, 3, s), policy: plain, peers: SMALL_FLOW },
  { name: "dense 1,000²", make: (s) => dense(1000, 1000, 3, s), policy: plain, peers: FLOW },
  { name: "dense 2,000 × 1,500", make: (s) => dense(2000, 1500, 5, s), policy: plain, peers: FLOW },
  { name: "dense 3,000²", make: (s) => dense(3000, 3000, 3, s), policy: plain, peers: FLOW },
  {
    name: "one-to-one 1,000, 10 options",
    make: (s) => sparse(1000, 1000, 1, 10, s),
    policy: { ...plain, k: 1 },
    peers: ONE_TO_ONE,
  },
  {
    name: "one-to-one 2,000, 20 options",
    make: (s) => sparse(2000, 2000, 1, 20, s),
    policy: { ...plain, k: 1 },
    peers: ONE_TO_ONE,
  },
  {
    name: "papers and reviewers",
    make: (s) => papers(10_000, 8_000, 200, s),
    policy: { covW: [] },
    peers: FLOW,
  },
  {
    name: "dense 300², weights and types",
    make: (s) => dense(300, 300, 3, s, { sponsored: 150, groups: 5, ratio: 0.3 }),
    policy: {},
    peers: [],
  },
  {
    name: "dense 1,000², weights and types",
    make: (s) => dense(1000, 1000, 3, s, { sponsored: 500, groups: 5, ratio: 0.3 }),
    policy: {},
    peers: [],
  },
  {
    name: "one-to-one 1,000, 10 options, weights and types",
    make: (s) => sparse(1000, 1000, 1, 10, s, undefined, { sponsored: 500, groups: 5, ratio: 0.3 }),
    policy: {},
    peers: [],
  },
  {
    name: "one-to-one 2,000, 20 options, weights and types",
    make: (s) =>
      sparse(2000, 2000, 1, 20, s, undefined, { sponsored: 1000, groups: 5, ratio: 0.3 }),
    policy: {},
    peers: [],
  },
  {
    name: "tied ratings, 6,000 users",
    make: (s) =>
      sparse(6000, 300, 40, 30, s, (random) => 1 + Math.floor(9 * random.next()) / 2, {
        sponsored: 150,
        groups: 20,
        ratio: 0.3,
      }),
    policy: {},
    peers: [],
  },
  {
    name: "grades 1 to 5, 60,000 users",
    make: (s) =>
      sparse(60_000, 300, 300, 25, s, (random) => 1 + Math.floor(5 * random.next()), {
        sponsored: 100,
        groups: 12,
        ratio: 0.3,
      }),
    policy: {},
    peers: [],
  },
  ...Object.entries({
    "one score for each contract": (c: number) => (c * 37 % 101) / 101,
    "all scores equal": () => 0.5,
  }).map(([name, scoreOf]): Shape => ({
    name: `${name}, 20,000 users`,
    make: (s) => {
      const groups = { sponsored: 100, groups: 12, ratio: 0.3 };
      const instance = sparse(20_000, 300, 100, 25, s, () => 0, groups);
      return { ...instance, score: Float64Array.from(instance.contract, scoreOf) };
    },
    policy: {},
    peers: [],
  })),
  {
    name: "one score for each user, 20,000 users",
    make: (s) => {
      const groups = { sponsored: 100, groups: 12, ratio: 0.3 };
      const instance = sparse(20_000, 300, 100, 25, s, () => 0, groups),
        { start, score } = instance;
      for (let u = 0; u < 20_000; u++) score.fill((u * 37 % 1009) / 1009, start[u], start[u + 1]);
      return instance;
    },
    policy: {},
    peers: [],
  },
  ...[[500, 5], [2000, 5], [20_000, 20]].map(([users, parts]): Shape => ({
    name: `${count(users)} users in ${parts} segments`,
    make: (s) => segments(users, parts, s),
    policy: {},
    peers: [],
  })),
  {
    name: "one of a brand by a limit, 30,000 users",
    make: (s) => {
      const groups = { sponsored: 100, groups: 12, ratio: 0.3 };
      const free = sparse(30_000, 300, 150, 25, s, undefined, groups);
      const branded = {
        ...free,
        brand: Uint32Array.from(free.contracts, (_, c) => c % 20),
        brands: Array.from({ length: 20 }, (_, b) => `b${b}`),
      };
      const limits = limitFamilies([{ limit: "brand", per: "user_id+brand_id", atMost: 1 }]);
      return { ...branded, limits: compileLimits(branded, limits, noAttributes()) };
    },
    policy: {},
    peers: [],
  },
  ...(["segment", "grade"] as const).flatMap((by) =>
    Object.entries({ "no limits": [], "limits of kinds": KINDS, budgets: BUDGETS })
      .map(([name, limits]): Shape => ({
        name: `50,000 users who tie by ${by}, ${name}`,
        make: (s) => tied(by, limits, s),
        policy: {},
        peers: [],
      }))
  ),
  ...GROWING_USERS.map((users): Shape => ({
    name: `uniform, ${count(users)} users`,
    make: (seed) => generateInstance({ users, seed }),
    policy: {},
    peers: [],
  })),
  ...GROWING_PAIRS.map((pairs): Shape => ({
    name: `uniform, ${pairs} pairs each`,
    make: (seed) => generateInstance({ users: 60_000, contracts: 200, pairs, seed }),
    policy: {},
    peers: [],
  })),
  ...MANY_CONTRACTS.map((contracts): Shape => ({
    name: `uniform, ${count(contracts)} contracts`,
    make: (seed) => generateInstance({ users: 20_000, contracts, seed }),
    policy: {},
    peers: [],
  })),
  ...[false, true].map((tied): Shape => ({
    name: tied ? "film ratings in half steps" : "film ratings",
    make: (seed) => movieRatings(seed, tied),
    policy: { ...plain, k: 10 },
    peers: [],
  })),
  ...[2000, 20_000, 180_000].map((users): Shape => ({
    name: `assignment ratio, ${count(users)} users`,
    make: (seed) => generateInstance({ users, seed }),
    policy: { enforceAssignmentRatio: true },
    peers: [],
  })),
  {
    name: "200 users, 2,000 contracts, k 20, types",
    make: (s) => dense(200, 2000, 1, s, { sponsored: 1000, groups: 5, ratio: 0.3 }),
    policy: { k: 20 },
    peers: [],
  },
  {
    name: "500 users, 200 contracts, k 20, types",
    make: (s) => sparse(500, 200, 45, 100, s, undefined, { sponsored: 100, groups: 4, ratio: 0.2 }),
    policy: { k: 20 },
    peers: [],
  },
  {
    name: "15,000 users, 300 contracts, low weights",
    make: (s) =>
      sparse(15_000, 300, 100, 25, s, (random) => random.next(), {
        sponsored: 150,
        groups: 20,
        ratio: 0.2,
      }),
    policy: { covW: [0.5, 0.3, 0.1] },
    peers: [],
  },
];

/** How processor time grows along one measure, the others as they are: by the rows named, of which three must have run. */
const GROWTH = [
  {
    what: "users",
    of: (run: Run) => run.users,
    shapes: GROWING_USERS.map((users) => `uniform, ${count(users)} users`),
  },
  {
    what: "pairs of a user",
    of: (run: Run) => run.pairs / run.users,
    shapes: GROWING_PAIRS.map((pairs) => `uniform, ${pairs} pairs each`),
  },
  {
    what: "contracts",
    of: (run: Run) => run.contracts,
    shapes: MANY_CONTRACTS.map((contracts) => `uniform, ${count(contracts)} contracts`),
  },
];

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string", default: "" },
    seeds: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    timeout: { type: "string", default: "60" },
    /** No row starts that would end later, as far as its last seed tells. */
    minutes: { type: "string", default: "12" },
    python: { type: "string", default: "" },
    /** For the runs' own processes: which shape, and the seed. */
    one: { type: "string" },
    seed: { type: "string", default: "1" },
    /** For the runs' own processes: where to put the drop for the peers. */
    dump: { type: "string", default: "" },
  },
});

if (args.one !== undefined) await runOne(SHAPES[Number(args.one)]);
else await runAll();

/** Runs one shape in this process and prints what it tells as JSON. */
async function runOne(shape: Shape): Promise<void> {
  const instance = shape.make(Number(args.seed));
  const policy = { ...defaultPolicy, ...shape.policy };
  const begun = performance.now(), before = process.cpuUsage();
  const found = await solveOptimal(instance, policy, {
    workers: Number(args.workers),
    timeout: Number(args.timeout),
  });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  const certificate = certificateOf(instance, found);
  const report = checkAssignments(instance, tableOf(rowsOf(instance, found)), policy, {
    certificate,
  });
  const problems = report.certificate!.problems;
  if (!report.feasible || problems.length > 0) throw new Error(JSON.stringify(report, null, 2));
  if (args.dump !== "") await dump(args.dump, instance, policy);
  const run: Run = {
    users: userCount(instance),
    contracts: instance.cap.length,
    pairs: pairCount(instance),
    seconds,
    cpu: (user + system) / 1e6,
    gap: found.gap!,
    objective: report.objective,
    timedOut: found.timedOut,
  };
  console.log(JSON.stringify(run));
  // Workers that idle must not keep the process.
  Deno.exit(0);
}

/** Writes the drop's columns for the peers. */
async function dump(dir: string, instance: Instance, policy: Policy): Promise<void> {
  const bytes = (array: Uint32Array | Float64Array) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  await Deno.writeFile(`${dir}/start.u32`, bytes(instance.start));
  await Deno.writeFile(`${dir}/contract.u32`, bytes(Uint32Array.from(instance.contract)));
  await Deno.writeFile(`${dir}/score.f64`, bytes(instance.score));
  await Deno.writeFile(`${dir}/cap.f64`, bytes(instance.cap));
  await Deno.writeTextFile(`${dir}/drop.json`, JSON.stringify({ k: policy.k }));
}

/** A row's runs so far. */
interface Row {
  readonly shape: Shape;
  readonly runs: Run[];
  readonly beside: Map<string, PeerRun[]>;
  /** What its last seed took, in milliseconds, peers and checks included. */
  took: number;
}

/** One seed of all rows after the other, so that every row has a run however soon time is over; the table comes at the end. */
async function runAll(): Promise<void> {
  const end = performance.now() + 60_000 * Number(args.minutes);
  const rows = SHAPES.filter(({ name }) => name.includes(args.only))
    .map((shape): Row => ({ shape, runs: [], beside: new Map(), took: 0 }));
  for (let seed = 1; seed <= Number(args.seeds); seed++) {
    for (const row of rows) {
      if (performance.now() + row.took > end) continue;
      const begun = performance.now();
      await runSeed(row, seed);
      row.took = performance.now() - begun;
      const seconds = (row.took / 1000).toFixed(0);
      console.error(`${row.shape.name}, seed ${seed}: ${seconds} s with drop, check and peers`);
    }
  }
  print(rows.filter(({ runs }) => runs.length > 0));
  const left = rows.filter(({ runs }) => runs.length === 0).map(({ shape }) => shape.name);
  if (left.length > 0) {
    console.log(`\nNot run, for want of time or as they failed: ${left.join("; ")}`);
  }
}

/** Runs a row's shape, and the peers on the same drop. */
async function runSeed({ shape, runs, beside }: Row, seed: number): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "divvy-shapes-" });
  try {
    const run = await spawnOrSay<Run>(`${shape.name}, seed ${seed}`, Deno.execPath(), [
      "run",
      "--allow-all",
      import.meta.filename!,
      "--one",
      String(SHAPES.indexOf(shape)),
      "--seed",
      String(seed),
      "--workers",
      args.workers,
      "--timeout",
      args.timeout,
      ...(args.python === "" ? [] : ["--dump", dir]),
    ]);
    if (run === null) return;
    runs.push(run);
    for (const peer of args.python === "" ? [] : shape.peers) {
      const script = `${import.meta.dirname}/peers/flow.py`;
      const what = `${shape.name}, seed ${seed}, ${peer}`;
      const other = await spawnOrSay<PeerRun>(what, args.python, [
        script,
        "--dir",
        dir,
        "--peer",
        peer,
      ]);
      if (other === null) continue;
      if (!beside.has(peer)) beside.set(peer, []);
      beside.get(peer)!.push(other);
      sayIfWorse(shape.name, seed, peer, run, other);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function print(rows: readonly Row[]): void {
  console.log(
    "| drop | users | contracts | pairs | seeds | proven gap | seconds | CPU seconds | beside it |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
  const medians = new Map<string, Run>();
  for (const { shape, runs, beside } of rows) {
    console.log(rowText(shape.name, runs, beside));
    const cpu = median(runs.map((run) => run.cpu));
    medians.set(shape.name, { ...runs[0], cpu });
  }
  for (const { what, of, shapes } of GROWTH) {
    const points = shapes.flatMap((name) => medians.get(name) ?? []);
    if (points.length < 3) continue;
    const slope = logSlope(points.map((run) => [of(run), run.cpu]));
    console.log(`\nCPU seconds grow as ${what}^${slope.toFixed(2)}: ${shapes.join("; ")}`);
  }
}

/** One line of the table: medians of times, the largest gap. */
function rowText(name: string, runs: Run[], beside: Map<string, PeerRun[]>): string {
  const seconds = median(runs.map((run) => run.seconds));
  const gap = Math.max(...runs.map((run) => run.gap));
  const late = runs.some((run) => run.timedOut) ? " (out of time)" : "";
  const peers = [...beside].map(([peer, own]) => {
    const solving = median(own.map((run) => run.seconds)).toFixed(2);
    return `${peer} ${solving} s and ${median(own.map((run) => run.build)).toFixed(2)} s to build`;
  });
  return `| ${name} | ${count(runs[0].users)} | ${count(runs[0].contracts)} | ` +
    `${count(runs[0].pairs)} | ${runs.length} | ${gap === 0 ? "0" : gap.toExponential(1)} | ` +
    `${seconds.toFixed(2)}${late} | ${median(runs.map((run) => run.cpu)).toFixed(2)} | ` +
    `${peers.join("; ")} |`;
}

/** An exact peer that found more than we did, or less, is news. */
function sayIfWorse(name: string, seed: number, peer: string, run: Run, other: PeerRun): void {
  if (other.objective === null) return;
  const difference = other.objective - run.objective;
  if (Math.abs(difference) > 1e-9 * Math.abs(run.objective)) {
    console.error(`${name}, seed ${seed}: ${peer} found ${difference.toPrecision(3)} more`);
  }
}

/** What a process tells; null if it failed, which is said: the other rows go on without it. */
async function spawnOrSay<T>(what: string, command: string, args: string[]): Promise<T | null> {
  const { stdout, success, stderr } = await new Deno.Command(command, { args }).output();
  if (success) return JSON.parse(new TextDecoder().decode(stdout));
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  console.error(`${what} failed: ${lines.find((line) => /error/i.test(line)) ?? lines.at(-1)}`);
  return null;
}
