import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { checkAssignments, type CheckReport } from "../../../lib/allocator/check/check.ts";
import { boundFromPrices } from "../../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../../lib/allocator/check/rules/demands.ts";
import { withExactFigures } from "../../../lib/allocator/check/exact/exact.ts";
import type { Allocation, Prices } from "../../../lib/allocator/model/allocation.ts";
import {
  type Certificate,
  certificateOf,
  policyOfCertificate,
} from "../../../lib/allocator/model/certificate.ts";
import { inputHashes } from "../../../lib/allocator/drop/input_hashes.ts";
import { VERSION } from "../../../lib/base/version.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy, shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { check as checkDrop } from "../../../lib/api/check.ts";
import { formatCertificate, parseCertificate } from "../../../lib/io/documents/certificate_file.ts";
import { checkText } from "../../../lib/report/text/check_text.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { fourUsersInstance, randomInstance } from "../../support/random_instance.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { randomPolicy } from "../../support/random_policy.ts";
import { type Row, tableOf } from "../../support/assignment_table.ts";

/**
 * Two users want the one unit of s (0.5 and 0.75) and can have t (0.25 and 0.125). Best: b takes s, a takes t. At price 0.5
 * for s, a is content with t, b pays, and the bound is 0.5 + 0.25 + 0.25 = 1, the optimum.
 */
const drop: Instance = {
  users: IdPool.from(["a", "b"]),
  contracts: ["s", "t"],
  sponsoredContracts: 1,
  cap: Float64Array.of(1, 2),
  brand: null,
  brands: [],
  groups: ["g"],
  ratio: Float64Array.of(0.5),
  groupSize: Uint32Array.of(2),
  group: Uint32Array.of(0, 0),
  start: Uint32Array.of(0, 2, 4),
  middle: Uint32Array.of(1, 3),
  contract: Uint16Array.of(0, 1, 0, 1),
  score: Float64Array.of(0.5, 0.25, 0.75, 0.125),
};
const policy: Policy = { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0 };
const rows: Row[] = [["b", "s", 0.75], ["a", "t", 0.25]];
const right: Certificate = {
  format: 2,
  divvy: VERSION,
  inputs: inputHashes(drop),
  model: "uniform",
  k: 1,
  cov_w: [],
  cov_mode: "z",
  sponsored_bonus: 0,
  shortfall_penalty: 0.1,
  shortfall_price: 10,
  max_sponsored_ratio: null,
  enforce_assignment_ratio: false,
  assignment_ratio_guard: "hard",
  ratio_slack: 0,
  mix_tail: false,
  third_slot_only_mixing: true,
  sponsored_first_rounds: 2,
  max_mixed_share: 1,
  max_per_brand: null,
  objective: 1,
  bound: 1,
  gap: 0,
  exact: null,
  contracts: { s: 0.5 },
  groups: {},
};

function check(certificate: Certificate, assigned = rows, under = policy): CheckReport {
  return checkAssignments(drop, tableOf(assigned), under, { certificate });
}

Deno.test("certificate: a right one certifies the optimum", () => {
  const report = check(right);
  assertEquals(report.certificate, {
    certified: true,
    gap: 0,
    bound: 1,
    claimed_bound: 1,
    claimed_objective: 1,
    claimed_gap: 0,
    problems: [],
    notes: [],
  });
  assertEquals(report.ok, true);
  assert(checkText(report).includes("certified: gap ≤ 0 (bound 1)"));
});

Deno.test("certificate: of options that differ, those that matter to one side only by another one are not called absent", () => {
  const problems = (options: Partial<Policy>) =>
    check(right, rows, { ...policy, ...options }).certificate!.problems
      .filter((line) => line.includes("checked with"));
  assertEquals(problems({}), []);
  assertEquals(problems({ enforceAssignmentRatio: true }), [
    "enforce_assignment_ratio is false, checked with true",
  ]);
  assertEquals(problems({ mixTail: true }), ["mix_tail is false, checked with true"]);
  assertEquals(problems({ covMode: "shortfall" }), ['cov_mode is "z", checked with "shortfall"']);
  assertEquals(
    check({ ...right, change_cost: 0.5 }).certificate!.problems.filter((line) =>
      line.startsWith("change_cost")
    ),
    ["change_cost is 0.5, checked with 0"],
  );
});

Deno.test("certificate: a shortfall price is the policy's but for its last digits, relative to its size", () => {
  const problems = (shortfall_price: number) =>
    check({ ...right, shortfall_price }).certificate!.problems.filter((line) =>
      line.startsWith("shortfall_price")
    );
  assertEquals(problems(10 * (1 + 5e-10)), []);
  assertEquals(problems(10 * (1 + 2e-9)).length, 1);
});

