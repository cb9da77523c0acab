import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import { checkAssignments, type CheckReport } from "../../../lib/allocator/check/check.ts";
import {
  type GreedyOptions,
  solveGreedy,
  solveGreedyAsync,
} from "../../../lib/allocator/greedy/greedy.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { seededRandom, shuffle } from "../../../lib/base/numbers/random.ts";
import { TimeoutError } from "../../../lib/base/errors.ts";
import { divvy, INPUTS, TempFolder } from "../../support/cli.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { rowsOf, tableOf } from "../../support/assignment_table.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { randomPolicy } from "../../support/random_policy.ts";
import { referenceDrop, referenceResults } from "../../support/reference_drop.ts";

/** The options of a real run of the replaced tool. */
const production: Policy = {
  ...defaultPolicy,
  sponsoredFirstRounds: 3,
  enforceAssignmentRatio: true,
  maxMixedShare: 0,
};

function judged(instance: Instance, policy: Policy, allocation: Allocation): CheckReport {
  return checkAssignments(instance, tableOf(rowsOf(instance, allocation)), policy);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

for (const name of ["scarce", "ample"] as const) {
  Deno.test(`greedy: at least the replaced tool's score and fill, ${name} drop`, async () => {
    const instance = await referenceDrop(name);
    const runs = [1, 2, 3, 4, 5].map((seed) =>
      solveGreedy(instance, production, { seed, scarcityAlpha: 0.05 })
    );
    const { offers, score } = referenceResults[name].replacedGreedy;
    assert(median(runs.map((run) => run.score)) >= score);
    assert(median(runs.map((run) => run.offerPair.length)) >= offers);
    for (const run of runs) {
      const report = judged(instance, production, run);
      assertEquals(report.feasible, true);
      // The checker's is a sum of doubles.
      assertAlmostEquals(report.objective, run.objective, 1e-12 * run.objective);
      // Every minimum that has enough users with a sponsored option is met.
      assertEquals(run.shortfall, report.feasibility.users_out_of_reach);
    }
  });
}

const drops = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  users: fc.integer({ min: 1, max: 60 }),
  contracts: fc.integer({ min: 1, max: 12 }),
  groups: fc.integer({ min: 1, max: 6 }),
  sponsoredShare: fc.constantFrom(0, 0.2, 0.5, 1),
  density: fc.constantFrom(0.1, 0.5, 1),
  capShare: fc.constantFrom(0.05, 0.5, 3),
  scoreStep: fc.constantFrom(0.001, 0.5),
  negativeShare: fc.constantFrom(0, 0.3),
}).map((options) => randomInstance({ ...options, brands: 4 })).filter((drop) =>
  drop.group.length > 0
);
const policies = fc.integer({ min: 1, max: 1e6 }).map((seed) => randomPolicy(seed, true));
const options: fc.Arbitrary<GreedyOptions> = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  scarcityAlpha: fc.constantFrom(0, 0.05, 2),
});

Deno.test("greedy: every rule holds, whatever the drop and the policy", () => {
  fc.assert(
    fc.property(drops, policies, options, (instance, policy, chosen) => {
      const allocation = solveGreedy(instance, policy, chosen);
      const report = judged(instance, policy, allocation);
      assertEquals(
        report.rules.filter(({ rule, count }) => rule !== "min_sponsored" && count > 0),
        [],
      );
      assertEquals(report.shortfall, allocation.shortfall);
      const size = Math.max(1, Math.abs(allocation.objective));
      assert(Math.abs(report.objective - allocation.objective) <= 1e-9 * size);
    }),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("greedy: the same seed gives the same bytes", () => {
  fc.assert(
    fc.property(drops, policies, options, (instance, policy, chosen) => {
      assertEquals(solveGreedy(instance, policy, chosen), solveGreedy(instance, policy, chosen));
    }),
    { numRuns: 50, seed: 2 },
  );
  const instance = randomInstance({ seed: 7, users: 300, contracts: 20, groups: 9 });
  const offers = [1, 2, 3].map((seed) => solveGreedy(instance, production, { seed }).offerPair);
  assert(offers.some((other) => other.join() !== offers[0].join()), "seeds make no difference");
});

Deno.test("greedy: never above the optimum of any policy, nor short of a minimum within reach", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const instance = randomInstance({
      seed,
      users: 5,
      contracts: 5,
      groups: 2,
      brands: 3,
      capShare: 0.4,
    });
    const policy = { ...randomPolicy(seed, true), shortfallPrice: 1e6 };
    const optimum = bruteForce(instance, policy);
    const greedy = solveGreedy(instance, policy, { seed });
    assert(greedy.objective <= optimum.objective + 1e-6, `seed ${seed}`);
    // At such a price the optimum lacks as few users as can be, and so does the greedy solver.
    assertEquals(
      greedy.shortfall,
      Math.max(0, Math.round(-optimum.objective / 1e6)),
      `seed ${seed}`,
    );
  }
});

Deno.test("greedy: the optimum itself where nothing is scarce", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const drop = randomInstance({ seed, users: 5, contracts: 5, groups: 2 });
    const instance = { ...drop, cap: drop.cap.map(() => 5) };
    const policy = { ...defaultPolicy, model: "coverage" as const };
    const { objective } = solveGreedy(instance, policy);
    assert(Math.abs(objective - bruteForce(instance, policy).objective) < 1e-9, `seed ${seed}`);
  }
});

