import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";

const FILES = {
  "caps.csv": "contract_address,cap_face,is_sponsored\na,1,true\nb,3,false\n",
  "elig.csv": "user_id,contract_address,score\nu1,a,1\nu2,a,1\nu3,b,1\nu4,b,1\n",
  "user_groups.csv": "user_id,group_id\nu1,g\nu2,g\nu3,h\nu4,h\nu5,idle\n",
};

/** Ratios, limits, and what `--strict` says of them. */
const CASES: [ratios: string, limits: string, said: string][] = [
  ["g,1\nh,0.5\nidle,0.5\n", "b,2,b\n", "2 of 2 groups miss their minimum, by 2 users"],
  ["g,0.5\nh,0.2\nidle,0\n", "b,2,b\n", "1 of 2 groups misses its minimum, by 1 user"],
  ["g,0.5\nh,0\nidle,1\n", "b,5,b\na,1,a\n", "1 of 2 limits misses its least"],
  [
    "g,1\nh,0\nidle,1\n",
    "b,5,b\na,2,a\n",
    "1 of 2 groups misses its minimum, by 1 user; 2 of 2 limits miss their least",
  ],
];

Deno.test("--strict: one machine and an engine say the same of what is missed", async () => {
  for (const [ratios, limits, said] of CASES) {
    await using folder = new TempFolder();
    for (const [name, text] of Object.entries(FILES)) folder.write(name, text);
    folder.write("group_ratios.csv", `group_id,sponsorship_ratio\n${ratios}`);
    folder.write("limits.csv", `limit,at_least,contract_address\n${limits}`);
    const args = ["allocate", "--dir", ".", "--limits", "limits.csv", "--out", "o.csv"];
    const options = { cwd: folder.path, permissions: ["--allow-all"] };
    for (const engine of [[], ["--engine", "duckdb"]]) {
      const run = await divvy([...args, "-q", "--strict", ...engine], options);
      assertEquals([run.code, run.stderr], [2, `divvy: --strict: ${said}\n`], engine.join(" "));
    }
  }
});