Deno.test("certificate: worse prices prove a worse bound, and that is said", () => {
  const report = check({ ...right, bound: 1.125, gap: 0.125 / 1.125, contracts: { s: 0.75 } });
  assertEquals(report.certificate!.bound, 0.75 + 0.25 + 0.125);
  const loose = check({ ...right, bound: 1.25, gap: 0.2, contracts: {} });
  assertEquals([loose.certificate!.bound, loose.certificate!.certified], [1.25, true]);
  assert(checkText(loose).includes("certified: gap ≤ 0.2 "));
});

const wrong: [what: string, change: Partial<Certificate>, problem: string][] = [
  [
    "a bound that the prices do not prove",
    { contracts: {} },
    "bound is 1, the prices prove no less than 1.25",
  ],
  ["a bound below the objective", { bound: 0.9 }, "bound is 0.9, the prices prove no less than 1"],
  [
    "a gap smaller than the figures",
    { bound: 1.25, gap: 0.1, contracts: {} },
    "gap is 0.1, the prices prove no less than 0.2",
  ],
  ["another objective", { objective: 1.5 }, "objective is 1.5, the assignments have 1"],
  [
    "a negative price",
    { contracts: { s: -0.5 } },
    "price of contract s is -0.5, expected a finite number ≥ 0",
  ],
  [
    "an infinite price",
    { contracts: { s: Infinity } },
    "price of contract s is Infinity, expected a finite number ≥ 0",
  ],
  ["no number", { bound: NaN }, "bound is NaN, the prices prove no less than 1"],
  [
    "a minimum dearer than its shortfall",
    { groups: { g: { min_sponsored: 11 } } },
    "min_sponsored of group g is 11, expected 0 … 10, the shortfall price",
  ],
  [
    "a price of a rule that there is not",
    { groups: { g: { max_sponsored: 0.5 } } },
    "max_sponsored of group g is 0.5, expected 0, there being no such rule",
  ],
  [
    "a price of an assignment ratio that there is not",
    { groups: { g: { assignment_ratio: 0.5 } } },
    "assignment_ratio of group g is 0.5, expected 0, there being no such rule",
  ],
  [
    "a price of mixed users where nobody may mix",
    { groups: { g: { mixed_share: 0.5 } } },
    "mixed_share of group g is 0.5, expected 0, there being no such rule",
  ],
  ["another drop", { contracts: { S: 0.5 } }, "contract S has a price and is not in the drop"],
  ["another drop's group", { groups: { h: {} } }, "group h has prices and is not in the drop"],
  ["another model", { model: "coverage" }, 'model is "coverage", checked with "uniform"'],
  ["another k", { k: 3 }, "k is 3, checked with 1"],
  ["other weights", { cov_w: [0.5] }, "cov_w is [0.5], checked with [0]"],
  [
    "another drop's pairs",
    { inputs: { ...inputHashes(drop), elig: "0".repeat(64) } },
    `elig has SHA-256 ${inputHashes(drop).elig}, the certificate is of ${"0".repeat(64)}`,
  ],
  [
    "limits that the drop does not have",
    {
      limit_families: [{
        limit: "l",
        per: [],
        counts: "offers",
        at_most: 1,
        at_least: null,
        share_of: null,
        price: null,
        where: [],
      }],
    },
    'limit l is {"limit":"l","per":[],"counts":"offers","at_most":1,"at_least":null,' +
    '"share_of":null,"price":null,"where":[]}, checked with none',
  ],
  ["another shortfall price", { shortfall_price: 1 }, "shortfall_price is 1, checked with 10"],
];

for (const [what, change, problem] of wrong) {
  Deno.test(`certificate: ${what} is rejected`, () => {
    const report = check({ ...right, ...change });
    assert(report.certificate!.problems.includes(problem), report.certificate!.problems.join("\n"));
    assertEquals([report.certificate!.certified, report.ok], [false, false]);
    assert(checkText(report).includes(`NOT CERTIFIED: ${problem}\n`));
  });
}

Deno.test("certificate: tampered assignments are rejected", () => {
  const fewer = check(right, rows.slice(0, 1));
  assertEquals(fewer.certificate!.problems, [
    "objective is 1, the assignments have 0.75",
    "gap is 0, the prices prove no less than 0.25",
  ]);
  // Two units of a contract that has one: worth more than any allocation may be.
  const tooMany = check({ ...right, objective: 1.25 }, [["a", "s", 0.5], ["b", "s", 0.75]]);
  assertEquals(tooMany.certificate!.problems, [
    "the assignments break a rule, so their objective proves nothing",
    "the assignments' objective 1.25 is above the bound 1",
  ]);
  const swapped = check(right, [["a", "s", 0.5], ["b", "t", 0.125]]);
  assertEquals([swapped.feasible, swapped.certificate!.certified], [true, false]);
  const rescored = check(right, [["b", "s", 0.75], ["a", "t", 0.5]]);
  assertEquals([rescored.feasible, rescored.certificate!.certified], [false, false]);
});

