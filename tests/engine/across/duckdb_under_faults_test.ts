/** DuckDB under the faults that every engine is put to. */
import { allocateInDuckDb, type DuckDbInput } from "../../../lib/engine/duckdb/open_drop.ts";
import type { EngineOptions } from "../../../lib/engine/run/allocate_in_engine.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { tablesOf } from "../../support/engine_drop.ts";
import {
  engineFaults,
  type EngineUnderTest,
  faultyPolicy,
  phasesTried,
} from "../../support/engine_faults.ts";
import { readRows } from "../../support/engine_files.ts";
import {
  DENO,
  engineFolder,
  programOf,
  putFiles,
  runProgram,
  withShortFiles,
} from "../../support/engine_folder.ts";
import { withFolder } from "../../support/temp_folder.ts";

const RUN = {
  module: new URL("../../../lib/engine/duckdb/open_drop.ts", import.meta.url),
  name: "allocateInDuckDb",
};

function duckDbIn(folder: string): EngineUnderTest {
  const files = engineFolder(folder), out = `${folder}/assignments.csv`;
  const known = new Set(["assignments.csv", "elig.parquet", "user_groups.csv"]);
  const inputOf = (instance: Instance): DuckDbInput => ({
    ...files,
    ...tablesOf(instance),
    out,
    policy: faultyPolicy,
    memory: "300MB",
    threads: 1,
  });
  return {
    stateFile: `${folder}/state.json`,
    put: (instance, pairs, scores) => putFiles(files, instance, pairs, scores),
    allocate: (instance, options) => allocateInDuckDb(inputOf(instance), options),
    async killedIn(instance, phase, { onProgress: _, signal: __, ...options }: EngineOptions) {
      const json = JSON.stringify(options).slice(1, -1);
      // The program kills itself, so that it is stopped where it says.
      const ends = `({ phase }) => phase === "${phase}" && Deno.kill(Deno.pid, "SIGKILL")`;
      const program = programOf(RUN, inputOf(instance), `{ ${json}, onProgress: ${ends} }`);
      const { code } = await runProgram(DENO, program);
      assertEquals(code, 137, phase);
    },
    rows: () => readRows(out),
    putOld: () => Deno.writeTextFile(out, "user_id,contract_address,score\nold,one,1\n"),
    left: () =>
      Promise.resolve(
        [...Deno.readDirSync(folder)].map(({ name }) => name)
          .filter((name) => !known.has(name)),
      ),
    onFullDisk: (instance) => withShortFiles(64, DENO, programOf(RUN, inputOf(instance), "{}")),
  };
}

Deno.test("DuckDB under all faults", (t) =>
  withFolder((folder) =>
    engineFaults(t, duckDbIn(folder), {
      stopped: phasesTried(0),
      killed: phasesTried(0),
      isExclusive: false,
    })
  ));
