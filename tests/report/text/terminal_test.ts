import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { beginning, colored, plain, type Style, table } from "../../../lib/report/text/terminal.ts";
import { wrapped } from "../../../lib/report/text/wrapped.ts";

const right = "right" as const;

Deno.test("table: columns line up by what a terminal shows", () => {
  const text = table([{ title: "name" }, { title: "n", align: right }], [
    ["東京", "1"],
    ["é́", "10"],
    ["👩‍👩‍👧", "100"],
  ]);
  const widths = text.trimEnd().split("\n").map(unicodeWidth);
  assertEquals(new Set(widths), new Set([9]));
});

Deno.test("table: control characters in ids are shown, not obeyed; emphasis is kept", () => {
  assertEquals(
    table([{ title: "id" }, { title: "" }], [["a\tb\x1b[2Jc\r\u0090", colored.red("bar")]]),
    "id\na�b�[2Jc��  \x1b[31mbar\x1b[39m\n",
  );
});

const piped: Style = { ...plain, isPiped: true };
const ID = "0x71252fe1ad23d73fbe60c1aee5f15df4afc05826";

Deno.test("table: on a terminal ids go on below themselves, elsewhere they stay whole", () => {
  const columns = [{ title: "contract" }, { title: "assigned", align: right }];
  assertEquals(
    table(columns, [[ID, "12"]], { width: 40 }),
    "contract                        assigned\n" +
      "0x71252fe1ad23d73fbe60c1aee5f1        12\n5df4afc05826\n",
  );
  const line = `contract${" ".repeat(34)}  assigned\n${ID}        12\n`;
  assertEquals(table(columns, [[ID, "12"]], { width: 40, style: piped }), line);
});

Deno.test("table: words of headings and sentences are broken at blanks", () => {
  const columns = [{ title: "group" }, { title: "sponsored offers", align: right }, { title: "" }];
  const text = table(columns, [["g1", "7", "capacity that many groups want"]], {
    width: 34,
  });
  assert(text.split("\n").every((line) => unicodeWidth(line) <= 34), text);
  assert(text.includes("capacity that"), text);
});

Deno.test("table: where lines are too narrow, each row has a few; nothing is ever cut", () => {
  const columns = [
    { title: "rank", align: right },
    { title: "contract" },
    ...["users", "required", "missing"].map((title) => ({ title, align: right })),
  ];
  assertEquals(
    table(columns, [["1", ID, "120", "60", "7"]], { width: 46, indent: 2 }),
    `  ${ID}\n    rank 1, users 120, required 60, missing 7\n`,
  );
  for (let width = 12; width <= 90; width++) {
    const text = table(columns, [["1", ID, "120", "60", "7"]], { width });
    const bare = text.replaceAll(/\s/g, "");
    for (const fact of ["120", "60", "7"]) assert(bare.includes(fact), text);
    assert(text.split("\n").every((line) => unicodeWidth(line) <= width), text);
  }
});

Deno.test("table: no heading where all are empty, no blanks at the end of a line, bold heading", () => {
  const bare = table([{ title: "" }, { title: "" }], [["a", "b"], ["cc", ""]], { indent: 2 });
  assertEquals(bare, "  a   b\n  cc\n");
  assertEquals(table([{ title: "x" }], [["y"]], { style: colored }), "\x1b[1mx\x1b[22m\ny\n");
});

Deno.test("lines: a percent sign stays with its number, in sentences and in cells", () => {
  assertEquals(wrapped("416 redeemed (10.0 %).", 20), ["416 redeemed", "(10.0 %)."]);
  const text = table([{ title: "" }, { title: "" }], [["a", "all of them or 5 % of them"]], {
    width: 18,
  });
  assertEquals(text, "a  all of them or\n   5 % of them\n");
});

Deno.test("beginning: never wider than asked for, also for wide characters", () => {
  for (const text of ["abcdefgh", "東京東京東京", "a東b京c"]) {
    for (let width = 1; width <= 12; width++) assert(unicodeWidth(beginning(text, width)) <= width);
  }
  assertEquals(beginning("abcdefgh", 5), "abcd…");
  assertEquals(beginning("abc", 3), "abc");
});
