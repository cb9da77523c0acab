/** Pairs that come again, where that is an error, are named with their place in every form of file. */
import { assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { TempFolder } from "../support/cli.ts";

const ROWS = [["ann", "tea"], ["bob", "cake"], ["bob", "tea"], ["bob", "cake"], ["ann", "cake"]];
const HEADER = "user_id,contract_address,score\n";
const csv = (rows: string[][]) => rows.map(([u, c], i) => `${u},${c},0.${i + 1}\n`).join("");
const WHAT = "1 pair comes again, such as user_id bob with contract_address cake";

Deno.test("a pair that comes again is named with its line, and that of the first", async () => {
  await using folder = new TempFolder();
  const path = (name: string) => `${folder.path}/${name}`;
  folder.write("caps.csv", "contract_address,cap_face,is_sponsored\ntea,2,true\ncake,2,false\n");
  folder.write("users.csv", "user_id,group_id\nann,g\nbob,g\n");
  folder.write("ratios.csv", "group_id,sponsorship_ratio\ng,0\n");
  folder.write("elig.csv", HEADER + "\n" + csv(ROWS));
  folder.write(
    "elig.jsonl",
    ROWS.map(([u, c]) => JSON.stringify({ user_id: u, contract_address: c, score: 1 }) + "\n").join(
      "",
    ),
  );
  Deno.mkdirSync(path("shards"));
  folder.write("shards/a.csv", HEADER + csv(ROWS.slice(0, 2)));
  folder.write("shards/b.csv", HEADER + csv(ROWS.slice(2)));
  const cases = [
    ["elig.csv", "elig.csv", 6, "elig.csv:4"],
    ["elig.jsonl", "elig.jsonl", 4, "elig.jsonl:2"],
    ["shards", "shards/b.csv", 3, "shards/a.csv:3"],
  ] as const;
  for (const [elig, file, line, first] of cases) {
    const sources = {
      caps: path("caps.csv"),
      elig: path(elig),
      userGroups: path("users.csv"),
      groupRatios: path("ratios.csv"),
    };
    const error = await assertRejects(
      () => readDrop(sources, { duplicates: "error" }),
      InputError,
    );
    assertEquals(
      error.message,
      `${path(file)}:${line}: ${WHAT}, which ${path(first)} has, ` +
        "expected each once (duplicates is error)",
    );
    assertEquals([error.file, error.line], [path(file), line]);
  }
});
