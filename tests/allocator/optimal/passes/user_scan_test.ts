import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { hasRule } from "../../../../lib/allocator/limits/kinds/group_rules.ts";
import { copyPoint, pricesOfPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import {
  cellsOf,
  type ItemCells,
  type LimitRows,
} from "../../../../lib/allocator/drop/instance/limits.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import {
  limitFamilies,
  type LimitInput,
} from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { NO_OWN_K } from "../../../../lib/allocator/drop/instance/own_k.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { curvatureLayout } from "../../../../lib/allocator/optimal/passes/curvature.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { BundleKeeper } from "../../../../lib/allocator/optimal/passes/bundle_keeper.ts";
import { type PassBoard, passBoard } from "../../../../lib/allocator/optimal/passes/pass_board.ts";
import {
  type PassCommand,
  PassShare,
} from "../../../../lib/allocator/optimal/passes/pass_share.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { UserScan } from "../../../../lib/allocator/optimal/passes/user_scan.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { randomCase } from "../../../support/random_case.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { tried } from "../../../support/effort.ts";

/** Two shares of the same problem, one in WebAssembly and one in JavaScript. */
function pairOfShares(problem: DualProblem) {
  return [true, false].map((vectors) => {
    const board = passBoard(problem, 1);
    return { board, share: new PassShare(problem, board, 0, { vectors }) };
  });
}

/** Prices as a search might meet them: many 0, some that tie with scores. */
function drawPrices({ point }: PassBoard, { rules, items }: DualProblem, random: Random): void {
  const draw = () => random.next() < 0.4 ? 0 : Math.round(100 * random.next()) / 200;
  point.row.forEach((_, r) => point.row[r] = draw());
  if (items !== null) {
    items.highest.forEach((most, r) => {
      const at = point.row.length - items.highest.length + r;
      point.row[at] = Math.min(point.row[at], most * items.unit[r]);
    });
  }
  point.sponsored.forEach((_, g) => point.sponsored[g] = draw() - draw());
  rules.others.forEach((rule, r) => {
    const price = point.others[r];
    price.forEach((_, g) => price[g] = hasRule(rule, g) ? draw() : 0);
  });
}

/** How far each price may move from the centre of a screening; many don't. */
function drawReach(boards: PassBoard[], most: number, random: Random): void {
  const [{ reach: first }, ...others] = boards;
  first.row.forEach((_, r) => first.row[r] = random.next() < 0.4 ? 0 : most * random.next());
  first.sponsored.forEach((_, g) => first.sponsored[g] = 3 * most * random.next());
  for (const { reach } of others) {
    reach.row.set(first.row);
    reach.sponsored.set(first.sponsored);
  }
}

/** Runs the same passes on both, and compares all that is on their boards after each. */
function compare(problem: DualProblem, seed: number, what: string): void {
  const both = pairOfShares(problem), random = seededRandom(seed);
  const { unit } = problem;
  const scan: PassCommand = { kind: "scan", radius: (0.05 + random.next()) * unit, thinning: 1 };
  const screen = (depth: number, price: number, noise: number): PassCommand => ({
    kind: "screen",
    depth,
    reach: price * unit,
    noise: noise * unit,
  });
  const keep = (noise: number | null, ofView: boolean): PassCommand => ({
    kind: "keep",
    noise: noise === null ? null : noise * unit,
    ofView,
  });
  const commands: (PassCommand | "prices")[] = [
    ...["prices", scan, "prices", { ...scan, radius: 0 }] as const,
    ...["prices", screen(1, 0.1, 0.01), scan, screen(2, 0.02, 0.001), scan] as const,
    ...[{ kind: "back", depth: 1 }, screen(1, 0, 0), scan] as const,
    ...[{ kind: "sample", stride: 3, noise: 0.01 * unit }, "prices", scan] as const,
    ...[{ kind: "back", depth: 1 }, scan, { ...scan, thinning: 4 }] as const,
    ...["prices", keep(0.01, false), keep(null, false)] as const,
    ...(BundleKeeper.isFor(problem) ? [screen(1, 0.02, 0.001), keep(0.001, true)] : []),
  ];
  commands.forEach((command, step) => {
    if (command === "prices") {
      const first = both[0].board;
      drawPrices(first, problem, random);
      for (const { board: { point } } of both.slice(1)) {
        copyPoint(first.point, point);
      }
      return;
    }
    if (command.kind === "screen") drawReach(both.map(({ board }) => board), command.reach, random);
    for (const { share, board } of both) {
      share.run(command);
      if (command.kind !== "scan" && command.kind !== "keep") continue;
      board.settled.forEach((_, g) => board.settled[g] = board.point.sponsored[g] + 0.1);
      share.run({ kind: "settle" });
    }
    // Between passes that keep bundles, those of a view's users are whatever a screening left there.
    const [fast, slow] = both.map(({ board }) => ({
      ...board,
      kept: command.kind === "keep" ? board.kept : board.kept.isFrozen,
    }));
    assertEquals(fast, slow, `${what}, step ${step}`);
  });
}

