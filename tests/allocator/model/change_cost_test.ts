import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { diff } from "../../../lib/api/diff.ts";
import { explain } from "../../../lib/api/explain.ts";
import { report } from "../../../lib/api/report.ts";
import { whatIf } from "../../../lib/api/whatif.ts";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { changeFacts } from "../../../lib/report/facts/change_facts.ts";
import { tried } from "../../support/effort.ts";

interface Pair {
  user: string;
  contract: string;
  score: number;
}

interface Case {
  input: DropInput;
  pairs: Pair[];
  caps: Map<string, number>;
  previous: Set<string>;
}

const K = 2, COV = [0.01, 0.02], BONUS = 0.05, PRICE = 10, RATIO = 0.4;
const key = ({ user, contract }: { user: string; contract: string }) => `${user} ${contract}`;
const isSponsored = (contract: string) => contract < "c2";

/** Five users, four contracts, and some pairs that were offers before. */
function caseOf(seed: number): Case {
  const random = seededRandom(seed), pairs: Pair[] = [];
  for (let u = 0; u < 5; u++) {
    for (let c = 0; c < 4; c++) {
      if (random.next() < 0.25 && c > 0) continue;
      pairs.push({ user: `u${u}`, contract: `c${c}`, score: random.below(100) / 100 });
    }
  }
  const caps = new Map([0, 1, 2, 3].map((c) => [`c${c}`, 1 + random.below(4)]));
  const previous = new Set(pairs.filter(() => random.next() < 0.4).map(key));
  const before = [...previous].map((text) => {
    const [user, contract] = text.split(" ");
    return { user, contract };
  });
  return {
    pairs,
    caps,
    previous,
    input: {
      users: [0, 1, 2, 3, 4].map((u) => ({ id: `u${u}`, group: "all" })),
      contracts: [...caps].map(([id, cap]) => ({ id, cap, sponsored: isSponsored(id) })),
      groups: [{ id: "all", ratio: RATIO }],
      pairs,
      // Offers that are no pair now, and one that comes twice, are passed over and counted.
      previous: [...before, ...before.slice(0, 1), { user: "gone", contract: "c0" }],
    },
  };
}

/** The best objective of all allocations, each looked at; −Infinity where none keeps the rules. */
function bestByTrying(
  { pairs, caps, previous }: Case,
  model: "coverage" | "uniform",
  cost: number,
  isAllowed: (changed: number, offers: number) => boolean,
): number {
  const users = [0, 1, 2, 3, 4].map((u) => pairs.filter(({ user }) => user === `u${u}`));
  const bundles = users.map((own) => {
    let all: Pair[][] = [[]];
    for (const pair of own) {
      all = all.flatMap((bundle) => bundle.length < K ? [bundle, [...bundle, pair]] : [bundle]);
    }
    return model === "coverage"
      ? all
      : all.filter((b) => new Set(b.map(({ contract }) => isSponsored(contract))).size < 2);
  });
  const left = new Map(caps);
  let best = -Infinity;
  const visit = (u: number, value: number, changed: number, offers: number, sponsored: number) => {
    if (u === bundles.length) {
      if (!isAllowed(changed, offers)) return;
      const lacking = model === "uniform" ? Math.max(0, Math.ceil(RATIO * 5) - sponsored) : 0;
      best = Math.max(best, value - cost * changed - PRICE * lacking);
      return;
    }
    for (const bundle of bundles[u]) {
      if (bundle.some(({ contract }) => left.get(contract)! < 1)) continue;
      for (const { contract } of bundle) left.set(contract, left.get(contract)! - 1);
      const own = bundle.filter(({ contract }) => isSponsored(contract)).length;
      const bonus = BONUS * (model === "coverage" ? own : Math.min(1, own));
      const worth = bundle.reduce((sum, { score }, n) => sum + score + COV[n], bonus);
      const fresh = bundle.filter((pair) => !previous.has(key(pair))).length;
      visit(
        u + 1,
        value + worth,
        changed + fresh,
        offers + bundle.length,
        sponsored + Math.min(1, own),
      );
      for (const { contract } of bundle) left.set(contract, left.get(contract)! + 1);
    }
  };
  visit(0, 0, 0, 0, 0);
  return best;
}

const LIMITS: [number | string | undefined, (changed: number, offers: number) => boolean][] = [
  [undefined, () => true],
  [1, (changed) => changed <= 1],
  ["25%", (changed, offers) => changed <= 0.25 * offers + 1e-9],
];

