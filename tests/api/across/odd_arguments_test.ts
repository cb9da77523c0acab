/**
 * Whatever a program in JavaScript calls the library with: either it is done, or it fails with one of the library's own errors, in one
 * line that shows the value as a program would write it.
 */
import * as main from "../../../mod.ts";
import * as splits from "../../../split.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { withFolder } from "../../support/temp_folder.ts";

const library = { ...main, ...splits };
const { Drop, UsageError } = library;
const drop = Drop.from({
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 2, sponsored: false }],
  groups: [{ id: "north", ratio: 0.5 }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "cake", score: 0.7 },
  ],
});
const allocation = await library.allocate(drop);
const offers = [{ user: "a", contract: "b" }];
const problem = {
  total: 10,
  price: 5,
  requirements: [
    { name: "a", interval: [0, 8], target: 4 },
    { name: "b", interval: [1, 9], target: "center" },
  ],
};
const columns = { total: 9, lower: [0, 0], upper: [8, 8], target: [4, 8] };
const pizza = "examples/split/pizza.csv";

/** Values of every type, of which a call takes few. */
const ODD: readonly unknown[] = [
  ...[null, undefined, true, NaN, Infinity, -1, 0, 1.5, 1e308, 10n, Symbol("s"), "x", ""],
  ...[{}, [], [NaN], [null], [{}], () => 1, new Date(NaN), new Map()],
];
const NAMES: readonly string[] = [
  ...["InputError", "UsageError", "InfeasibleError", "TimeoutError"],
];

// deno-lint-ignore no-explicit-any
type Call = (...given: any[]) => unknown;
/** Functions with arguments that are right, each of which is replaced by odd ones, and with it each field of those that are objects. */
function callsIn(folder: string): readonly [Call, ...unknown[]][] {
  const { offersOf } = allocation;
  // Odd texts are names of files, too, which are written: into the folder.
  const writeInFolder: Call = (drop, made, out) =>
    library.writeAssignments(
      drop,
      made,
      typeof out === "string" && out !== "" ? `${folder}/${out}` : out,
    );
  const files = { assignments: pizza, selections: pizza };
  return [
    [library.allocate, drop, { k: 3, covW: [1], signal: undefined, onProgress: undefined, gap: 0 }],
    [library.check, drop, allocation, {
      k: 3,
      exact: true,
      scenario: undefined,
      certificate: undefined,
    }],
    [library.report, drop, allocation, { title: "x", files: {}, timings: {}, warnings: [] }],
    [library.preview, drop, { k: 3, title: "x" }],
    [library.explain, drop, allocation, { user: "ann" }],
    [library.whatIf, drop, [{ name: "a" }], { title: "x", workers: 1 }],
    [library.diff, allocation, allocation, { title: "x", groups: undefined, contracts: undefined }],
    [library.alternates, drop, allocation, { perUser: 2 }],
    [library.serveHoldout, drop, { k: 3 }],
    [writeInFolder, drop, allocation, "out.csv"],
    [(user) => offersOf(user), "ann"],
    [(...given) => drop.withHoldout(given[0], given[1], given[2]), "50%", 1, "none"],
    [(most) => drop.withMaxChanged(most), 1],
    [
      (other, names) => library.report(drop, allocation).compare(other, names),
      library.report(drop, allocation),
      ["a", "b"],
    ],
    [library.review, { offers, selections: [], heldOut: [], users: [] }, { confidence: 0.9 }],
    [library.readReview, files, { since: undefined, limits: {}, columns: {}, encoding: undefined }],
    [library.capsFromReviews, [library.review({ offers, selections: [] })], []],
    [
      library.readDrop,
      { caps: pizza, elig: pizza, userGroups: pizza, groupRatios: pizza, limits: undefined },
      { limits: {}, columns: {}, workers: 1, topN: 3 },
    ],
    [library.readSplit, pizza, {
      total: 1,
      price: 2,
      groups: pizza,
      goods: pizza,
      limits: {},
      dialect: {},
    }],
    [library.split, problem, { step: 1, gamma: 1, tMin: 1, coin: 1, currencyDigits: 2 }],
    [library.splitBy, "max-min", problem, { step: 1, coin: 1, currencyDigits: 2 }],
    [library.splitTotals, { ...columns, total: undefined }, [3], {
      changeWeight: 1,
      absolute: true,
    }],
    [library.splitArrays, columns, { leftover: true, allowNegative: true }],
    [library.explainSplit, problem, "a", { method: "woptim", step: 1 }],
  ];
}

/** What a call ends with; null: it is done. */
async function faultOf(call: Call, given: readonly unknown[]): Promise<Error | null> {
  try {
    const made = await call(...given);
    if (Symbol.iterator in Object(made)) [...made as Iterable<unknown>];
    return null;
  } catch (error) {
    return error as Error;
  }
}

Deno.test("odd arguments and options: the library's own error in one line, or none", async () => {
  const wrong: string[] = [];
  let refused = 0;
  const judge = async (call: Call, given: readonly unknown[], at: string) => {
    const fault = await faultOf(call, given);
    if (fault === null) return;
    refused++;
    const { name, message } = fault;
    if (!NAMES.includes(name) || /\n|\[object|undefined is|reading '/.test(message)) {
      wrong.push(`${at}: ${name} ${message}`);
    }
  };
  await withFolder(async (folder) => {
    for (const [n, [call, ...right]] of callsIn(folder).entries()) {
      for (const odd of ODD) {
        for (const [i, one] of right.entries()) {
          await judge(call, right.with(i, odd), `call ${n}, argument ${i}`);
          if (typeof one !== "object" || one === drop || one === allocation) continue;
          for (const field of [...Object.keys(one as object), "nope"]) {
            const changed = Array.isArray(one) ? [odd, ...one.slice(1)] : { ...one, [field]: odd };
            await judge(call, right.with(i, changed), `call ${n}, argument ${i}, ${field}`);
          }
        }
      }
    }
  });
  assertEquals(wrong, []);
  assert(refused > 1000);
});

Deno.test("what no share, seed or option of files is, is refused by its name", () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  const told = (call: () => unknown) => assertThrows(call, UsageError).message;
  assertEquals(
    told(() => drop.withHoldout("5")),
    'share is "5", expected a share below 100 %, such as "5%"',
  );
  assertEquals(told(() => drop.withHoldout("5%", 1.5)), "seed is 1.5, expected a whole number ≥ 0");
  assertEquals(
    told(() => drop.withMaxChanged(any("many"))),
    'most is "many", expected a whole number ≥ 0, or a share such as "5%"',
  );
  assertEquals(
    told(() => library.split(any(problem), { step: any({}) })).slice(0, 17),
    "step is an object",
  );
});
