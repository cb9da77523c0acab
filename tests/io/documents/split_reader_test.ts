import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { readSplit } from "../../../lib/io/documents/split_reader.ts";
import { split, splitGoods } from "../../../lib/api/split.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { withFolder } from "../../support/temp_folder.ts";

const PEOPLE = "name,lower,upper,target,group\nann,1,3,2,red\nbob,2,,upper,\n";
const OPEN = PEOPLE.replace("upper,\n", "3,\n");

/** Files in a folder, by their names. */
function withFiles<T>(
  files: Record<string, string>,
  body: (at: (name: string) => string) => Promise<T>,
) {
  return withFolder(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return await body((name) => `${folder}/${name}`);
  });
}

Deno.test("people in CSV with groups beside them, and in JSON", async () => {
  const json = `{ "total": 4, // units
    "requirements": [{ "name": "ann", "interval": [1, 3], "target": 2 }, { "name": "bob", "interval": [2, null], "target": 3 }] }`;
  const groups = "name,lower,upper\nred,0,1.5\n";
  await withFiles({ "p.csv": OPEN, "p.json": json, "g.csv": groups }, async (at) => {
    const grouped = await readSplit(at("p.csv"), { total: 4, price: 8, groups: at("g.csv") });
    assertEquals(split(grouped).people.map(({ units }) => units), [1.5, 2.5]);
    const plain = await readSplit(at("p.json"));
    assertEquals(plain.total, 4);
    assertEquals(plain.requirements[1].interval, [2, Infinity]);
    // What is given wins over the file.
    assertEquals((await readSplit(at("p.json"), { total: 9 })).total, 9);
  });
});

Deno.test("goods: in a file of their own or in the JSON, when they are asked for", async () => {
  const people = "name,good,lower,upper,target\nann,bread,0,4,4\nben,bread,0,4,2\nann,milk,0,4,3\n";
  const json = JSON.stringify({
    goods: [{ name: "bread", total: 6 }],
    requirements: [{ name: "ann", good: "bread", interval: [0, 9], target: 1 }],
  });
  const files = {
    "p.csv": people,
    "g.csv": "name,total\nbread,6\nmilk,2\n",
    "p.json": json,
    "plain.csv": OPEN.replaceAll("red", ""),
  };
  await withFiles(files, async (at) => {
    const problem = await readSplit(at("p.csv"), { goods: at("g.csv") });
    assertEquals(splitGoods(problem).goods.map(({ people }) => people[0].units), [4, 2]);
    assertEquals((await readSplit(at("p.json"), { goods: true })).goods.length, 1);
    await assertRejects(() => readSplit(at("p.json")), UsageError, "has goods: readSplit(");
    await assertRejects(
      () => readSplit(at("plain.csv"), { total: 3, goods: true }),
      UsageError,
      "has no goods",
    );
  });
});

Deno.test("faults name file and line", async () => {
  await withFiles({ "p.csv": "name,target\nann,1\nbob,\n" }, async (at) => {
    const error = await assertRejects(() => readSplit(at("p.csv"), { total: 1 }), InputError);
    assertEquals([error.line, error.column], [3, "target"]);
  });
});

Deno.test("a file that was rows of JSON when it was read before is told by its own lines", async () => {
  await withFiles({ p: '{"name": "ann", "lower": 1, "upper": 3, "target": 2}\n' }, async (at) => {
    assertEquals((await readSplit(at("p"), { total: 2 })).requirements.length, 1);
    await Deno.writeTextFile(at("p"), "name,lower,upper,target\nann,1,x,2\n");
    await assertRejects(() => readSplit(at("p"), { total: 2 }), InputError, 'p:2: upper is "x"');
  });
});

Deno.test("a source that is no text is refused", async () => {
  for (const source of [5, {}, null, undefined]) {
    await assertRejects(() => readSplit(source as never), UsageError, "source is ");
  }
});
