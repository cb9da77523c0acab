/** Tables of JSON objects: what is read of them, and where their faults are. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";

/** Reads caps from a file of that text. */
async function caps(text: string | Uint8Array<ArrayBuffer>, name = "caps.jsonl") {
  await using folder = new TempFolder();
  const path = `${folder.path}/${name}`;
  await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
  try {
    return await readCaps(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    assert(!error.message.includes("\n"), error.message);
    const { fault } = error, said = error.message.replaceAll(`${folder.path}/`, "");
    throw new InputError(said, { ...fault, file: name });
  }
}

const ROW = '{"contract_address":"a","cap_face":1,"is_sponsored":true}';

Deno.test("JSON Lines, an array of objects and CSV of the same rows are the same table", async () => {
  const csv = await caps(
    "contract_address,cap_face,is_sponsored,brand_id\na,1,true,7\nb,2.5,false,\n",
  );
  const lines = '{"contract_address":"a","cap_face":1,"is_sponsored":true,"brand_id":7}\n\n' +
    '{"cap_face":2.5,"is_sponsored":"no","contract_address":"b","other":{"x":[1,"]"]}}\r\n';
  assertEquals((await caps(lines)).contracts, csv.contracts);
  const array = `[${lines.trim().replace("}\n\n", "},\n")}]`;
  for (const text of [lines, array, `\ufeff${lines}`]) {
    const { contracts, cap, sponsored, brands } = await caps(text);
    assertEquals({ contracts, cap, sponsored, brands }, {
      contracts: csv.contracts,
      cap: csv.cap,
      sponsored: csv.sponsored,
      brands: csv.brands,
    });
  }
});

Deno.test("ids keep every digit and zero, and what JSON escapes", async () => {
  const text = ['"007"', "12345678901234567890", '"a,\\"b\\""', '"x\\ny"', '"\\u00e9"', '"=cmd"']
    .map((id) => `{"contract_address":${id},"cap_face":1,"is_sponsored":true}`).join("\n");
  assertEquals((await caps(text)).contracts, [
    ...["007", "12345678901234567890", 'a,"b"', "x\ny", "é", "=cmd"],
  ]);
});

Deno.test("ids of any characters read back from JSON Lines", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), {
        minLength: 1,
        selector: (id) => id.trim(),
      }),
      async (ids) => {
        const named = ids.map((id) => id.trim()).filter((id) => id !== "");
        const rows = named.map((id) =>
          JSON.stringify({ is_sponsored: true, contract_address: id, cap_face: 2 })
        );
        assertEquals((await caps(`${rows.join("\n")}\n`)).contracts, named);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("a table without rows is no fault", async () => {
  for (const [text, name] of [["[]", "caps.json"], ["", "caps.jsonl"], ["\n", "caps.ndjson"]]) {
    assertEquals((await caps(text, name)).contracts, []);
  }
});

const FAULTS: [text: string, said: string][] = [
  [
    `${ROW}\n\n${ROW.replace(":1", ':"x"')}`,
    'caps.jsonl:3: cap_face is "x", expected a finite number',
  ],
  [
    `[\n${ROW},\n\n${ROW.replace(":1", ":null")}]`,
    'caps.jsonl:4: cap_face is "", expected a finite',
  ],
  [
    `${ROW.replace('"a"', '"a\\nb"')}\n${ROW.replace("true", '"maybe"')}`,
    'caps.jsonl:2: is_sponsored is "maybe"',
  ],
  ['{"contract_address":"a","cap_face":1}', "caps.jsonl: missing column is_sponsored"],
  [
    `${ROW}\n{"cap_face":1,"cap_face":2}`,
    'caps.jsonl:2: no JSON at character 15: has "cap_face" twice',
  ],
  [`${ROW}\n{"contract_address":"a`, "caps.jsonl:2: no JSON at character 21: a text is not closed"],
  [`${ROW}\n{\n"a":1}`, "caps.jsonl:2: no JSON at character 2: the line ends inside an object"],
  [`${ROW} ${ROW}`, "no JSON at character 59: more than one object on the line"],
  [`[${ROW},]`, "no JSON at character 60: expected an object"],
  [`[${ROW}`, "no JSON at character 59: expected"],
  [ROW.replace('"a"', '{"x":1}'), 'contract_address is "{\\"x\\":1}", expected an id'],
  [
    ROW.replace('"a"', "1.5"),
    'contract_address is "1.5", expected an id: a text or a whole number',
  ],
  [ROW.replace('"a"', "1e3"), 'contract_address is "1e3", expected an id'],
  [ROW.replace('"a"', "true"), 'contract_address is "true", expected an id'],
  [ROW.replace(":1", ":[1]"), 'cap_face is "[1]", expected a text, a number'],
  [ROW.replace('"a"', '"\\ud800"'), "a text has half a character"],
  [ROW.replace(":1", ":01"), "no JSON at character"],
  [ROW.replace(":1", ":NaN"), "no JSON at character"],
  [
    `${ROW}\n${ROW.slice(0, -1)},"n":"${"x".repeat(17 << 20)}"}`,
    "caps.jsonl:2: the line is longer",
  ],
];

Deno.test("faults of JSON name line, name and value, and what was expected", async () => {
  for (const [text, said] of FAULTS) {
    const { message } = await assertRejects(() => caps(text), InputError);
    assert(message.includes(said), `${message}\nexpected: ${said}`);
  }
});

Deno.test("JSON that is not UTF-8 is refused by line and column", async () => {
  const text = new TextEncoder().encode(`${ROW}\n${ROW.replace('"a"', '"é"')}`);
  const { message } = await assertRejects(
    () => caps(text.filter((byte) => byte !== 0xa9)),
    InputError,
  );
  assert(message.startsWith("caps.jsonl:2: character 22 is byte 0xC3, expected UTF-8"), message);
});

Deno.test("JSON in UTF-16 is refused as such, and not as CSV with a quote too many", async () => {
  const text = '{"contract_address":"tea","cap_face":1,"is_sponsored":true}\n';
  for (const isLittle of [true, false]) {
    const bytes = new Uint8Array(2 * text.length + 2), view = new DataView(bytes.buffer);
    view.setUint16(0, 0xfeff, isLittle);
    for (let i = 0; i < text.length; i++) view.setUint16(2 * i + 2, text.charCodeAt(i), isLittle);
    await assertRejects(
      () => caps(bytes),
      InputError,
      "caps.jsonl: JSON in UTF-16, expected UTF-8",
    );
  }
});

Deno.test("a column asked for that comes late is a fault, not a loss", async () => {
  const filler = `${ROW.slice(0, -1)},"note":"${"x".repeat(1000)}"}\n`.repeat(6000);
  const { message } = await assertRejects(
    () => caps(`${filler}${ROW.slice(0, -1)},"brand_id":"b"}`),
    InputError,
  );
  assert(message.startsWith("caps.jsonl:6001: brand_id occurs here for the first time"), message);
});

Deno.test("large JSON Lines give the drop that CSV gives, packed or plain, lines named to the last", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const path = (name: string) => `${folder.path}/${name}`;
  const inputs = {
    caps: path("caps.csv"),
    userGroups: path("user_groups.csv"),
    groupRatios: path("group_ratios.csv"),
  };
  const [, ...rows] = SMALL_DROP["elig.csv"].trim().split("\n").map((row) => row.split(","));
  // More than a block; keys in another order now and then, which the fast path does not know.
  const many = Array.from({ length: 40_000 }, (_, i) => {
    const [user_id, contract_address, score] = rows[i % rows.length];
    return i % 1000 === 7
      ? JSON.stringify({ score, contract_address, user_id, more: i })
      : JSON.stringify({ user_id, contract_address, score: Number(score) });
  });
  folder.write("elig.jsonl", `${many.join("\n")}\n`);
  const packed = new Response(many.join("\n")).body!
    .pipeThrough(new CompressionStream("gzip") as unknown as TransformStream<Uint8Array>);
  await Deno.writeFile(path("elig.jsonl.gz"), packed as ReadableStream<Uint8Array>);
  const csv = await readDrop({ ...inputs, elig: path("elig.csv") });
  for (const name of ["elig.jsonl", "elig.jsonl.gz"]) {
    const { instance, input } = await readDrop({ ...inputs, elig: path(name) });
    assertEquals(instance.score, csv.instance.score);
    assertEquals(instance.users.toArray(), csv.instance.users.toArray());
    assertEquals(input.elig.rows, 40_000);
  }
  folder.write("elig.jsonl", `${many.join("\n")}\n${JSON.stringify({ user_id: "", score: 1 })}`);
  const { message } = await assertRejects(
    () => readDrop({ ...inputs, elig: path("elig.jsonl") }),
    InputError,
  );
  assert(message.includes("elig.jsonl:40001: "), message);
});

