/** Assignments in any form come out as the CSV that is written of them. */
import { assert, assertEquals, assertRejects } from "../../../../lib/deps/std_assert.ts";
import { solveGreedy } from "../../../../lib/allocator/greedy/greedy.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { assignmentsAsCsv } from "../../../../lib/io/tables/results/assignments_as_csv.ts";
import { writeAssignments } from "../../../../lib/io/tables/results/assignments_writer.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";

async function csvOf(source: string): Promise<string> {
  const pieces: string[] = [];
  let columns: readonly string[] = [];
  const sink = {
    write(bytes: Uint8Array) {
      assert(columns.length > 0, "columns come first");
      pieces.push(new TextDecoder().decode(bytes.slice()));
      return Promise.resolve();
    },
  };
  await assignmentsAsCsv(source, sink, (found) => columns = found);
  const text = pieces.join("");
  assertEquals(text.slice(0, text.indexOf("\n")), columns.join(","));
  return text;
}

Deno.test("every form that allocate writes gives the bytes of its CSV", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({
      seed: 5,
      users: 3000,
      contracts: 20,
      groups: 3,
      ratios: [0.25, 0.5],
      capShare: 0.5,
      scoreStep: 1 / 7,
    });
    const quoted = { ...instance, groups: ['a,"b"', "ü x", "line\nbreak"] };
    const allocation = solveGreedy(quoted, { ...defaultPolicy, k: 2 });
    await writeAssignments(`${folder}/a.csv`, quoted, allocation);
    const csv = await Deno.readTextFile(`${folder}/a.csv`);
    assert(csv.includes('"a,""b"""') && csv.length > 100_000);
    for (
      const ending of ["csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "json", "xlsx", "parquet"]
    ) {
      const path = `${folder}/b.${ending}`;
      await writeAssignments(path, quoted, allocation);
      assertEquals(await csvOf(path), csv, ending);
    }
  }));

Deno.test("a folder of files with the same columns in any order is one table", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a`);
    const part = (name: string, text: string) => Deno.writeTextFile(`${folder}/a/${name}`, text);
    await part(
      "1.csv",
      "user_id,contract_address,score,is_sponsored\r\n u1 ,c,0.5,true\r\n,,,\r\n",
    );
    await part("2.csv", 'score,is_sponsored,contract_address,user_id\n1,FALSE,"c,2",u2');
    await part(
      "3.jsonl",
      '{"is_sponsored":true,"user_id":7,"contract_address":"c","score":1e-7}\n',
    );
    const csv = "user_id,contract_address,score,is_sponsored\n" +
      'u1,c,0.5,True\nu2,"c,2",1,False\n7,c,1e-7,True\n';
    assertEquals(await csvOf(`${folder}/a`), csv);
    assertEquals(await csvOf(`${folder}/a/*.*`), csv);
    await part("4.csv", "user_id,contract_address,score\nu,c,1\n");
    const { message } = await assertRejects(() => csvOf(`${folder}/a`), InputError);
    assert(/4\.csv: the columns are user_id, contract_address, score, expected/.test(message));
    const faults: [string, RegExp][] = [
      ["user_id,contract_address,is it\nu,c,1\n", /header is "is it", expected letters/],
      ["user_id,contract_address,x,x\nu,c,1,2\n", /header is "x", expected each column once/],
      ["user_id,contract_address\n,c\n", /:2: user_id is "", expected an id/],
    ];
    for (const [text, expected] of faults) {
      await Deno.writeTextFile(`${folder}/x.csv`, text);
      const { message } = await assertRejects(() => csvOf(`${folder}/x.csv`), InputError);
      assert(expected.test(message), message);
    }
  }));