Deno.test("certificate: wrong prices are counted past the fifth", () => {
  const contracts = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, 1]));
  const { problems } = check({ ...right, contracts }).certificate!;
  assertEquals(problems.length, 6);
  assertEquals(problems[5], "and 3 more wrong prices");
});

/** Random prices that are allowed: of rules that exist, minima at most at the shortfall price. */
function randomPrices(instance: Instance, policy: Policy, random: Random): Prices {
  const demands = demandsOf(instance, policy);
  const scale = 10 ** -random.below(4);
  const draw = () => random.next() < 0.3 ? 0 : random.next() * scale;
  const most = shortfallPrice(instance, policy);
  return {
    contract: instance.cap.map(draw),
    minSponsored: Float64Array.from(demands, () => Math.min(most, draw())),
    maxSponsored: Float64Array.from(demands, ({ most }) => most === null ? 0 : draw()),
    assignmentRatio: Float64Array.from(demands, ({ share }) => share === null ? 0 : draw()),
    mixedShare: Float64Array.from(demands, ({ mixed }) => mixed === null ? 0 : draw()),
  };
}

Deno.test("certificate: no optimum is above the bound of any prices, for every policy", () => {
  const random = seededRandom(3);
  for (let seed = 1; seed <= 80; seed++) {
    const instance = fourUsersInstance(seed);
    const policy = randomPolicy(seed, true);
    const { objective } = bruteForce(instance, policy);
    const demands = demandsOf(instance, policy);
    for (let draw = 0; draw < 10; draw++) {
      const prices = randomPrices(instance, policy, random);
      const { bound } = boundFromPrices(instance, policy, demands, prices);
      assert(bound >= objective - 1e-9, `seed ${seed}: bound ${bound}, optimum ${objective}`);
    }
  }
});

Deno.test("certificate: where nothing is scarce, prices of 0 prove the optimum, brands or not", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const base = randomInstance({
      seed,
      users: 4,
      contracts: 6,
      groups: 2,
      brands: 3,
      ratios: [0],
    });
    const instance = { ...base, cap: base.cap.map(() => 4) };
    for (const model of ["coverage", "uniform"] as const) {
      for (const maxPerBrand of [null, 1, 2]) {
        const policy = { ...defaultPolicy, model, maxPerBrand };
        const demands = demandsOf(instance, policy);
        const none = new Float64Array(instance.groups.length);
        const { bound } = boundFromPrices(instance, policy, demands, {
          contract: new Float64Array(instance.cap.length),
          minSponsored: none,
          maxSponsored: none,
          assignmentRatio: none,
          mixedShare: none,
        });
        const { objective } = bruteForce(instance, policy);
        assert(Math.abs(bound - objective) < 1e-9, `seed ${seed} ${model} ${maxPerBrand}`);
      }
    }
  }
});

Deno.test("certificate: written and read back it is the same to the bit, odd ids and all", () => {
  const instance = { ...drop, contracts: ["1", "t"], groups: ["1"] };
  const prices: Prices = {
    contract: Float64Array.of(1 / 3, 0),
    minSponsored: Float64Array.of(0.1),
    maxSponsored: Float64Array.of(0),
    assignmentRatio: Float64Array.of(5e-324),
    mixedShare: Float64Array.of(0),
  };
  const allocation: Allocation = {
    solver: "optimal",
    policy: { ...policy, shortfallPrice: 10 },
    offerStart: Uint32Array.of(0, 0, 0),
    offerPair: new Uint32Array(0),
    objective: 0,
    score: 0,
    bound: 1 / 3,
    gap: 1,
    prices,
    shortfall: 0,
    shortfallPrice: 10,
    timedOut: false,
    warnings: [],
  };
  const certificate = certificateOf(instance, allocation);
  assertEquals(Object.entries(certificate.contracts), [["1", 1 / 3]]);
  assertEquals(certificate.groups, { "1": { min_sponsored: 0.1, assignment_ratio: 5e-324 } });
  const text = formatCertificate(certificate);
  const read = parseCertificate(text, "c.json");
  assertEquals(formatCertificate(read), text);
  assertEquals(policyOfCertificate(read), allocation.policy);
  const greedy = { ...allocation, prices: null };
  assertThrows(() => certificateOf(instance, greedy), RangeError, "no bound");
});

