/** A slice of the fuzzing of Parquet: see fuzz.ts. */
import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { mutated } from "./mutate_bytes.ts";
import { oraclePython, writeFiles } from "./oracle.ts";
import { fuzzParquet } from "./run.ts";
import { tried } from "../../support/effort.ts";

/** Registers a test that needs pyarrow and DuckDB; where they are missing it says so and counts as skipped. */
function oracleTest(name: string, fn: () => Promise<void>): void {
  const ignore = oraclePython === null;
  if (ignore) console.error(`skipped, as pyarrow or DuckDB is not installed: ${name}`);
  Deno.test({ name, fn, ignore });
}

oracleTest("Parquet files of pyarrow and DuckDB are read as pyarrow reads them", async () => {
  const faults: string[] = [];
  const files = tried(40, 100);
  const counts = await fuzzParquet({
    first: 10_000,
    files,
    mutations: 0,
    onFault: (fault) => faults.push(fault),
  });
  assertEquals(faults, []);
  assertEquals(counts.files, files);
});

oracleTest(
  "damaged Parquet files are refused in a line, or read as pyarrow reads them",
  async () => {
    const faults: string[] = [];
    const files = tried(24, 60), most = 5 * files;
    const counts = await fuzzParquet({
      first: 20_000,
      files,
      mutations: 5,
      onFault: (fault) => faults.push(fault),
    });
    assertEquals(faults, []);
    assertEquals(counts.mutations, most);
    assert(
      counts.refused > most / 3 && counts.refused < 29 * most / 30,
      `${counts.refused} refused`,
    );
  },
);

oracleTest("the command line says what is wrong with a damaged file in one line", async () => {
  await using folder = new TempFolder();
  folder.write("caps.csv", "contract_address,cap_face,is_sponsored\na,5,false\n");
  folder.write("groups.csv", "user_id,group_id\nu,g\n");
  folder.write("ratios.csv", "group_id,sponsorship_ratio\ng,0\n");
  const files = await writeFiles(folder.path, 30_000, tried(6, 12));
  let refused = 0;
  for (const [i, { path }] of files.entries()) {
    folder.write("elig.parquet", mutated(Deno.readFileSync(path), seededRandom(i)));
    const inputs = "--caps caps.csv --user-groups groups.csv --group-ratios ratios.csv";
    const run = await divvy(
      ["allocate", ...inputs.split(" "), "--elig", "elig.parquet", "--out", "out.csv"],
      { cwd: folder.path },
    );
    if (run.code === 0) continue;
    refused++;
    assertEquals(run.code, 1, run.stderr);
    assertMatch(run.stderr, /^(read [^\n]*\n)*divvy: elig\.parquet[^\n]*\n$/);
    assertEquals(folder.names().includes("out.csv"), false);
  }
  assert(refused > files.length / 4, `${refused} refused`);
});
