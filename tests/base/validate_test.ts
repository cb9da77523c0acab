/** The library checks what it is called with, and says so in its own spelling. */
import {
  allocate,
  type AllocateOptions,
  check,
  Drop,
  type DropInput,
  explain,
  preview,
  readDrop,
  report,
  split,
  whatIf,
} from "../../mod.ts";
import { defaultPolicy } from "../../lib/allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../lib/allocator/model/policy_table.ts";
import { POLICY_OPTIONS } from "../../lib/api/policy_options.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";

const input: DropInput = {
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [
    { id: "tea", cap: 1, sponsored: true },
    { id: "cake", cap: 2, sponsored: false },
  ],
  groups: [{ id: "north", ratio: 0.5 }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "cake", score: 0.7 },
  ],
};
const drop = Drop.from(input);
const allocation = await allocate(drop);
// What a program in JavaScript may pass, whatever the types say.
// deno-lint-ignore no-explicit-any
const any = (value: unknown) => value as any;

const options: [Record<string, unknown>, string][] = [
  [{ k: 2.5 }, "k is 2.5, expected a whole number from 1 to 65535"],
  [{ k: NaN }, "k is NaN, expected a whole number from 1 to 65535"],
  [{ k: -1 }, "k is -1, expected a whole number from 1 to 65535"],
  [{ k: 0 }, "k is 0, expected a whole number from 1 to 65535"],
  [{ k: "3" }, 'k is "3", expected a whole number from 1 to 65535'],
  [{ k: null }, "k is null, expected a whole number from 1 to 65535"],
  [
    { solver: "optmal" },
    'solver is "optmal", expected one of optimal, greedy, ilp, pulp, or, both (did you mean optimal?)',
  ],
  [
    { model: "unifrom" },
    'model is "unifrom", expected one of uniform, coverage (did you mean uniform?)',
  ],
  [{ kk: 3 }, 'allocate has no option "kk" (did you mean k?)'],
  [{ max_per_brand: 1 }, 'allocate has no option "max_per_brand" (did you mean maxPerBrand?)'],
  [{ "--cov-w": [1] }, 'allocate has no option "--cov-w" (did you mean covW?)'],
  [{ zebra: 1 }, 'allocate has no option "zebra"'],
  [{ maxMixedShare: "a" }, 'maxMixedShare is "a", expected a number from 0 to 1'],
  [{ maxSponsoredRatio: 1.5 }, "maxSponsoredRatio is 1.5, expected a number from 0 to 1, or null"],
  [{ covW: 0.1 }, "covW is 0.1, expected a list, each a number"],
  [{ covW: [0.1, NaN] }, "covW is [0.1, NaN], expected a list, each a number"],
  [{ mixTail: "yes" }, 'mixTail is "yes", expected true or false'],
  [{ shortfallPrice: -1 }, "shortfallPrice is -1, expected a number ≥ 0, or null"],
  [{ gap: -0.1 }, "gap is -0.1, expected a number ≥ 0"],
  [{ gap: NaN }, "gap is NaN, expected a number ≥ 0"],
  [{ workers: 0 }, "workers is 0, expected a whole number from 1 to 256"],
  [{ seed: 1.5 }, "seed is 1.5, expected a whole number ≥ 0"],
  [{ timeout: NaN }, "timeout is NaN, expected a number ≥ 0"],
  [{ scarcityAlpha: Infinity }, "scarcityAlpha is Infinity, expected a number ≥ 0"],
  [{ warmStart: 1 }, "warmStart is 1, expected true or false"],
  [{ onProgress: true }, "onProgress is true, expected a function"],
  [{ signal: {} }, "signal is an object, expected an AbortSignal"],
  [
    { maxPerBrand: 1 },
    "a limit per brand (maxPerBrand) is 1, expected none: the drop has no brands (column brand_id in caps)",
  ],
];

for (const [given, message] of options) {
  Deno.test(`validate: allocate refuses ${JSON.stringify(given)} (${message.slice(0, 20)})`, async () => {
    const error = await assertRejects(() => allocate(drop, any(given)), UsageError);
    assertEquals(error.message, message);
    // Policy options are the same everywhere.
    const [name] = Object.keys(given);
    if (!Object.hasOwn(POLICY_OPTIONS, name)) return;
    const told = [
      assertThrows(() => check(drop, allocation, any(given)), UsageError).message,
      (await assertRejects(() => whatIf(drop, [{ name: "a" }], any(given)), UsageError)).message,
      ...(name === "maxPerBrand"
        ? []
        : [assertThrows(() => preview(drop, any(given)), UsageError).message]),
    ];
    for (const one of told) assertEquals(one, message);
  });
}