Deno.test("greedy: users without an open sponsored offer turn to unsponsored ones", () => {
  // The replaced tool leaves them with nothing: one sponsored unit for ten users, plenty of the rest.
  const drop = randomInstance({ seed: 5, users: 10, contracts: 4, groups: 1, density: 1 });
  const instance = { ...drop, cap: Float64Array.of(1, 1, 10, 10), ratio: Float64Array.of(0.2) };
  const { offerPair, shortfall } = solveGreedy(instance, defaultPolicy);
  // Two sponsored users with an offer each, eight with both unsponsored ones.
  assertEquals([offerPair.length, shortfall], [2 + 8 * 2, 0]);
  // More sponsored units than the ratio asks for must not leave anybody with fewer offers.
  const more = { ...instance, cap: Float64Array.of(3, 2, 10, 10) };
  assert(solveGreedy(more, defaultPolicy).offerPair.length >= 18);
  // One sponsored assignment of five, as the ratio asks: two allow eight more.
  const guarded = solveGreedy(instance, production);
  assertEquals([guarded.offerPair.length, guarded.shortfall], [10, 0]);
});

Deno.test("greedy: out of time or stopped before the first offer, there is no result", () => {
  const instance = randomInstance({ seed: 7, users: 300, contracts: 20, groups: 9 });
  assertEquals(solveGreedy(instance, production).timedOut, false);
  for (const control of [{ timeout: 0 }, { signal: AbortSignal.abort() }]) {
    const call = () => solveGreedy(instance, production, control);
    assertThrows(call, TimeoutError, "had placed no offer: time ran out, or the run was stopped");
  }
});

Deno.test("greedy beside other work: the same offers; a signal from outside is seen between rounds", async () => {
  const instance = randomInstance({ seed: 7, users: 300, contracts: 20, groups: 9 });
  const whole = solveGreedy(instance, production);
  assertEquals(await solveGreedyAsync(instance, production), whole);
  const stop = new AbortController();
  const cut = await solveGreedyAsync(instance, production, {
    signal: stop.signal,
    onProgress: ({ phase }) => {
      if (phase === "greedy: rounds") setTimeout(() => stop.abort(), 0);
    },
  });
  assert(cut.timedOut && cut.offerPair.length > 0);
  assert(cut.offerPair.length < whole.offerPair.length);
});

Deno.test("greedy: progress names the phases in their order", () => {
  const instance = randomInstance({ seed: 7, users: 30, contracts: 5, groups: 3 });
  const phases: string[] = [];
  solveGreedy(instance, production, { onProgress: ({ phase }) => phases.push(phase) });
  assertEquals(phases.map((phase) => phase.replace("greedy: ", "")), [
    "minima",
    "rounds",
    "sponsored sweep",
    "release",
    "conversion",
    "unsponsored sweep",
    "coverage sweep",
  ]);
});

Deno.test("greedy: no phase begins once it is to stop, as each looks at all pairs first", async () => {
  const instance = randomInstance({ seed: 5, users: 60, contracts: 6, groups: 3 });
  const stop = new AbortController(), phases: string[] = [];
  const allocation = await solveGreedyAsync(instance, production, {
    signal: stop.signal,
    onProgress: ({ phase }) => {
      phases.push(phase);
      if (phase === "greedy: rounds") stop.abort();
    },
  });
  assertEquals(phases.at(-1), "greedy: rounds");
  assert(allocation.timedOut && judged(instance, production, allocation).feasible);
});

Deno.test("greedy: a negative weight of scarcity is refused", () => {
  const instance = randomInstance({ seed: 1, users: 3, contracts: 3, groups: 1 });
  assertThrows(() => solveGreedy(instance, production, { scarcityAlpha: -1 }), RangeError, "-1");
});

Deno.test("greedy: the order of rows in the files changes nothing", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const options = { users: 150, pairs: 8, contracts: 20, groups: 12 };
    const { files } = await generateDrop({ dir, ...options });
    const first = await readDrop(files);
    const before = solveGreedy(first.instance, production, { scarcityAlpha: 0.05 });
    const random = seededRandom(4);
    for (const file of Object.values(files)) {
      const [header, ...lines] = (await Deno.readTextFile(file)).trimEnd().split("\n");
      const order = Uint32Array.from(lines.keys());
      shuffle(order, random);
      const mixed = Array.from(order, (i) => lines[i]);
      await Deno.writeTextFile(file, `${[header, ...mixed].join("\n")}\n`);
    }
    const second = await readDrop(files);
    const after = solveGreedy(second.instance, production, { scarcityAlpha: 0.05 });
    assertEquals(rowsOf(second.instance, after), rowsOf(first.instance, before));
    assertEquals(after, before);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("greedy with no time has no result, and last week's file stays", async () => {
  await using folder = new TempFolder();
  const options = { cwd: folder.path };
  await generateDrop({ dir: options.cwd, users: 200 });
  folder.write("out.csv", "last week's\n");
  const run = await divvy(
    [
      ...["allocate", ...INPUTS, "--solver", "greedy", "--timeout", "0.000001"],
      ...["--out", "out.csv", "--summary", "s.json", "-q"],
    ],
    options,
  );
  assertEquals([run.code, folder.read("out.csv")], [3, "last week's\n"], run.stderr);
  assertEquals(folder.names().includes("s.json"), false);
});