Deno.test("stability: objective, bound and limit are those of every allocation tried", async () => {
  for (let seed = 1; seed <= tried(3, 6); seed++) {
    const one = caseOf(seed);
    for (const model of ["coverage", "uniform"] as const) {
      for (const [maxChanged, isAllowed] of LIMITS) {
        for (const changeCost of [0, 0.07, 0.3, 1e6]) {
          const best = bestByTrying(one, model, changeCost, isAllowed);
          const drop = Drop.from(one.input, { maxChanged });
          const options = { model, k: K, covW: COV, sponsoredBonus: BONUS, shortfallPrice: PRICE };
          const tell = `seed ${seed}, ${model}, ${maxChanged}, ${changeCost}`;
          for (const solver of ["ilp", "optimal", "greedy"] as const) {
            const found = await allocate(drop, { ...options, changeCost, solver });
            const { ok, rules, changed, change_cost } = check(drop, found);
            const broken = rules.filter(({ count }) => count > 0).map(({ rule }) => rule);
            assert(ok || broken.join() === "min_sponsored", `${tell}, ${solver}: ${broken}`);
            assertEquals(changed, found.changed, tell);
            assertAlmostEquals(change_cost!, found.changeCost!, 1e-9, tell);
            assert(isAllowed(found.changed!, found.offerPair.length), `${tell}, ${solver}`);
            assert(
              found.objective <= best + 1e-6,
              `${tell}, ${solver}: ${found.objective} ${best}`,
            );
            if (solver === "greedy") continue;
            assert(found.bound! >= best - 1e-6, `${tell}, ${solver}: bound ${found.bound} ${best}`);
            if (solver === "ilp" || found.gap! < 1e-9) {
              assertAlmostEquals(found.objective, best, 1e-6, `${tell}, ${solver}`);
            }
            if (solver !== "optimal") continue;
            assert(found.gap! < 1e-9, `${tell}: gap ${found.gap}`);
            const certificate = report(drop, found).certificate()!;
            const verdict = check(drop, found, { certificate });
            assertEquals(verdict.certificate!.problems, [], tell);
          }
        }
      }
    }
  }
});

Deno.test("the certificate names the previous offers: others, or none, are reported", async () => {
  const { input } = caseOf(3);
  const drop = Drop.from(input);
  const found = await allocate(drop, { changeCost: 0.1 });
  const certificate = report(drop, found).certificate()!;
  assertEquals(certificate.change_cost, 0.1);
  const { previous: _, ...without } = input;
  const none = Drop.from(without);
  assertThrows(() => check(none, found, { certificate }), UsageError, "(previous)");
  const other = Drop.from({ ...input, previous: [{ user: "u0", contract: "c0" }] });
  const { certificate: verdict } = check(other, found, { certificate });
  assert(verdict!.problems.some((line) => line.startsWith("previous has SHA-256")));
});

/** A drop of many users whose scores move a little from one week to the next. */
function weeks(seed: number): { draft: DropInput; next: DropInput } {
  const random = seededRandom(seed);
  const users = Array.from({ length: 300 }, (_, u) => ({
    id: `u${String(u).padStart(3, "0")}`,
    group: u % 3 === 0 ? "north" : "south",
  }));
  const contracts = Array.from({ length: 9 }, (_, c) => ({
    id: `c${c}`,
    cap: 40 + random.below(60),
    sponsored: c < 4,
  }));
  const pairs = users.flatMap(({ id }) =>
    contracts.filter(() => random.next() < 0.7)
      .map((c) => ({ user: id, contract: c.id, score: Math.round(1e4 * random.next()) / 1e4 }))
  );
  const groups = [{ id: "north", ratio: 0.3 }, { id: "south", ratio: 0.2 }];
  const moved = pairs.map((pair) => ({
    ...pair,
    score: Math.round(1e4 * pair.score * (0.95 + 0.1 * random.next())) / 1e4,
  }));
  const draft = { users, contracts, groups, pairs };
  return { draft, next: { ...draft, pairs: moved } };
}

Deno.test("at a very large change cost nothing changes, at none what is best is given, and between less than that", async () => {
  const { draft, next } = weeks(5);
  const before = await allocate(Drop.from(draft));
  const drop = Drop.from({ ...next, previous: before.offers() });
  const shares: number[] = [], worths: number[] = [];
  for (const changeCost of [0, 0.01, 0.02, 0.05, 1e9]) {
    const found = await allocate(drop, { changeCost });
    assert(found.gap! <= 1e-6, `cost ${changeCost}: gap ${found.gap}`);
    const facts = changeFacts(drop.instance, found)!;
    const { users, offers } = diff(before, found).facts;
    // The summary's figures are those of diff.
    assertEquals(facts.users_changed, users.changed + users.came + users.left);
    assertEquals([facts.offers_changed, facts.offers_given_up], [offers.in, offers.out]);
    shares.push(facts.users_changed_share);
    worths.push(facts.objective_before_cost);
    if (changeCost !== 1e9) continue;
    assertEquals(facts.users_changed, 0);
    const keys = [...found.offers()].map(key);
    assertEquals(keys.sort(), [...before.offers()].map(key).sort());
  }
  for (let i = 1; i < shares.length; i++) {
    assert(shares[i] <= shares[i - 1] + 1e-12 && worths[i] <= worths[i - 1] + 1e-6);
  }
  assert(shares[0] > 0.02 && shares[1] < shares[0]);
});

