/**
 * One suite of faults for every engine: whatever fails, and whenever, readers find the old result or the whole new one, and
 * nothing of the run is left behind. An engine says how its tables are put and read; the suite says what must hold.
 */
import { defaultPolicy } from "../../lib/allocator/model/policy.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../lib/deps/std_assert.ts";
import type { EngineOptions, EngineResult } from "../../lib/engine/run/allocate_in_engine.ts";
import { ALL_TESTS } from "./effort.ts";
import { judgeRows } from "./engine_judge.ts";
import { randomInstance } from "./random_instance.ts";

/** A pair as a table has it; null: NULL. */
export type PairRow = readonly [user: string | null, contract: string | null, score: string | null];

/** What the column of scores is. */
export type ScoreType = "double" | "float" | "text";

/** An engine, and a place of its own where it has the tables of one drop. */
export interface EngineUnderTest {
  /** Puts the pairs and everybody's group in place of the previous ones. */
  put(instance: Instance, pairs: readonly PairRow[], scores: ScoreType): Promise<void>;
  /** A run. */
  allocate(instance: Instance, options: EngineOptions): Promise<EngineResult>;
  /** Kills what does the work (the process, the server, the driver) as a phase begins, and waits until it is gone. */
  killedIn(instance: Instance, phase: string, options: EngineOptions): Promise<void>;
  /** Rows of the result: user, contract, score; of the old one whatever it has. */
  rows(): Promise<string[][]>;
  /** Puts an old result in place, another one than that of the drop. */
  putOld(): Promise<void>;
  /** What is there beside the inputs and the result. */
  left(): Promise<string[]>;
  /** A run, in a process of its own, that may write no long files; absent: its disk is a server's. */
  onFullDisk?(instance: Instance): Promise<{ code: number; said: string }>;
  /** A fresh path for a state file. */
  readonly stateFile: string;
}

/** Kinds of faults. */
export type FaultKind = "inputs" | "disk" | "stale state" | "two runs" | "scores";
const KINDS: readonly FaultKind[] = ["inputs", "disk", "stale state", "two runs", "scores"];

/** What of the suite an engine is asked, where each run of it takes long. */
export interface FaultChoice {
  /** Phases that it is stopped in. */
  readonly stopped: readonly string[];
  /** Phases that it is killed in, one after the other, each run going on from the one before. */
  readonly killed: readonly string[];
  /** Whether two runs at once must be one refused: where the place of a run is shared. */
  readonly isExclusive: boolean;
  /** Kinds of faults beside those. @default all */
  readonly kinds?: readonly FaultKind[];
}

/** Phases of every run, in order. */
export const PHASES = [
  "inspect pairs",
  "gather users",
  "prices of all users",
  "assign",
  "repair",
  "write assignments",
  "certify",
  "publish",
] as const;

/** Phases that an engine is stopped and killed in: in a usual run every other one, from the first or second on, and the last. */
export function phasesTried(from: 0 | 1): readonly string[] {
  return PHASES.filter((phase, i) => ALL_TESTS || i % 2 === from || phase === "publish");
}

/** Scores with many digits, so that narrow types cut them. */
export const faultyDrop: Instance = randomInstance({
  seed: 61,
  users: 200,
  contracts: 12,
  groups: 4,
  ratios: [0.2, 0.5],
  capShare: 0.4,
  scoreStep: 1 / 999_983,
});
/** Rules of the runs. */
export const faultyPolicy = { ...defaultPolicy, k: 2 };

/** Rows of an instance. */
export function pairRows({ users, contracts, start, contract, score }: Instance): PairRow[] {
  return users.toArray().flatMap((id, u) =>
    Array.from({ length: start[u + 1] - start[u] }, (_, i): PairRow => {
      const p = start[u] + i;
      return [id, contracts[contract[p]], `${score[p]}`];
    })
  );
}

/** Runs stay small: a few passes, and users decided together. */
const QUICK: EngineOptions = { sampleUsers: 100, passes: 3, gap: 1e-3 };

/** An engine with an old result and a good drop, and what must hold of it. */
class Bench {
  readonly instance: Instance = faultyDrop;
  readonly good: readonly PairRow[] = pairRows(faultyDrop);
  #old: string[][] = [];

  constructor(readonly t: Deno.TestContext, readonly engine: EngineUnderTest) {}