/** Compares users' best bundles at random prices, and with some shapes wanted. */
function compareArgmax(problem: DualProblem, seed: number, what: string): void {
  const board = passBoard(problem, 1), random = seededRandom(seed);
  drawPrices(board, problem, random);
  const before = argmaxBundles(problem, pricesOfPoint(problem, board.point), 0);
  const shapes = Int32Array.from(before.count, (n, u) => {
    const sponsored = before.sponsored[u];
    return u % 2 === 0 ? -1 : before.shapeOf(u, sponsored, n - sponsored);
  });
  drawPrices(board, problem, random);
  const prices = pricesOfPoint(problem, board.point);
  for (const amplitude of [0, 0.01 * problem.unit]) {
    for (const wanted of [null, shapes]) {
      const [fast, slow] = [true, false].map((vectors) => {
        const found = argmaxBundles(problem, prices, amplitude, wanted, { vectors });
        const { slots, count, sponsored, load, leads } = found;
        return { slots, count, sponsored, load, leads };
      });
      assertEquals(fast, slow, `${what}, best bundles with noise ${amplitude}, ${wanted}`);
    }
  }
}

/** A drop with limits of several kinds. */
function limited(instance: Instance): Instance {
  const inputs: LimitInput[] = [
    { limit: "market", per: "contract_address+group_id", atMost: 4 },
    { limit: "least", per: "contract_address", atLeast: 3 },
    { limit: "soft", where: { is_sponsored: true }, atMost: 20, price: 0.2 },
  ];
  return { ...instance, limits: compileLimits(instance, limitFamilies(inputs), noAttributes()) };
}

/** A drop with budgets, in which each pair costs something else, and other limits, one of them a share of that. */
function weighed(instance: Instance): Instance {
  const cost = instance.score.map((score, p) =>
    p % 7 === 0 ? 0 : Math.abs(score) * (0.5 + (p * 7 % 11) / 11)
  );
  const inputs: LimitInput[] = [
    { limit: "budget", per: "contract_address", counts: "expected_cost", atMost: 1.5 },
    { limit: "sponsored", where: { is_sponsored: true }, atMost: 20, price: 0.2 },
    {
      limit: "share",
      counts: "expected_cost",
      where: { is_sponsored: true },
      atMost: 0.3,
      shareOf: "offers",
    },
  ];
  const attributes = { ...noAttributes(), eligNumbers: new Map([["expected_cost", cost]]) };
  return { ...instance, limits: compileLimits(instance, limitFamilies(inputs), attributes) };
}

/** The same drop, whose items have cells, and none. */
function withAndWithoutCells(instance: Instance): [Instance, Instance] {
  const { limits, ...rest } = weighed(instance), rows = limits!.rows;
  const cells = cellsOf(rows) ?? cellsOfPairs(instance, rows);
  return [
    { ...rest, limits: { ...limits!, rows: { ...rows, cells } } },
    { ...rest, limits: { ...limits!, rows: { ...rows, cells: null } } },
  ];
}

/** Cells of a drop with too few pairs to have any: one for each pair, whose number is 1. */
function cellsOfPairs({ contract }: Instance, rows: LimitRows): ItemCells {
  return {
    cell: rows.item,
    number: new Float64Array(contract.length).fill(1),
    contract: rows.contract,
    first: rows.item,
    start: rows.start,
    row: rows.row,
    fixed: rows.coefficient.map((own, e) => e % 2 === 0 ? own : 0),
    factor: rows.coefficient.map((own, e) => e % 2 === 0 ? 0 : own),
    coefficient: rows.coefficient,
  };
}

Deno.test("passes in WebAssembly and in JavaScript agree to the last bit on any policy", () => {
  let scanned = 0;
  const seeds = tried(20, 60);
  for (let seed = 1; seed <= seeds; seed++) {
    const [instance, policy] = randomCase(seed);
    const k = Int32Array.from(instance.group, (_, u) => u % 3 === 0 ? NO_OWN_K : u % 4);
    const drops: Record<string, Instance> = {
      plain: instance,
      "own k": { ...instance, k },
      limits: limited(instance),
      "items by pair": withAndWithoutCells(instance)[1],
      "cells and numbers": withAndWithoutCells(instance)[0],
    };
    for (const [name, drop] of Object.entries(drops)) {
      const problem = compileDualProblem(drop, policy);
      if (UserScan.of(problem, curvatureLayout(problem)) !== null) scanned++;
      compare(problem, seed, `seed ${seed}, ${name}`);
      compareArgmax(problem, seed, `seed ${seed}, ${name}`);
    }
  }
  assert(scanned > seeds, `${scanned} scanned in WebAssembly`);
});

