import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { allocateInSpark, type SparkInput } from "../../../lib/engine/spark/open_drop.ts";
import { DRIVER_SCRIPT } from "../../../lib/engine/spark/driver_script.ts";
import { divvy } from "../../support/cli.ts";
import { ALL_TESTS } from "../../support/effort.ts";
import { writeFiles } from "../../support/engine_files.ts";
import { compareWithLocal, judgeRows } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { pythonWith, rowsOf, SMALL_SPARK } from "../../support/spark.ts";
import { namesIn, withFolder } from "../../support/temp_folder.ts";

Deno.test("Spark: the module carries the driver as it stands", async () => {
  const driver = new URL("../../../lib/engine/spark/driver.py", import.meta.url);
  assertEquals(DRIVER_SCRIPT, await Deno.readTextFile(driver), "run deno task embed:spark");
});

Deno.test("Spark: no Python, or one without PySpark, is said in a line", () =>
  withFolder(async (folder) => {
    const input = await inputOf(folder, { python: "no-such-python" });
    await assertRejects(() => allocateInSpark(input), InputError, "there is no no-such-python");
    const empty = `${folder}/empty-python`;
    await Deno.writeTextFile(
      empty,
      "#!/bin/sh\necho 'ModuleNotFoundError: No module named pyspark' >&2\nexit 1\n",
    );
    await Deno.chmod(empty, 0o755);
    const { message } = await assertRejects(
      () => allocateInSpark({ ...input, python: empty }),
      InputError,
    );
    assertEquals(
      message,
      "Spark ended: ModuleNotFoundError: No module named pyspark " +
        "(pip install pyspark, or name a Python that has it)",
    );
  }));

Deno.test("Spark: the command of docs/scale.md shows its statements", () =>
  withFolder(async (cwd) => {
    const page = await Deno.readTextFile(new URL("../../../docs/scale.md", import.meta.url));
    const block = /```sh\n(deno run [^`]*--engine spark[^`]*)```/.exec(page)!;
    const words = block[1].replaceAll("\\\n", " ").replaceAll('"', "").trim().split(/\s+/);
    const args = words.slice(words.indexOf("cli.ts") + 1);
    await divvy(["generate", "--dir", ".", "--users", "50", "--format", "parquet", "-q"], { cwd });
    const { code, stdout, stderr } = await divvy([...args, "--dry-run"], { cwd });
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /LATERAL VIEW inline/);
  }));

const python = pythonWith("pyspark");

/** Minima, a maximum and an assignment ratio; the other engines' tests run every policy in the same statements. */
const policy = { ...defaultPolicy, enforceAssignmentRatio: true, maxSponsoredRatio: 0.6 };
const instance = randomInstance({
  seed: 44,
  users: 100,
  contracts: 16,
  groups: 4,
  brands: 5,
  capShare: 0.25,
  density: 0.4,
  ratios: [0, 0.1, 0.3, 0.5],
});

async function inputOf(folder: string, change: Partial<SparkInput> = {}): Promise<SparkInput> {
  const files = await writeFiles(instance, folder);
  return {
    ...files,
    out: `${folder}/assignments.csv`,
    policy,
    python: python ?? "python3",
    master: "local[2]",
    configuration: SMALL_SPARK,
    ...change,
  };
}

/** A whole run, after one whose driver was killed if it `resumes`. */
async function wholeRun(folder: string, resumes: boolean): Promise<void> {
  const input = await inputOf(folder);
  await Deno.mkdir(input.out);
  await Deno.writeTextFile(`${input.out}/old.csv`, "the old result\n");
  const stateFile = `${folder}/state.json`;
  const options = { sampleUsers: 50, togetherUsers: 100, passes: 2, gap: 1e-4, stateFile };
  if (resumes) {
    // Python's process id is the driver's: with it Spark goes down.
    const { message } = await assertRejects(() =>
      allocateInSpark(input, {
        ...options,
        onProgress: ({ phase }) => phase === "prices of all users" && killChildren(),
      })
    );
    assertMatch(message, /^Spark ended/);
    assertEquals(await Deno.readTextFile(`${input.out}/old.csv`), "the old result\n");
  }
  const phases: string[] = [];
  const result = await allocateInSpark(input, {
    ...options,
    onProgress: ({ phase }) => phases.push(phase),
  });
  // What a killed run has gathered isn't gathered again.
  assertEquals(phases.includes("gather users"), !resumes);
  assertEquals(result.broken, []);
  judgeRows(instance, policy, await rowsOf(input.out), result);
  const local = await compareWithLocal(instance, policy, result);
  assertEquals(result.shortfall, local.shortfall);
  const missed = (local.objective - result.objective) / local.score;
  assert(missed < 0.005, `${missed} below the local result`);
  assertEquals(namesIn(folder), ["assignments.csv", "elig.csv", "user_groups.csv"]);
}

// A usual run has one of the two: Spark starts slowly, and the other engines' runs are killed in all of them.
Deno.test({
  name: "Spark: rules are kept, and the optimum is near",
  ignore: python === null || ALL_TESTS,
  fn: () => withFolder((folder) => wholeRun(folder, false)),
});

Deno.test({
  name: "Spark: rules are kept, the optimum is near, and a run whose driver was killed goes on",
  ignore: python === null || !ALL_TESTS,
  fn: () => withFolder((folder) => wholeRun(folder, true)),
});

/** Kills the Spark driver that this process started. */
function killChildren(): void {
  const own = new Deno.Command("pkill", {
    args: ["-KILL", "-P", `${Deno.pid}`, "-f", "import SparkSession"],
  });
  own.outputSync();
}