  /** Puts an old result and a good drop. */
  async begin(): Promise<void> {
    await this.engine.putOld();
    await this.putGood();
    this.#old = await this.engine.rows();
  }

  putGood(): Promise<void> {
    return this.engine.put(this.instance, this.good, "double");
  }

  /** The old result is there, as it was. */
  async isOld(when: string): Promise<void> {
    assertEquals(await this.engine.rows(), this.#old, when);
  }

  /** {@link isOld}, and nothing else is there. */
  async isAsBefore(when: string): Promise<void> {
    await this.isOld(when);
    assertEquals(await this.engine.left(), [], when);
  }

  /** The result is that of a run, whole and right, and nothing else is there. */
  async judge(instance: Instance, result: EngineResult): Promise<void> {
    assertEquals(result.broken, []);
    judgeRows(instance, faultyPolicy, await this.engine.rows(), result);
    assertEquals(await this.engine.left(), []);
  }
}

/** Runs the suite, or what of it is chosen. */
export async function engineFaults(
  t: Deno.TestContext,
  engine: EngineUnderTest,
  { stopped, killed, isExclusive, kinds = KINDS }: FaultChoice,
): Promise<void> {
  const bench = new Bench(t, engine);
  await bench.begin();
  for (const phase of stopped) {
    await t.step(`stopped in: ${phase}`, () => stoppedIn(bench, phase));
  }
  if (kinds.includes("inputs")) await refusals(bench);
  await t.step({
    name: "a full disk is a line, and the old result stays",
    ignore: !kinds.includes("disk") || engine.onFullDisk === undefined,
    fn: () => fullDisk(bench),
  });
  await t.step({
    name: `killed, and gone on from: ${killed.join(", ")}`,
    ignore: killed.length === 0,
    fn: () => killedAgain(bench, killed),
  });
  await t.step({
    name: "a stale state: tables have changed since, and the run starts anew",
    ignore: !kinds.includes("stale state"),
    fn: () => stale(bench),
  });
  await t.step({
    name: "two runs at once: one is refused, or both end, and the result is whole",
    ignore: !kinds.includes("two runs"),
    fn: () => twoRuns(bench, isExclusive),
  });
  if (kinds.includes("scores")) {
    await t.step("Float32 scores count as their shortest decimals", () => narrow(bench));
    await t.step(
      "of repeated pairs the largest score counts, or they are refused",
      () => repeated(bench),
    );
  }
}

async function stoppedIn(bench: Bench, phase: string): Promise<void> {
  const controller = new AbortController();
  let begun = false;
  await assertRejects(() =>
    bench.engine.allocate(bench.instance, {
      ...QUICK,
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase !== phase) return;
        begun = true;
        controller.abort();
      },
    })
  );
  assert(begun, `${phase} was never reported`);
  await bench.isAsBefore(phase);
}

async function fullDisk(bench: Bench): Promise<void> {
  await bench.putGood();
  const { code, said } = await bench.engine.onFullDisk!(bench.instance);
  assert(code !== 0, "it went well: the disk was not full");
  const lines = said.trim().split("\n");
  // The last is Spark's: it can't even unpack the native code that it reads Parquet with.
  assertMatch(lines.at(-1)!, /space|too large|disk|write|size|file|UnsatisfiedLinkError/i);
  await bench.isAsBefore("full disk");
}

/** Each run is killed in its phase, and the next one goes on; the last comes to its end. */
async function killedAgain(bench: Bench, killed: readonly string[]): Promise<void> {
  const { engine, instance } = bench, options = { ...QUICK, stateFile: engine.stateFile };
  await bench.putGood();
  for (const phase of killed) {
    await engine.killedIn(instance, phase, options);
    await bench.isOld(phase);
  }
  const phases: string[] = [];
  const result = await engine.allocate(instance, {
    ...options,
    onProgress: ({ phase }) => phases.push(phase),
  });
  const isGathered = killed.some((phase) => !["inspect pairs", "gather users"].includes(phase));
  assertEquals(phases.includes("gather users"), !isGathered);
  await bench.judge(instance, result);
  await assertRejects(() => Deno.stat(engine.stateFile), Deno.errors.NotFound);
}

