/** What runs in DuckDB leave and find beside their result: a work folder, and a state that they go on from. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { readRows, writeFiles } from "../../support/engine_files.ts";
import { DENO, programOf, runProgram } from "../../support/engine_folder.ts";
import { judgeRows } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { namesIn, withFolder } from "../../support/temp_folder.ts";

const policy = defaultPolicy;
const instance = randomInstance({
  seed: 41,
  users: 300,
  contracts: 12,
  groups: 5,
  ratios: [0.2, 0.5],
  capShare: 0.4,
});

/** A run that is aborted as a phase begins. */
async function aborted(
  input: Parameters<typeof allocateInDuckDb>[0],
  phase: string,
  stateFile?: string,
) {
  const controller = new AbortController();
  await assertRejects(() =>
    allocateInDuckDb(input, {
      stateFile,
      signal: controller.signal,
      sampleUsers: 100,
      onProgress: (progress) => progress.phase === phase && controller.abort(),
    })
  );
}

/** What runs in a process of its own. */
const RUN = {
  module: new URL("../../../lib/engine/duckdb/open_drop.ts", import.meta.url),
  name: "allocateInDuckDb",
};

Deno.test("DuckDB: what is refused before a run begins leaves nothing, and the database is closed", () =>
  withFolder(async (folder) => {
    const input = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
    const stateFile = `${folder}/state.json`, before = namesIn(folder);
    const withoutRatios = { ...input, groupRatios: { groups: [], ratio: new Float64Array(0) } };
    await assertRejects(() => allocateInDuckDb(withoutRatios), InputError, "no sponsorship_ratio");
    assertEquals(namesIn(folder), before);
    await Deno.writeTextFile(stateFile, "no state");
    await assertRejects(() => allocateInDuckDb(input, { stateFile }), InputError, "not valid JSON");
    await Deno.remove(stateFile);
    const result = await allocateInDuckDb(input, { stateFile });
    judgeRows(instance, policy, await readRows(input.out), result);
  }));

Deno.test("DuckDB: a run goes on from its state, where the files are as they were", async (t) => {
  for (
    const [phase, changed] of [["prices of all users", false], ["certify", false], [
      "certify",
      true,
    ]] as const
  ) {
    await t.step(`${phase}${changed ? ", files changed" : ""}`, () =>
      withFolder(async (folder) => {
        const input = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
        const stateFile = `${folder}/state.json`;
        await aborted(input, phase, stateFile);
        const after = changed ? { ...instance, score: instance.score.map((s) => 1 - s) } : instance;
        if (changed) await writeFiles(after, folder);
        const notes: string[] = [], phases: string[] = [];
        const result = await allocateInDuckDb(input, {
          stateFile,
          sampleUsers: 100,
          onNote: (text: string) => notes.push(text),
          onProgress: ({ phase }) => phases.push(phase),
        });
        assertEquals(
          notes.some((note) => /tables have changed.*starting anew/.test(note)),
          changed,
        );
        assertEquals(phases.includes("gather users"), changed);
        judgeRows(after, policy, await readRows(input.out), result);
        assertEquals(namesIn(folder), ["assignments.csv", "elig.csv", "user_groups.csv"]);
      }));
  }
});

Deno.test("DuckDB: a run goes on from its state where pairs come again with other scores", () =>
  withFolder(async (folder) => {
    const input = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
    const stateFile = `${folder}/state.json`, text = await Deno.readTextFile(input.elig);
    const again = text.trimEnd().split("\n").slice(1, 40).map((row) =>
      row.replace(/[^,]*$/, (score) => `${Number(score) - 1}`)
    );
    await Deno.writeTextFile(input.elig, `${text}${again.join("\n")}\n`);
    await aborted(input, "certify", stateFile);
    const result = await allocateInDuckDb(input, { stateFile, sampleUsers: 100 });
    assertEquals(result.tally.conflicts, again.length);
    judgeRows(instance, policy, await readRows(input.out), result);
  }));

Deno.test("DuckDB: of two runs from one state the second is refused", () =>
  withFolder(async (folder) => {
    const input = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
    const stateFile = `${folder}/state.json`;
    await aborted(input, "certify", stateFile);
    // As another run has it open.
    const place = await Deno.realPath(folder);
    const held = await DuckDbStore.open(`${place}/.assignments.csv.divvy-work/run.duckdb`, {
      memory: "500MB",
      threads: 1,
      spill: folder,
    });
    const before = namesIn(folder);
    const { message } = await assertRejects(
      () => allocateInDuckDb(input, { stateFile }),
      InputError,
    );
    const elsewhere = programOf(RUN, input, `{ stateFile: "${stateFile}" }`);
    const { said: byOther } = await runProgram(DENO, elsewhere);
    for (const said of [message, byOther]) assertMatch(said, /another run has it open/);
    assertEquals(namesIn(folder), before);
    held.close();
    const result = await allocateInDuckDb(input, { stateFile });
    judgeRows(instance, policy, await readRows(input.out), result);
  }));
