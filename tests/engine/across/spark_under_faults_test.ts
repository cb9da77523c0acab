/** Spark under the faults that every engine is put to. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { allocateInSpark, type SparkInput } from "../../../lib/engine/spark/open_drop.ts";
import { ALL_TESTS } from "../../support/effort.ts";
import { tablesOf } from "../../support/engine_drop.ts";
import {
  engineFaults,
  type EngineUnderTest,
  faultyDrop,
  faultyPolicy,
  pairRows,
  PHASES,
} from "../../support/engine_faults.ts";
import { judgeRows } from "../../support/engine_judge.ts";
import {
  DENO,
  engineFolder,
  programOf,
  putFiles,
  withShortFiles,
} from "../../support/engine_folder.ts";
import { pythonWith, rowsOf, SMALL_SPARK } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";

const python = pythonWith("pyspark");
const RUN = {
  module: new URL("../../../lib/engine/spark/open_drop.ts", import.meta.url),
  name: "allocateInSpark",
};

function inputIn(folder: string, instance: Instance, change: Partial<SparkInput> = {}): SparkInput {
  return {
    ...engineFolder(folder),
    ...tablesOf(instance),
    out: `${folder}/assignments.csv`,
    policy: faultyPolicy,
    python: python ?? "python3",
    master: "local[2]",
    configuration: SMALL_SPARK,
    ...change,
  };
}

function leftIn(folder: string): string[] {
  const known = new Set(["assignments.csv", "elig.parquet", "user_groups.csv"]);
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !known.has(name));
}

/** Process ids below one of this process, by a part of their command. */
async function below(parent: number, part: string): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,ppid=,args="] }).output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!;
    return { pid: Number(pid), ppid: Number(ppid), args };
  });
  const tree = new Set([parent]);
  // Children may stand before their parents.
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, ppid } of rows) if (tree.has(ppid)) tree.add(pid);
  }
  return rows.filter(({ pid, args }) => pid !== parent && tree.has(pid) && args.includes(part))
    .map(({ pid }) => pid);
}

function sparkIn(folder: string): EngineUnderTest {
  const out = `${folder}/assignments.csv`;
  return {
    stateFile: `${folder}/state.json`,
    put: (instance, pairs, scores) => putFiles(engineFolder(folder), instance, pairs, scores),
    allocate: (instance, options) => allocateInSpark(inputIn(folder, instance), options),
    async killedIn(instance, phase, options) {
      let killed: Promise<void> | null = null;
      const kill = async () => {
        // The driver, with which Spark goes down.
        for (const pid of await below(Deno.pid, "import SparkSession")) Deno.kill(pid, "SIGKILL");
      };
      await assertRejects(() =>
        allocateInSpark(inputIn(folder, instance), {
          ...options,
          onProgress: (progress) => {
            if (progress.phase === phase) killed ??= kill();
          },
        })
      );
      assert(killed !== null, `${phase} was never reported`);
      await killed;
    },
    rows: () => rowsOf(out),
    async putOld() {
      await Deno.mkdir(out);
      await Deno.writeTextFile(`${out}/old.csv`, "user_id,contract_address,score\nold,one,1\n");
    },
    left: () => Promise.resolve(leftIn(folder)),
    onFullDisk: (instance) =>
      withShortFiles(1, DENO, programOf(RUN, inputIn(folder, instance), "{}")),
  };
}

Deno.test({
  name: "Spark under all faults",
  // Each run starts a Spark of its own, some thirty in all.
  ignore: python === null || !ALL_TESTS,
  fn: (t) =>
    withFolder((folder) =>
      engineFaults(t, sparkIn(folder), {
        stopped: PHASES,
        killed: PHASES,
        isExclusive: false,
      })
    ),
});

Deno.test({
  name:
    "Spark: an executor that is killed is replaced, and the result is whole, started by spark-submit",
  ignore: python === null || !ALL_TESTS,
  fn: () =>
    withFolder(async (folder) => {
      await putFiles(engineFolder(folder), faultyDrop, pairRows(faultyDrop), "double");
      let killed: Promise<number> | null = null;
      const kill = async () => {
        const executors = await below(Deno.pid, "CoarseGrainedExecutorBackend");
        for (const pid of executors.slice(0, 1)) Deno.kill(pid, "SIGKILL");
        return executors.length;
      };
      const result = await allocateInSpark(
        inputIn(folder, faultyDrop, {
          master: "local-cluster[1,1,1024]",
          sparkSubmit: python!.replace(/python$/, "spark-submit"),
        }),
        {
          sampleUsers: 100,
          passes: 2,
          gap: 1e-3,
          onProgress: ({ phase }) => {
            if (phase === "prices of all users") killed ??= kill();
          },
        },
      );
      assert(killed !== null && await killed > 0, "there was no executor");
      assertEquals(result.broken, []);
      judgeRows(faultyDrop, faultyPolicy, await rowsOf(`${folder}/assignments.csv`), result);
      assertEquals(leftIn(folder), []);
    }),
});
