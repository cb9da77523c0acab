/** Errors of the library name its options as programs write them; the command line names flags. */
import { allocate, check, Drop, type DropInput, InputError } from "../../../mod.ts";
import type { DropOptions } from "../../../types.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const INPUT: DropInput = {
  users: [{ id: "ann", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }],
  groups: [{ id: "north", ratio: 0 }],
  pairs: [{ user: "ann", contract: "tea", score: 1 }],
};

const PINNED = { user: "ann", contract: "tea" };

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

/** Drops in memory that are refused, and what their fault is called where they were given. */
const REFUSED: readonly [Partial<DropInput>, DropOptions, column: string | undefined][] = [
  [{ groups: [] }, {}, "id"],
  [{ pairs: [...INPUT.pairs as [], ...INPUT.pairs as []] }, { duplicates: "error" }, undefined],
  [{ pairs: [{ user: "ann", contract: "tea", score: 1e301 }] }, {}, "score"],
  [{ pairs: [{ user: "ann", contract: "bun", score: 1 }] }, {}, undefined],
  [{ pairs: [{ user: "bob", contract: "tea", score: 1 }] }, {}, undefined],
  [{ pins: [{ user: "bob", contract: "tea" }] }, {}, "user"],
  [{ pins: [{ user: "ann", contract: "bun" }] }, {}, "contract"],
  [{ pins: [PINNED], bans: [PINNED] }, {}, "contract"],
  [{ bans: [PINNED, {}] }, {}, undefined],
  [{ limits: [{ limit: "l", atLeast: 2, atMost: 1 }] }, {}, "atLeast"],
  [{ history: [PINNED] }, { cooldown: "contract=8d", asOf: "2026-01-09" }, "offeredAt"],
  [{ limits: [{ limit: "l" }] }, {}, "atMost"],
  [
    { limits: [{ limit: "l", atMost: 2, shareOf: "offers", where: { group_id: "north" } }] },
    {},
    "atMost",
  ],
  [{ limits: [{ limit: "l", atMost: 0.5, shareOf: "offers" }] }, {}, "shareOf"],
  [
    {
      limits: [{
        limit: "l",
        atLeast: 0.5,
        shareOf: "offers",
        per: "group_id",
        where: { group_id: "north" },
      }],
    },
    {},
    "shareOf",
  ],
  [{ limits: [{ limit: "l", atMost: "many", per: "group_id" }] }, {}, "atMost"],
  [{ limits: [{ limit: "l", atMost: 1, per: "city" }] }, {}, "per"],
  [{ limits: [{ limit: "l", atMost: 1, counts: "group_id" }] }, {}, "counts"],
  [{ limits: [{ limit: "l", atMost: 1, where: { group_id: "south" } }] }, {}, "group_id"],
];

Deno.test("errors of the library name fields and tables as the caller gave them, and no line of a file", () => {
  for (const [change, options, column] of REFUSED) {
    const error = assertThrows(() => Drop.from({ ...INPUT, ...change }, options), InputError);
    const said = `${error.message} ${JSON.stringify(error.fault)}`;
    const own: readonly string[] = JSON.stringify(change).match(/[a-z]+_[a-z]+/g) ?? [];
    const foreign = (said.match(/[a-z]+_[a-z]+|\b(?:caps|elig)\b/g) ?? [])
      .filter((word) => !own.includes(word));
    assertEquals([foreign, error.line, error.column], [[], undefined, column], said);
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
