import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "../../../lib/deps/std_assert.ts";
import { solveGreedy } from "../../../lib/allocator/greedy/greedy.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import { MAX_ILP_PAIRS } from "../../../lib/allocator/ilp/ilp_model.ts";
import { defaultPolicy, shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { Drop, type DropInput, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { InputError, TimeoutError, UsageError } from "../../../lib/base/errors.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { saying, withWorkers } from "../../support/workers.ts";
import { randomPolicy } from "../../support/random_policy.ts";

Deno.test("HiGHS on the whole model finds the optimum of brute force, for every model and policy", async () => {
  let withShortfall = 0, mixed = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const brands = seed % 3 === 0 ? 3 : 0;
    const instance = randomInstance({
      seed,
      users: 2 + (seed % 5),
      contracts: 5 + (seed % 3),
      groups: 1 + (seed % 2),
      density: 0.5,
      capShare: seed % 2 === 0 ? 0.3 : 0.8,
      negativeShare: seed % 4 === 0 ? 0.3 : 0,
      scoreStep: seed % 5 === 0 ? 0.1 : 0.001,
      brands,
    });
    const policy = randomPolicy(seed, brands > 0);
    const found = await solveIlp(instance, policy);
    assertAlmostEquals(
      found.objective,
      bruteForce(instance, policy).objective,
      1e-7,
      `seed ${seed}`,
    );
    assert(found.bound !== null && found.bound >= found.objective && !found.timedOut);
    if (found.shortfall > 0) withShortfall++;
    if (policy.mixTail && policy.model === "uniform") mixed++;
  }
  // The draw covers what it is meant to cover.
  assert(
    withShortfall > 10 && mixed > 10,
    `${withShortfall} with a shortfall, ${mixed} with mixing`,
  );
});

Deno.test("scores of any scale are solved alike", async () => {
  const instance = randomInstance({ seed: 5, users: 6, contracts: 6, groups: 2 });
  const policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };
  const { objective } = await solveIlp(instance, policy);
  for (const scale of [1e-9, 1e9]) {
    const scaled = { ...instance, score: instance.score.map((s) => s * scale) };
    const found = await solveIlp(scaled, policy);
    // P is a power of ten of its own, so shortfalls scale with it only in that drop's units.
    assertEquals(found.shortfall, 0);
    assertAlmostEquals(found.objective / scale, objective, 1e-9);
  }
});

Deno.test("a drop past the size that HiGHS can do is refused in one line", async () => {
  const small = randomInstance({ seed: 1, users: 4, contracts: 4, groups: 1 });
  const score = new Float64Array(MAX_ILP_PAIRS + 1);
  const error = await assertRejects(
    () => solveIlp({ ...small, score }, defaultPolicy),
    UsageError,
    "at most",
  );
  assertEquals(error.message.split("\n").length, 1);
});