Deno.test("an empty list of assignments is read from JSON Lines", async () => {
  await using folder = new TempFolder();
  folder.write("assignments.jsonl", "");
  const table = await readAssignments(`${folder.path}/assignments.jsonl`);
  assertEquals(table.user.length, 0);
});

Deno.test("JSON of megabytes on one line is read once: an array's objects, an object's names, a text's escapes", async () => {
  const rows = Array.from(
    { length: 300_000 },
    (_, i) => `{"user_id":"u${i}","contract_address":"c","score":1}`,
  );
  await using folder = new TempFolder();
  folder.write("a.json", `[${rows.join(",")}]`);
  assertEquals((await readAssignments(`${folder.path}/a.json`)).user.length, rows.length);
  const others = Array.from({ length: 200_000 }, (_, i) => `"n${i}":0`).join(",");
  assertEquals((await caps(ROW.replace("{", `{${others},`))).contracts, ["a"]);
  const again = caps(ROW.replace("{", `{${others},"n7":1,`));
  await assertRejects(() => again, InputError, "caps.jsonl:1: no JSON at character ");
  const escapes = "\\u0041\\n".repeat(500_000);
  const { contracts } = await caps(ROW.replace('"a"', `"${escapes}"`));
  assertEquals(contracts, [JSON.parse(`"${escapes}"`).trim()]);
});
