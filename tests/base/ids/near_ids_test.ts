import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { didYouMean } from "../../../lib/base/ids/near_ids.ts";

Deno.test("near ids: slips of the keyboard, beginnings, shortened forms, case", () => {
  const groups = ["north", "north-east", "south", "Ost"];
  const cases: [string, string][] = [
    ["norht", "north"],
    ["nort", "north, north-east"],
    ["ost", "Ost"],
    ["suth", "south"],
    ["n…st", "north-east"],
    ["west", ""],
    ["zz", ""],
  ];
  for (const [wanted, expected] of cases) {
    assertEquals(
      didYouMean(wanted, groups),
      expected === "" ? "" : ` (did you mean ${expected}?)`,
      wanted,
    );
  }
});

Deno.test("near ids: blanks and control characters are quoted", () => {
  assertEquals(didYouMean("user 11", ["user 12", "\x1b[2Jx"]), ' (did you mean "user 12"?)');
  assertEquals(didYouMean("\x1b[2Jy", ["\x1b[2Jx"]), ' (did you mean "\\u001b[2Jx"?)');
});

Deno.test("near ids: the nearest, three at most", () => {
  const users = Array.from({ length: 500 }, (_, i) => String(1_000_000 + i));
  assertEquals(didYouMean("1000000x", users), " (did you mean 1000000?)");
  assertEquals(didYouMean("100000", users), " (did you mean 1000000, 1000001, 1000002?)");
  assertEquals(didYouMean("10000421", users), " (did you mean 1000021, 1000041, 1000042?)");
});
