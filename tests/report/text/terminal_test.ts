import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { colored, shorten, table } from "../../../lib/report/text/terminal.ts";

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

Deno.test("table: keeps to the width by shortening the widest left-aligned column", () => {
  const id = "0x71252fe1ad23d73fbe60c1aee5f15df4afc05826";
  const columns = [{ title: "contract" }, { title: "assigned", align: right }];
  assertEquals(
    table(columns, [[id, "12"]], { width: 30 }),
    "contract              assigned\n0x71252fe1…4afc05826        12\n",
  );
});

Deno.test("table: no heading where all are empty, no blanks at the end of a line, bold heading", () => {
  const bare = table([{ title: "" }, { title: "" }], [["a", "b"], ["cc", ""]], { indent: 2 });
  assertEquals(bare, "  a   b\n  cc\n");
  assertEquals(table([{ title: "x" }], [["y"]], { style: colored }), "\x1b[1mx\x1b[22m\ny\n");
});

Deno.test("shorten: never wider than asked for, also for wide characters", () => {
  for (const text of ["abcdefgh", "東京東京東京", "a東b京c"]) {
    for (let width = 1; width <= 12; width++) assert(unicodeWidth(shorten(text, width)) <= width);
  }
  assertEquals(shorten("abcdefgh", 5), "ab…gh");
  assertEquals(shorten("abc", 3), "abc");
});