Deno.test("that pins can't be given is said where HiGHS proves it, and that it gave up where it did", async () => {
  const input: DropInput = {
    users: [{ id: "u1", group: "g" }],
    contracts: [{ id: "a", cap: 1, sponsored: false }, { id: "b", cap: 1, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    // Of b's type u1 gets nothing beside the pin.
    pairs: ["a", "b"].map((contract) => ({ user: "u1", contract, score: 1 })),
    pins: [{ user: "u1", contract: "a" }],
  };
  const half = { limit: "half", atMost: 0.5, shareOf: "offers", where: { is_sponsored: "false" } };
  const { instance } = Drop.from({ ...input, limits: [half as LimitInput] });
  await assertRejects(
    () => solveIlp(instance, defaultPolicy, { timeout: 60 }),
    InputError,
    "can't be given along with the rules",
  );
  await assertRejects(
    () => solveOptimal(instance, defaultPolicy),
    InputError,
    "is not given by solver optimal along with the rules",
  );
  // HiGHS refuses such numbers: that says nothing of the pin, or of the time.
  const huge = Drop.from({ ...input, limits: [{ limit: "m", atLeast: 1e100, price: 1e100 }] });
  for (const pins of [huge.instance.pins, undefined]) {
    await assertRejects(
      () => solveIlp({ ...huge.instance, pins }, defaultPolicy, { timeout: 60 }),
      TimeoutError,
      "HiGHS gave up",
    );
  }
});

Deno.test("a minimum that a pin or a limit keeps from being met costs as much as any: the price of missing users is not raised for it", async () => {
  const input: DropInput = {
    users: ["u1", "u2", "u3"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "a", cap: 3, sponsored: false }, { id: "b", cap: 3, sponsored: true }],
    groups: [{ id: "g", ratio: 1 }],
    pairs: ["u1", "u2", "u3"].flatMap((user) =>
      ["a", "b"].map((contract) => ({ user, contract, score: 0.5 }))
    ),
  };
  const pins = [{ user: "u1", contract: "a" }];
  const limits = [{ limit: "two", atMost: 2, where: { contract_address: "b" } }];
  for (const more of [{ pins }, { limits }, { pins, limits }]) {
    const { instance } = Drop.from({ ...input, ...more });
    const ilp = await solveIlp(instance, defaultPolicy, { timeout: 60 });
    const optimal = await solveOptimal(instance, defaultPolicy);
    assertEquals([ilp.shortfall, ilp.shortfallPrice], [1, shortfallPrice(instance, defaultPolicy)]);
    assertAlmostEquals(ilp.objective, optimal.objective, 1e-9);
    // All three have a sponsored option: it is the pin that leaves one without.
    const said = "1 as too few users have a sponsored option beside the pins";
    assertEquals(optimal.warnings[1].includes(said), "pins" in more, optimal.warnings[1]);
  }
});

Deno.test("stopped, ilp has what greedy has or better, and says that time ran out and nothing else", async () => {
  const instance = randomInstance({ seed: 3, users: 300, contracts: 30, groups: 3, density: 0.9 });
  const greedy = solveGreedy(instance, defaultPolicy);
  for (const stop of [{ timeout: 0 }, { signal: AbortSignal.abort() }, { timeout: 0.3 }]) {
    const { objective, timedOut } = await solveIlp(instance, defaultPolicy, stop);
    assert(timedOut && objective >= greedy.objective, `${timedOut} ${objective}`);
    // HiGHS in a thread that finds nothing.
    const { offerPair, ...rest } = await withWorkers(
      saying(),
      () => solveIlp(instance, defaultPolicy, stop),
    );
    assertEquals(offerPair, greedy.offerPair);
    assertEquals([rest.solver, rest.timedOut, rest.bound, rest.gap], ["ilp", true, null, null]);
    assertEquals(rest.warnings, [
      "this is the allocation of solver greedy: time ran out, or the run was stopped, before HiGHS " +
      "had a better one",
    ]);
  }
});

Deno.test("a minimum that a limit's own price keeps from being met costs the same under every solver: a price raised in vain is not kept", async () => {
  const users = ["u", "v", "w"].map((id) => ({ id, group: id }));
  const drop = Drop.from({
    users,
    contracts: [{ id: "c", cap: 3, sponsored: true }],
    groups: users.map(({ id }) => ({ id, ratio: 1 })),
    pairs: users.map(({ id }) => ({ user: id, contract: "c", score: 1 })),
    limits: [{ limit: "dear", atMost: 1, price: 3500 }],
  });
  const solved = [
    solveGreedy(drop.instance, defaultPolicy),
    await solveIlp(drop.instance, defaultPolicy),
    await solveOptimal(drop.instance, defaultPolicy),
  ];
  for (const { shortfall, shortfallPrice, objective } of solved) {
    assertEquals([shortfall, shortfallPrice], [2, solved[0].shortfallPrice]);
    assertAlmostEquals(objective, solved[0].objective, 1e-9);
  }
});