/** A run is stopped, its tables change, and the same command is given again. */
async function stale(bench: Bench): Promise<void> {
  const { engine, instance } = bench, options = { ...QUICK, stateFile: engine.stateFile };
  await bench.putGood();
  const controller = new AbortController();
  await assertRejects(() =>
    engine.allocate(instance, {
      ...options,
      signal: controller.signal,
      onProgress: ({ phase }) => phase === "assign" && controller.abort(),
    })
  );
  // The same rows with other scores, which a run on the old tables would get wrong.
  const drop = { ...instance, score: instance.score.map((s) => Number((1 - s).toFixed(6))) };
  await engine.put(drop, pairRows(drop), "double");
  const phases: string[] = [], notes: string[] = [];
  const result = await engine.allocate(drop, {
    ...options,
    onProgress: ({ phase }) => phases.push(phase),
    onNote: (note) => notes.push(note),
  });
  assertMatch(notes.join("\n"), /tables have changed since .* starting anew/);
  assert(phases.includes("gather users"), "it went on with the old users");
  await bench.judge(drop, result);
  await bench.putGood();
}

async function twoRuns(bench: Bench, isExclusive: boolean): Promise<void> {
  const { engine, instance } = bench;
  const runs = await Promise.allSettled([1, 2].map(() => engine.allocate(instance, QUICK)));
  const ended = runs.filter((run) => run.status === "fulfilled").map(({ value }) => value);
  const refused = runs.filter((run) => run.status === "rejected").map(({ reason }) => reason);
  assert(ended.length > 0, `${refused[0]}`);
  for (const { message } of refused) assertMatch(message, /another run/);
  assert(!isExclusive || refused.length === 1, "both went on");
  await bench.judge(instance, ended.at(-1)!);
}

async function narrow(bench: Bench): Promise<void> {
  const { engine, instance } = bench;
  const score = instance.score.map((s) => shortestOf(Math.fround(s)));
  assert(score.some((s, p) => s !== instance.score[p]), "the type cuts digits");
  const drop = { ...instance, score };
  await engine.put(drop, pairRows(drop), "float");
  await bench.judge(drop, await engine.allocate(drop, QUICK));
}

async function repeated(bench: Bench): Promise<void> {
  const { engine, instance, good } = bench;
  const again = good.flatMap((row, i): PairRow[] => {
    const [user, contract, score] = row;
    return i % 4 === 0 ? [[user, contract, `${Number(score) / 2}`], row] : [row];
  });
  await engine.put(instance, again, "double");
  const result = await engine.allocate(instance, QUICK);
  await bench.judge(instance, result);
  assertEquals(result.gathered.duplicates, again.length - good.length);
  const { message } = await assertRejects(
    () => engine.allocate(instance, { ...QUICK, duplicates: "error" }),
    Error,
  );
  assertMatch(message, /comes? again, expected each once/);
  assertEquals(await engine.left(), []);
}

/** The shortest decimal that is a Float32. */
function shortestOf(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Inputs and states that can't be used: a line each, and nothing has changed. */
async function refusals(bench: Bench): Promise<void> {
  const { t, engine, instance, good } = bench;
  const [[user, contract]] = good;
  const cases: [what: string, row: PairRow, scores: ScoreType, expected: RegExp][] = [
    ["a score that is no number", [user, contract, "high"], "text", /score.*finite number/],
    ["a score that is NULL", [user, contract, null], "double", /score.*(finite number|NULL)/],
    ["a user that is NULL", [null, contract, "0.5"], "double", /user_id.*(expected an id|NULL)/],
    [
      "a contract that is NULL",
      [user, null, "0.5"],
      "double",
      /contract_address.*(expected an id|NULL)/,
    ],
  ];
  for (const [what, row, scores, expected] of cases) {
    await t.step(`refused in a line: ${what}`, async () => {
      await engine.put(instance, [...good, row], scores);
      const { message } = await assertRejects(() => engine.allocate(instance, QUICK), Error);
      assertMatch(message, expected);
      assert(!message.trim().includes("\n"), message);
      await bench.isAsBefore(what);
    });
  }
  await t.step("refused in a line: a state that is none", async () => {
    await bench.putGood();
    await Deno.writeTextFile(engine.stateFile, "[]");
    const { message } = await assertRejects(
      () => engine.allocate(instance, { ...QUICK, stateFile: engine.stateFile }),
      Error,
    );
    assertMatch(message, /no state of an engine run/);
    await Deno.remove(engine.stateFile);
    await bench.isAsBefore("a state that is none");
  });
}