Deno.test("certificate: files that can't be used are refused with the place", () => {
  const text = (change: object) => JSON.stringify({ ...right, ...change });
  const cases: [string, string][] = [
    ["{", "c.json:1: not valid JSON: "],
    [
      '{"model": "uniform",\n"model": "coverage"}',
      'c.json:2: key is "model", expected each key once',
    ],
    ["[]", 'c.json: certificate is "[]", expected an object'],
    [text({ k: "3" }), 'c.json: k is "3", expected a whole number from 1 to 65535'],
    [text({ k: 0 }), 'c.json: k is "0"'],
    [text({ contracts: { s: -1 } }), 'c.json: contracts.s is "-1"'],
    [text({ contracts: { s: null } }), 'c.json: contracts.s is "null", expected a number ≥ 0'],
    [text({ groups: { g: { mixed_share: "x" } } }), 'c.json: groups.g.mixed_share is "x"'],
    [text({ bound: undefined }), "c.json: no certificate: bound is missing, expected a number"],
    [text({ gap: "0" }), 'c.json: gap is "0", expected a number ≥ 0'],
    [text({ gap: undefined }), "c.json: no certificate: gap is missing, expected a number ≥ 0"],
    [text({ gap: NaN }), 'c.json: gap is "null"'],
    [text({ mix_tail: undefined }), "c.json: no certificate: mix_tail is missing"],
    [text({ format: 1 }), 'c.json: format is "1", expected 2'],
    [text({ inputs: undefined }), "c.json: no certificate: inputs is missing"],
    [text({ inputs: { caps: "x" } }), 'c.json: inputs.caps is "x", expected a SHA-256'],
    [text({ limit_families: [{ limit: "l" }] }), "c.json: limit_families.0.per"],
  ];
  for (const [json, message] of cases) {
    const error = assertThrows(() => parseCertificate(json, "c.json"), InputError);
    assert(error.message.startsWith(message), error.message);
    assert(!error.message.includes("\n"));
  }
});

Deno.test("certificate: what a search claims beyond the prices is kept beside exact figures, at least the objective", () => {
  const held = { pair: Uint32Array.of(1, 2), user: Uint32Array.of(0, 1) };
  const of = (search_bound: number) =>
    withExactFigures(drop, { ...right, contracts: {}, search_bound }, held);
  assertEquals([of(1.125).search_bound, of(1.125).exact!.bound], [1.125, "1.25"]);
  assertEquals(of(1 - 1e-16).search_bound, 1);
  assertEquals("search_bound" in of(1.25), false);
  assertEquals("search_bound" in withExactFigures(drop, right, held), false);
});

Deno.test("check: a pair of the first user that is not eligible is found", () => {
  const first = { ...drop, start: Uint32Array.of(0, 1, 3), middle: Uint32Array.of(1, 2) };
  const only = { ...first, contract: Uint16Array.of(0, 0, 1), score: Float64Array.of(1, 1, 1) };
  const report = checkAssignments(only, tableOf([["a", "t", 1]]), policy);
  assertEquals(report.rules.find(({ rule }) => rule === "ineligible_pair")!.count, 1);
});

Deno.test("check: the first pair of the next user is none of the last user's", () => {
  // a can have s only, b t only.
  const apart = {
    ...drop,
    start: Uint32Array.of(0, 1, 2),
    middle: Uint32Array.of(1, 1),
    contract: Uint16Array.of(0, 1),
    score: Float64Array.of(1, 1),
  };
  const report = checkAssignments(apart, tableOf([["a", "t", 1]]), policy);
  assertEquals(report.rules.find(({ rule }) => rule === "ineligible_pair")!.count, 1);
  assertEquals(report.score, 0);
});

Deno.test("certificate: that users keep their own limits is noted, and needs limits of single users", async () => {
  const limits = [{ limit: "budget", per: "user_id", counts: "weight", atMost: 4 }];
  const own = limitedDrop(3, limits), allocation = await allocate(own);
  const certificate = { ...issueCertificate(own, allocation), own_limits_kept: true };
  const of = (claimed: Certificate) =>
    checkDrop(own, allocation, { certificate: claimed }).certificate!;
  assertEquals(of(certificate).notes, [
    "each user's best bundle keeps the limits toward which only this user's offers count",
  ]);
  assertEquals(of({ ...certificate, own_limits_kept: false }).notes, []);
  // Without limits there is nothing to keep.
  const kept = check({ ...right, own_limits_kept: true });
  assertEquals([kept.certificate!.certified, kept.certificate!.notes], [true, []]);
  const shared = limitedDrop(3, [{ limit: "all", atMost: 9 }]), found = await allocate(shared);
  const claimed = { ...issueCertificate(shared, found), own_limits_kept: true };
  const report = checkDrop(shared, found, { certificate: claimed }).certificate!;
  assertEquals([report.certified, report.notes], [true, []]);
});
