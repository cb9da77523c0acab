/** What engines write to files. */
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { divvy } from "../../../support/cli.ts";
import { withFolder, writeFiles } from "../../../support/temp_folder.ts";

Deno.test("files of an engine have the text of one machine's, whole numbers without a point", () =>
  withFolder(async (cwd) => {
    const files = {
      caps: "contract_address,cap_face,is_sponsored\na,2,true\nb,2,false\n",
      user_groups: "user_id,group_id\nu1,g\nu2,g\nu3,h\n",
      group_ratios: "group_id,sponsorship_ratio\ng,0.5\nh,0\n",
      elig: "user_id,contract_address,score\nu1,a,2\nu2,a,0.25\nu2,b,-0\nu3,b,1e14\nu1,b,10\n",
    };
    await writeFiles(cwd, files);
    const run = async (...args: string[]) => {
      const { code, stderr } = await divvy(["allocate", "--dir", ".", "-q", ...args], {
        cwd,
        permissions: ["--allow-all"],
      });
      assertEquals(code, 0, stderr);
    };
    const alternates = (out: string) => ["--alternates", "1", "--alternates-out", out];
    await run("--out", "here.csv", ...alternates("more_here.csv"));
    const inputs = ["--elig", "elig.csv", "--user-groups", "user_groups.csv"];
    const engine = ["--engine", "duckdb", ...inputs];
    await run(...engine, "--out", "there.csv", ...alternates("more_there.csv"));
    const read = (name: string) => Deno.readTextFile(`${cwd}/${name}`);
    assertEquals(await read("there.csv"), await read("here.csv"));
    assertEquals(await read("more_there.csv"), await read("more_here.csv"));
  }));
