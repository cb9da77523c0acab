import { assert, assertEquals, assertThrows } from "../../../../lib/deps/std_assert.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { parseTable } from "../../../../lib/io/tables/rows/table.ts";
import { referenceRows } from "../../../support/reference_reader.ts";

const COLUMNS = ["user_id", "contract_address", "score"];

Deno.test("small tables: every row has its line, faults are on the right one", () => {
  // Values are not looked at here, so the scores are good; quoting and field counts are as bad as chance has them.
  const cells = ["a", '"b"', '"c\nd"', '"e""f"', ' "g"', '"h"i', "j\r", '"k\r\n"', "l"];
  const random = seededRandom(11);
  let faults = 0;
  for (let file = 0; file < 3000; file++) {
    let text = (file % 3 ? "" : "\ufeff") + COLUMNS.join(",");
    for (let row = random.below(8); row > 0; row--) {
      text += ["\n", "\r\n", "\n\n", "\r\n \n"][random.below(4)];
      const odd = random.next() < 0.3;
      const cell = () => cells[random.below(odd ? cells.length : 4)];
      text += `${cell()},${cell()},1${random.next() < 0.02 ? ",2" : ""}`;
    }
    const expected = referenceRows(text);
    if (expected.faultLine !== null) {
      faults++;
      const error = assertThrows(() => parseTable(text, "t.csv", COLUMNS), InputError);
      assertEquals(error.line, expected.faultLine, JSON.stringify(text));
      assert(error.message.startsWith(`t.csv:${error.line}: `));
    } else {
      const { rows } = parseTable(text, "t.csv", COLUMNS);
      assertEquals(
        rows.map(({ line, fields }) => [line, fields[0], fields[1]]),
        expected.rows.map(({ line, user, contract }) => [line, user, contract]),
        JSON.stringify(text),
      );
    }
  }
  assert(faults > 300, `${faults} faults`);
});

Deno.test("headers: a name that may be meant is one for the option columns where that knows the column wanted", () => {
  const message = (text: string, wanted: string) =>
    assertThrows(() => parseTable(text, "t.csv", [wanted]), InputError).message;
  assertEquals(
    message("User_Id,b\n", "user_id"),
    't.csv:1: missing column user_id (the header has "User_Id", "b"; columns: { user_id: "User_Id" } if that is meant)',
  );
  assertEquals(
    message("Bidder,b\n", "bidder"),
    't.csv:1: missing column bidder (the header has "Bidder", "b"; call "Bidder" bidder if that is meant)',
  );
});

Deno.test("headers: trimmed, in any order, wanted columns once", () => {
  const table = parseTable(" b ,x,\ta\n1,2,3\n", "t.csv", ["a", "b"], ["x", "y"]);
  assertEquals(table.rows[0].fields, ["3", "1", "2", undefined]);
  assertEquals(table.has, [true, false]);
  const messages: [string, string][] = [
    ["", "t.csv: the file is empty, expected columns a, b"],
    ["\n \n", "t.csv: the file is empty, expected columns a, b"],
    [
      "A,b\n",
      't.csv:1: missing column a (the header has "A", "b"; call "A" a if that is meant)',
    ],
    ['\n"a,b\n1,2\n', "t.csv:2: a quoted field has no closing quote"],
    ["\nx\n", 't.csv:2: missing columns a, b (the header has "x")'],
    ["a,b,a\n", "t.csv:1: the header has a twice"],
    ["a,b\n1\n", "t.csv:2: the row has 1 field, expected 2"],
  ];
  for (const [text, message] of messages) {
    assertEquals(
      assertThrows(() => parseTable(text, "t.csv", ["a", "b"]), InputError).message,
      message,
    );
  }
});

Deno.test("headers: no message grows with a name, and hundreds of thousands of names are looked through once", () => {
  for (const name of ["contract_address", "user_id", "x"]) {
    const text = `${name.repeat(100_000)},b\n`;
    const error = assertThrows(() => parseTable(text, "t.csv", ["contract_address"]), InputError);
    assert(error.message.length < 300, `${error.message.length} characters`);
  }
  const names = Array.from({ length: 200_000 }, (_, i) => `n${i}`);
  const text = `a,${names.join(",")}\n1${",2".repeat(names.length)}\n`;
  const { rows } = parseTable(text, "t.csv", ["a"], (all) => all.filter((name) => name !== "a"));
  assertEquals([rows.length, rows[0].fields.length], [1, names.length + 1]);
  const twice = text.replace("n7,", "n8,");
  assertThrows(
    () => parseTable(twice, "t.csv", ["a"], (all) => all.filter((name) => name !== "a")),
    InputError,
    "t.csv:1: the header has n8 twice",
  );
});
