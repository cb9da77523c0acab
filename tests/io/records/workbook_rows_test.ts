/** Excel workbooks as tables; tests/fixtures/workbooks/make.py makes them with programs of others. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { readTable } from "../../../lib/io/tables/rows/table.ts";
import { TempFolder } from "../../support/cli.ts";

const FOLDER = new URL("../../fixtures/workbooks/", import.meta.url).pathname;
const ODD = `${FOLDER}odd.xlsx`, SHOWN = `${FOLDER}shown.xlsx`;

async function fault(source: string): Promise<string> {
  const { message } = await assertRejects(() => readCaps(source), InputError);
  assert(!message.includes("\n"), message);
  return message.replace(FOLDER, "");
}

Deno.test("a sheet is read whose header has the columns, and that is said", async () => {
  const notes: string[] = [];
  const { contracts, cap, sponsored } = await readCaps(ODD, [], { onNote: (n) => notes.push(n) });
  assertEquals(contracts, ["0012", "12", "c"]);
  assertEquals([...cap], [3, 4, 5.5]);
  assertEquals([...sponsored], [1, 0, 0]);
  assertEquals(notes, [`${ODD}: read from sheet "Caps"`]);
});

Deno.test("a sheet is asked for by name", async () => {
  assertEquals((await readCaps(`${ODD}#Zeros`)).contracts, ["00007"]);
  assertEquals((await readCaps(`${ODD}#Would run`)).contracts, ["=cmd|'/C calc'!A0"]);
  assertEquals((await readCaps(`${ODD}#Unread`)).contracts, ["a"]);
});

Deno.test("formulas are what they came to", async () => {
  const { contracts, cap } = await readCaps(`${FOLDER}computed.xlsx`);
  assertEquals([contracts, [...cap]], [["a1"], [5]]);
});

Deno.test("dates are written as days, and rows keep theirs", async () => {
  const { rows } = await readTable(`${ODD}#History`, ["user_id", "offered_at"]);
  assertEquals(rows[0].fields, ["u", "2026-03-01"]);
  assertEquals(rows[0].line, 2);
});

Deno.test("a column that the path gives is looked for in no sheet", async () => {
  await using folder = new TempFolder();
  Deno.mkdirSync(`${folder.path}/group_id=g1`);
  Deno.copyFileSync(ODD, `${folder.path}/group_id=g1/users.xlsx`);
  const { rows } = await readTable(folder.path, ["user_id", "group_id"]);
  assertEquals(rows.map(({ fields }) => fields), [["u", "g1"]]);
});

Deno.test("an id is what its cell shows; formats that show more than digits are refused", async () => {
  assertEquals((await readCaps(`${SHOWN}#Zeros`)).contracts, [
    "00007",
    "008",
    "0009",
    "10",
    "11",
    "12",
  ]);
  const formats = [["Letters", '"C-"000'], ["Dashes", "000-00-0000"], ["Share", "0%"]];
  for (const [sheet, format] of formats) {
    assertEquals(
      await fault(`${SHOWN}#${sheet}`),
      `shown.xlsx: ${sheet}!A2: contract_address is "7", expected an id as text (its cell shows it as ${format})`,
    );
  }
});

Deno.test("a cell that is shown with the value of another has none of its own", async () => {
  assertEquals(
    await fault(`${SHOWN}#Merged`),
    'shown.xlsx: Merged!D4: brand_id is "", expected a value of its own (D3:D4 are merged, with "x" in the first cell only)',
  );
});

Deno.test("texts with decimal commas are numbers where that is said", async () => {
  const { cap } = await readCaps(`${SHOWN}#Commas`, [], { dialect: { decimal: "," } });
  assertEquals([...cap], [2.5, 3.5]);
  assert((await fault(`${SHOWN}#Commas`)).includes('Commas!B2: cap_face is "2,5"'));
});

Deno.test("only a full sheet goes on in another, whatever their names", async () => {
  assertEquals((await readCaps(`${SHOWN}#Copy`)).contracts, ["a"]);
  assert((await fault(`${SHOWN}#Full`)).startsWith('shown.xlsx: Full_2!B3: cap_face is "many"'));
});

Deno.test("the part of the workbook may have a number in its name", async () => {
  assertEquals((await readCaps(`${FOLDER}numbered.xlsx`)).contracts, ["a1"]);
});

const FAULTS: [sheet: string, said: string][] = [
  ["Titled", 'odd.xlsx: Titled!B6: cap_face is "many", expected a finite number'],
  ["Breaks", 'odd.xlsx: Breaks!B3: cap_face is "many"'],
  [
    "Long number",
    "odd.xlsx: 'Long number'!A2: contract_address is \"1234567890123456\", expected an id as text",
  ],
  ["Date", 'odd.xlsx: Date!A2: contract_address is "2026-01-02", expected an id, not a date'],
  ["Fraction", 'odd.xlsx: Fraction!A2: contract_address is "1.5", expected an id'],
  ["Uncomputed", 'odd.xlsx: Uncomputed!B2: cap_face is "=1+1", expected the formula\'s value'],
  ["Error", 'odd.xlsx: Error!B2: cap_face is "#REF!", expected a value, not an error'],
  ["Empty", "odd.xlsx: the file is empty, expected columns"],
  ["Notes", "odd.xlsx: sheet Notes, row 1: missing columns contract_address"],
  ["None", 'odd.xlsx: there is no sheet "None", expected one of "Notes", "Caps"'],
];

Deno.test("faults of sheets name the cell, its value and what was expected", async () => {
  for (const [sheet, said] of FAULTS) {
    const message = await fault(`${ODD}#${sheet}`);
    assert(message.startsWith(said), `${message}\nexpected: ${said}`);
  }
});

Deno.test("what is no workbook is refused in a line", async () => {
  await using folder = new TempFolder();
  const bytes = await Deno.readFile(ODD), path = `${folder.path}/a.xlsx`;
  for (const size of [200, 3000, bytes.length - 1]) {
    await Deno.writeFile(path, bytes.slice(0, size));
    const message = await fault(path);
    assert(message.includes("a.xlsx: ") && message.length < 300, message);
  }
  // Damaged inside: one byte of a sheet's data.
  for (let at = 100; at < 2000; at += 190) {
    const damaged = bytes.slice();
    damaged[at] ^= 0x55;
    await Deno.writeFile(path, damaged);
    await readCaps(`${path}#Caps`).catch((error) => {
      assert(error instanceof InputError && !error.message.includes("\n"), String(error));
    });
  }
  folder.write("caps.csv", "contract_address,cap_face,is_sponsored\na,1,true\n");
  Deno.renameSync(`${folder.path}/caps.csv`, path);
  assert((await fault(`${path}#Caps`)).includes('not a workbook, so it has no sheet "Caps"'));
  assertEquals((await readCaps(path)).contracts, ["a"]);
});