Deno.test("passes in WebAssembly and in JavaScript agree for any k, on users with very many pairs and on many contracts", () => {
  const policies: Policy[] = [
    { ...defaultPolicy, model: "coverage" },
    { ...defaultPolicy, mixTail: true, maxMixedShare: 0.2, enforceAssignmentRatio: true },
  ];
  for (const policy of policies) {
    for (const k of [1, 2, 3, 4, 9]) {
      // More than 64 pairs of a type; scores in coarse steps, so that many tie for the last place.
      for (const [contracts, density] of [[400, 0.9], [250, 0.2], [30, 0.5]]) {
        for (const scoreStep of [0.001, 0.25]) {
          const drop = { seed: k, users: 40, contracts, groups: 3, density, scoreStep };
          const problem = compileDualProblem(randomInstance(drop), { ...policy, k });
          compareArgmax(problem, k, `${policy.model}, k ${k}, ${contracts} contracts`);
          compare(problem, k, `${policy.model}, k ${k}, ${contracts} contracts, ${scoreStep}`);
        }
      }
    }
  }
});

Deno.test("passes in WebAssembly and in JavaScript agree under so many limits that few pairs of rows have a sum", () => {
  const policies: Policy[] = [
    defaultPolicy,
    { ...defaultPolicy, mixTail: true, maxMixedShare: 0.2, enforceAssignmentRatio: true },
  ];
  for (const policy of policies) {
    for (const k of [1, 3, 5]) {
      const drop = { seed: k, users: 200, contracts: 110, groups: 2, density: 0.1 };
      const instance = randomInstance(drop);
      const [cells, byPair] = withAndWithoutCells(instance);
      assert(cellsOf(weighed(instance).limits!.rows) !== null);
      for (const [name, own] of Object.entries({ limits: limited(instance), cells, byPair })) {
        const problem = compileDualProblem(own, { ...policy, k });
        assert(!curvatureLayout(problem).dense);
        compare(problem, k, `${name}, k ${k}`);
      }
    }
  }
});

Deno.test("passes in WebAssembly and in JavaScript agree where users and pairs are taken in several pieces", () => {
  // Most users have few pairs, one has more than there usually is room for.
  const { cap, ...many } = randomInstance({
    seed: 2,
    users: 2,
    contracts: 9000,
    groups: 1,
    density: 1,
  });
  compare(compileDualProblem({ cap, ...many }, defaultPolicy), 2, "long users");
  const short = generateInstance({ users: 80_000, contracts: 40, pairs: 4, groups: 5 });
  compare(compileDualProblem(short, defaultPolicy), 3, "many users");
});

Deno.test("prices beyond what numbers hold are left to JavaScript", () => {
  const problem = compileDualProblem(
    randomInstance({ seed: 5, users: 30, contracts: 8, groups: 2 }),
    defaultPolicy,
  );
  const both = pairOfShares(problem);
  for (const { board, share } of both) {
    board.point.row[2] = Infinity;
    board.point.row[3] = NaN;
    share.run({ kind: "scan", radius: 0.1, thinning: 1 });
  }
  assertEquals(both[0].board, both[1].board);
});

/** What `find` finds without WebAssembly. */
async function inJavaScript<T>(find: () => Promise<T>): Promise<T> {
  const real = UserScan.of;
  UserScan.of = () => null;
  try {
    return await find();
  } finally {
    UserScan.of = real;
  }
}

Deno.test("a search finds the same prices, bound and bundles without WebAssembly", async () => {
  const policies: Record<string, Policy> = {
    uniform: defaultPolicy,
    coverage: { ...defaultPolicy, model: "coverage" },
    ratio: { ...defaultPolicy, enforceAssignmentRatio: true },
    mixed: { ...defaultPolicy, mixTail: true, maxMixedShare: 0.2 },
  };
  let fromView = 0;
  for (let seed = 1; seed <= tried(2, 16); seed++) {
    const ties = seed % 2 === 0;
    const plain = generateInstance({ users: 120, contracts: 12, pairs: 6, seed, ties });
    const drops = { plain, limits: limited(plain), budgets: withAndWithoutCells(plain)[0] };
    for (const [kind, drop] of Object.entries(drops)) {
      for (const [rules, policy] of Object.entries(policies)) {
        const problem = compileDualProblem(drop, policy);
        const search = () => minimiseDual(problem, { bundles: true });
        const found = await search(), what = `seed ${seed}, ties ${ties}, ${kind}, ${rules}`;
        assertEquals(await inJavaScript(search), found, what);
        if (found.bound !== boundAt(problem, found.prices)) fromView++;
      }
    }
  }
  assert(fromView > 0, "no bound is added up from a view");
});

Deno.test("a drop is solved to the same bytes without WebAssembly", async () => {
  for (const seed of [1, 3, 8]) {
    for (const model of ["uniform", "coverage"] as const) {
      const instance = generateInstance({ users: 3000, seed });
      const solve = () => solveOptimal(instance, { ...defaultPolicy, model });
      assertEquals(await inJavaScript(solve), await solve(), `seed ${seed}, ${model}`);
    }
  }
});
