import { assertEquals, assertMatch, assertRejects } from "../../../../lib/deps/std_assert.ts";
import {
  readSplit,
  type ReadSplitOptions,
} from "../../../../lib/io/documents/split/split_reader.ts";
import { split, splitGoods } from "../../../../lib/api/split.ts";
import { InputError, UsageError } from "../../../../lib/base/errors.ts";
import { withFolder } from "../../../support/temp_folder.ts";

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

Deno.test("people in a table of any dialect are those of plain CSV", async () => {
  const plain = "name,lower,upper,target\nann,1.5,5,3\nben é,2,8,4.25\n";
  const european = plain.replaceAll(",", ";").replaceAll(".", ",");
  const marked = `\ufeff${plain}`;
  const utf16 = new Uint8Array(Uint16Array.from(marked, (c) => c.charCodeAt(0)).buffer);
  const ways: [string | Uint8Array, ReadSplitOptions["dialect"]?][] = [
    [marked],
    [plain.replaceAll("\n", "\r\n")],
    [plain.replaceAll("\n", "\r")],
    [plain.replaceAll(",", "\t")],
    [`sep=|\n${plain.replaceAll(",", "|")}`],
    [utf16],
    [european, { decimal: "," }],
    [Uint8Array.from(plain, (c) => c.charCodeAt(0)), { encoding: "latin1" }],
    [plain.replaceAll(",", ":"), { separator: ":" }],
  ];
  await withFolder(async (folder) => {
    const path = `${folder}/p.csv`;
    await Deno.writeTextFile(path, plain);
    const read = await readSplit(path, { total: 8 });
    for (const [text, dialect] of ways) {
      await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
      assertEquals(await readSplit(path, { total: 8, dialect }), read, String(text));
    }
  });
});

Deno.test("a name that is probably a column's is refused, as what is in it would not count", async () => {
  const table = (name: string) => `name,lower,upper,target,${name}\nann,1,5,3,2\nben,2,8,4,1\n`;
  const person = '{ "name": "ann", "interval": [1, 5], "target": 3, "KEY": 2 }';
  for (const name of ["wieght", "Weight", "priorty", "stp", "weights"]) {
    const json = `{ "total": 3, "requirements": [${person.replace("KEY", name)}] }`;
    const files = { "p.csv": table(name), "p.json": json };
    await withFiles(files, async (at) => {
      const said = new RegExp(
        `"(requirements\\[0\\]\\.)?${name}", expected \\w+, or another name$`,
      );
      for (const file of Object.keys(files)) {
        const { message } = await assertRejects(
          () => readSplit(at(file), { total: 8 }),
          InputError,
        );
        assertMatch(message, said);
      }
    });
  }
  // Other words are columns of somebody's.
  for (const name of ["note", "tower", "height"]) {
    await withFiles({ "p.csv": table(name) }, (at) => readSplit(at("p.csv"), { total: 8 }));
  }
});

Deno.test("bounds in JSON are an interval: as keys of their own they would not count", async () => {
  const person = { name: "ann", interval: [1, 5], target: 3 }, group = { name: "ops" };
  const documents = {
    "requirements[0].lower": { total: 3, requirements: [{ ...person, lower: 2 }] },
    "groups[0].upper": { total: 3, requirements: [person], groups: [{ ...group, upper: 2 }] },
  };
  for (const [key, document] of Object.entries(documents)) {
    await withFiles({ "p.json": JSON.stringify(document) }, async (at) => {
      const said = `key "${key}", expected interval, or another name`;
      await assertRejects(() => readSplit(at("p.json")), InputError, said);
    });
  }
});

Deno.test("goods have totals and prices of their own: others beside them are refused", async () => {
  const requirements = [{ name: "ann", good: "tea", interval: [1, 5], target: 3 }];
  const document = { goods: [{ name: "tea", total: 3 }], requirements };
  await withFiles({ "p.json": JSON.stringify(document) }, async (at) => {
    for (const name of ["total", "price"] as const) {
      await assertRejects(
        () => readSplit(at("p.json"), { goods: true, [name]: 7 }),
        UsageError,
        `${name} can't be given with several goods, which have their own`,
      );
    }
  });
});

Deno.test("a name with half a character is refused", async () => {
  const json = String
    .raw`{ "total": 1, "requirements": [{ "name": "\ud800", "interval": [0, 1], "target": 1 }] }`;
  await withFiles({ "p.json": json }, async (at) => {
    await assertRejects(
      () => readSplit(at("p.json")),
      InputError,
      'requirements[0].name is "\ufffd", expected a name without half a character',
    );
  });
});

Deno.test("faults name file and line", async () => {
  await withFiles({ "p.csv": "name,target\nann,1\nbob,\n" }, async (at) => {
    const error = await assertRejects(() => readSplit(at("p.csv"), { total: 1 }), InputError);
    assertEquals([error.line, error.column], [3, "target"]);
  });
});

Deno.test("a decimal comma is told in every table of a split, with what reads it", async () => {
  const files = {
    "p.csv": 'name,target,good,group\nann,"1,5",bread,\n',
    "ok.csv": "name,target,good,group\nann,1,bread,\n",
    "groups.csv": 'name,target\neast,"1,5"\n',
    "goods.csv": 'name,total,price\nbread,"1,5","2,5"\n',
  };
  await withFiles(files, async (at) => {
    for (
      const [file, options, count] of [
        ["p.csv", { total: 1 }, 1],
        ["ok.csv", { total: 1, groups: at("groups.csv") }, 1],
        ["ok.csv", { goods: at("goods.csv") }, 2],
      ] as const
    ) {
      const { message } = await assertRejects(
        () => readSplit(at(file), options as { total: number }),
        InputError,
      );
      assertEquals(message.match(/\(decimal: "," reads decimal commas\)/g)?.length, count, message);
    }
  });
});

Deno.test("of very many faults the first are told, and how many there are beside", async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `p${i},1,nowhere\n`);
  await withFiles({ "p.csv": `name,target,group\n${rows.join("")}` }, async (at) => {
    const { message } = await assertRejects(() => readSplit(at("p.csv"), { total: 1 }), InputError);
    const lines = message.split("\n");
    assertEquals([lines.length, lines.at(-1)], [21, "… and 4980 more"]);
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