Deno.test("no change is allowed: every new offer is ruled out, and what is left is the best of before", async () => {
  const { draft, next } = weeks(6);
  const before = await allocate(Drop.from(draft));
  const drop = Drop.from({ ...next, previous: before.offers() }, { maxChanged: 0 });
  const found = await allocate(drop);
  assertEquals(found.changed, 0);
  assert(check(drop, found).ok);
});

Deno.test("row order of the previous offers, and workers, change no bit", async () => {
  const { draft, next } = weeks(7);
  const before = await allocate(Drop.from(draft));
  const rows = [...before.offers()];
  const solve = (previous: typeof rows, workers: number) =>
    allocate(Drop.from({ ...next, previous }, { maxChanged: "3%" }), { changeCost: 0.01, workers });
  const one = await solve(rows, 1), other = await solve(rows.toReversed(), 2);
  assertEquals(one.offerPair, other.offerPair);
  assertEquals([one.objective, one.bound], [other.objective, other.bound]);
  assertEquals(one.prices, other.prices);
});

Deno.test("explain says where a change costs more than it brings", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }],
    contracts: [{ id: "tea", cap: 1, sponsored: false }, { id: "bun", cap: 1, sponsored: false }],
    groups: [{ id: "all", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "tea", score: 0.5 },
      { user: "ann", contract: "bun", score: 0.6 },
    ],
    previous: [{ user: "ann", contract: "tea" }],
  });
  const found = await allocate(drop, { k: 1, changeCost: 0.2 });
  assertEquals(found.offersOf("ann").map(({ contract }) => contract), ["tea"]);
  const { options } = explain(drop, found, { user: "ann" });
  assertEquals(
    options.map(({ contract_address, score, change_cost, why_not }) => [
      contract_address,
      score,
      change_cost,
      why_not,
    ]),
    [["bun", 0.6, 0.2, "change_cost"], ["tea", 0.5, undefined, null]],
  );
});

Deno.test("what-if tells how many users change and what that costs", async () => {
  const { draft, next } = weeks(8);
  const before = await allocate(Drop.from(draft));
  const drop = Drop.from({ ...next, previous: before.offers() });
  const { facts } = await whatIf(drop, [
    { name: "as it is" },
    { name: "calmer", policy: { changeCost: 0.02 } },
  ]);
  const [free, calm] = facts.scenarios;
  assert(calm.stability!.users_changed < free.stability!.users_changed);
  assertAlmostEquals(
    calm.objective + calm.stability!.change_cost,
    calm.stability!.objective_before_cost,
  );
  const none = Drop.from(draft);
  const asked = [{ name: "calmer", policy: { changeCost: 0.02 } }];
  const error = await whatIf(none, asked).catch((error) => error);
  assert(error instanceof UsageError && error.message.includes("(previous)"));
});

Deno.test("what can't be is said: a cost or limit without previous offers, amounts that are none, ids that are none", async () => {
  const { input } = caseOf(1), { previous: _, ...without } = input;
  const none = Drop.from(without);
  const error = await allocate(none, { changeCost: 0.1 }).catch((error) => error);
  assert(error instanceof UsageError && error.message.includes("(previous)"), error.message);
  assertThrows(() => Drop.from(without, { maxChanged: 3 }), UsageError, "(previous)");
  for (const maxChanged of ["", "5 %%", "101%", "1.5", "-1", -1, 0.5, "x"]) {
    assertThrows(() => Drop.from(input, { maxChanged }), UsageError, "maxChanged");
  }
  const blank = [{ user: "", contract: "c0" }];
  assertThrows(() => Drop.from({ ...input, previous: blank }), InputError, "previous[0]");
});

Deno.test("what became of the previous offers is counted", () => {
  const { input, previous } = caseOf(2);
  assertEquals(Drop.from(input).input.previous, {
    rows: previous.size + 2,
    blank_rows: 0,
    repeated_rows: 1,
    eligible: previous.size,
    ineligible: 1,
  });
});