Deno.test("validate: undefined is as good as left out", async () => {
  const open = { k: undefined, solver: undefined, covW: undefined, startPrices: undefined };
  assertEquals((await allocate(drop, open)).policy, defaultPolicy);
});

Deno.test("validate: options whose names would not be seen are refused", async () => {
  const found: [unknown, string][] = [
    [new Map([["k", 2]]), "the options of allocate are a Map, expected an object"],
    [Promise.resolve({ k: 2 }), "the options of allocate are a Promise, expected an object"],
    [
      (async function* () {})(),
      "the options of allocate are an AsyncGenerator, expected an object",
    ],
    [new Date(0), "the options of allocate are a Date, expected an object"],
    [
      Object.create({ k: 2 }),
      "the option k of allocate is inherited, expected an option of its own",
    ],
    [Object.create({ kk: 2 }), 'allocate has no option "kk" (did you mean k?)'],
  ];
  for (const [given, message] of found) {
    const error = await assertRejects(() => allocate(drop, any(given)), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("validate: drops, their options and inputs", async () => {
  const faults: [() => unknown, string][] = [
    [
      () => Drop.from(input, { defaultRatio: 7 }),
      "defaultRatio is 7, expected a number from 0 to 1",
    ],
    [() => Drop.from(input, { topN: 0 }), "topN is 0, expected a whole number ≥ 1"],
    [() => Drop.from(input, { minScore: NaN }), "minScore is NaN, expected a number"],
    [
      () => Drop.from(input, { unsponsoredCap: -1 }),
      "unsponsoredCap is -1, expected a whole number ≥ 0",
    ],
    [
      () => Drop.from(input, any({ topn: 1 })),
      'Drop.from has no option "topn" (did you mean topN?)',
    ],
    [
      () => Drop.from(any({ ...input, pairs: undefined })),
      "pairs is missing, expected a list of {user, contract, score}, or columns",
    ],
    [
      () => Drop.from(any({ ...input, user: [] })),
      'the input of Drop.from has no option "user" (did you mean users?)',
    ],
  ];
  for (const [call, message] of faults) {
    assertEquals(assertThrows(call, UsageError).message, message);
  }
  const [group] = input.groups!;
  assertThrows(
    () => Drop.from({ ...input, groups: [{ ...group, ratio: any("0.5") }] }),
    InputError,
    'groups[0]: ratio is "0.5"',
  );
  assertThrows(
    () => Drop.from({ ...input, contracts: [{ id: "tea", cap: 1, sponsored: any("no") }] }),
    InputError,
    'contracts[0]: sponsored is "no", expected true or false',
  );
  const files = { caps: "a", elig: "b", userGroups: "c", groupRatios: "d" };
  const reading: [unknown, unknown, string][] = [
    [files, { topN: 1.5 }, "topN is 1.5, expected a whole number ≥ 1"],
    [files, { top_n: 1 }, 'readDrop has no option "top_n" (did you mean topN?)'],
    [{ ...files, caps: 3 }, {}, "caps is 3, expected a file, folder, glob, - or address"],
    ["caps.csv", {}, 'sources is "caps.csv", expected {caps, elig, userGroups, groupRatios}'],
    [{ caps: "a" }, {}, "elig is missing, expected a file, folder, glob, - or address"],
  ];
  for (const [sources, more, message] of reading) {
    const error = await assertRejects(() => readDrop(any(sources), any(more)), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("validate: prices to start from have a number ≥ 0 for each contract and group", async () => {
  const prices = allocation.prices!;
  const faults: [unknown, string][] = [
    [3, "startPrices is 3, expected Prices or a certificate"],
    [{}, "startPrices.contract is missing, expected a Float64Array of 2 prices"],
    [
      { ...prices, contract: [0, 0] },
      "startPrices.contract is [0, 0], expected a Float64Array of 2 prices",
    ],
    [
      { ...prices, contract: new Float64Array(1) },
      "startPrices.contract has 1 prices, expected 2: one for each of the drop's contracts",
    ],
    [
      { ...prices, mixedShare: undefined },
      "startPrices.mixedShare is missing, expected a Float64Array of 1 prices",
    ],
    [
      { ...prices, contract: Float64Array.of(0, NaN) },
      "startPrices.contract[1] is NaN, expected a finite number ≥ 0",
    ],
    [
      { ...prices, minSponsored: Float64Array.of(Infinity) },
      "startPrices.minSponsored[0] is Infinity, expected a finite number ≥ 0",
    ],
    [
      { ...prices, maxSponsored: Float64Array.of(-1) },
      "startPrices.maxSponsored[0] is -1, expected a finite number ≥ 0",
    ],
    [
      { ...report(drop, allocation).certificate()!, contracts: { tea: -1 } },
      "startPrices.contracts.tea is -1, expected a number ≥ 0",
    ],
  ];
  for (const [startPrices, message] of faults) {
    const options = any({ startPrices }) as AllocateOptions;
    const error = await assertRejects(() => allocate(drop, options), UsageError);
    assertEquals(error.message, message);
    const same = await assertRejects(() => whatIf(drop, [{ name: "a" }], options), UsageError);
    assertEquals(same.message, message);
  }
  const again = await allocate(drop, { startPrices: report(drop, allocation).certificate()! });
  assertEquals(again.objective, allocation.objective);
  assertEquals((await allocate(drop, { startPrices: prices })).objective, allocation.objective);
});

Deno.test("validate: a fault of a certificate given to check is named by its field and value", () => {
  const right = report(drop, allocation).certificate()!;
  const faults: [unknown, string][] = [
    [{ ...right, gap: "0" }, 'certificate.gap is "0", expected a number ≥ 0'],
    [{ ...right, gap: undefined }, "certificate.gap is missing, expected a number ≥ 0"],
    [{ ...right, gap: -1 }, "certificate.gap is -1, expected a number ≥ 0"],
    [{ ...right, bound: null }, "certificate.bound is null, expected a number"],
    [{ ...right, k: 0 }, "certificate.k is 0, expected a whole number from 1 to 65535"],
    [{ ...right, groups: [] }, "certificate.groups is [], expected an object"],
    ["c.json", 'certificate is "c.json", expected a certificate'],
  ];
  for (const [certificate, message] of faults) {
    const error = assertThrows(() => check(drop, allocation, any({ certificate })), UsageError);
    assertEquals(error.message, message);
  }
  assert(check(drop, allocation, { certificate: right }).certificate!.certified);
});

Deno.test("validate: what whatIf, explain, report and check are about", async () => {
  const faults: [() => unknown, string][] = [
    [
      () => whatIf(drop, any(allocation)),
      "scenarios is an object, expected a list of scenarios, one or more",
    ],
    [() => whatIf(drop, []), "scenarios is [], expected a list of scenarios, one or more"],
    [() => whatIf(drop, [any({})]), "scenarios[0].name is missing, expected a text"],
    [
      () => whatIf(drop, [any({ name: "a", capscale: {} })]),
      'scenarios[0] has no option "capscale" (did you mean capScale?)',
    ],
    [
      () => whatIf(drop, [{ name: "a", setRatio: { north: 2 } }]),
      "setRatio is an object, expected an object of group ids and numbers from 0 to 1",
    ],
    [
      () => whatIf(drop, [{ name: "a" }], any({ solver: "ilp" })),
      'whatIf has no option "solver"',
    ],
    [
      () => explain(drop, allocation, any({ usr: "ann" })),
      'explain\'s question has no option "usr" (did you mean user?)',
    ],
    [() => explain(drop, allocation, any({})), "explain needs one of user, contract, group, limit"],
    [
      () => explain(drop, allocation, any({ user: "ann", group: "north" })),
      "explain needs one of user, contract, group, limit",
    ],
    [() => explain(drop, allocation, { user: any(3) }), "user is 3, expected a text"],
    [
      () => explain(drop, any({}), { user: "ann" }),
      "allocation is an object, expected what allocate returns",
    ],
    [
      () => report(drop, allocation, any({ titel: "x" })),
      'report has no option "titel" (did you mean title?)',
    ],
    [
      () => report(any(input), allocation),
      "drop is an object, expected a Drop, as of Drop.from or readDrop",
    ],
    [
      () => split({ total: 1, requirements: [] }, any({ currency_digits: 2 })),
      'split has no option "currency_digits" (did you mean currencyDigits?)',
    ],
    [
      () => split({ total: 1, requirements: [] }, any({ absolute: "no" })),
      'absolute is "no", expected true or false',
    ],
    [
      () => check(drop, any(undefined)),
      "assignments is undefined, expected an allocation, or a table of assignments",
    ],
    [
      () => allocate(any(undefined)),
      "drop is undefined, expected a Drop, as of Drop.from or readDrop",
    ],
  ];
  for (const [call, message] of faults) {
    const error = await assertRejects(async () => await call(), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("validate: the table of the policy has every field, each default among what it may be", () => {
  assertEquals(
    POLICY_FIELDS.map(({ name }) => name).sort(),
    (Object.keys(defaultPolicy) as (keyof typeof defaultPolicy)[]).sort(),
  );
  for (const { name, default: value } of POLICY_FIELDS) {
    assert(POLICY_OPTIONS[name].accepts(value), name);
  }
});
