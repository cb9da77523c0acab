/** Errors of the library name its options as programs write them; the command line names flags. */
import { allocate, check, Drop, type DropInput } from "../../../mod.ts";
import { assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const INPUT: DropInput = {
  users: [{ id: "ann", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }],
  groups: [{ id: "north", ratio: 0 }],
  pairs: [{ user: "ann", contract: "tea", score: 1 }],
};

/** What somebody reads who does this in a notebook. */
async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing went wrong");
}

Deno.test("errors of the library speak its own words: no flag is named", async () => {
  const twice = [...INPUT.pairs as [], ...INPUT.pairs as []];
  const drop = Drop.from(INPUT);
  const cases: [() => unknown, string][] = [
    [() => Drop.from({ ...INPUT, groups: [] }), "defaultRatio fills it in"],
    [() => Drop.from({ ...INPUT, pairs: twice }, { duplicates: "error" }), "duplicates is error"],
    [() => Drop.from(INPUT, { maxChanged: 1 }), "(maxChanged) needs"],
    [() => Drop.from(INPUT, { onlyNew: true }), "(onlyNew) they must be given (previous)"],
    [() => Drop.from({ ...INPUT, pins: [{ user: "ann", contract: "ink" }] }), ""],
    [() => allocate(drop, { changeCost: 1 }), "(changeCost) is 1"],
    [() => check(drop, { ...INPUT } as never), ""],
    [() => allocate(drop, { sover: "greedy" } as never), "sover"],
  ];
  for (const [work, words] of cases) {
    const message = await messageOf(work);
    assertStringIncludes(message, words);
    assertEquals(/(^|[\s(])--?[a-z]/.exec(message), null, message);
  }
});

Deno.test("errors of the command line name its flags", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const { code, stderr } = await divvy(
    ["allocate", ...INPUTS, "--out", "a.csv", "--only-new", "--quiet"],
    { cwd: folder.path },
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "(--only-new) they must be given (--previous)");
});
