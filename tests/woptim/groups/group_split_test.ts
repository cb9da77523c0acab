/** Groups of people and of groups: no exchange between two people is better, and known answers. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import type { GroupRequirement, SplitProblem } from "../../../lib/woptim/problem/problem.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";

/** What somebody, or a group, asks for, in the model's words. */
interface Wish {
  lower: number;
  upper: number;
  target: number | null;
  weight: number;
}

/** Options that the model depends on. */
interface Model {
  gamma: number;
  tMin: number;
  absolute: boolean;
}

/** The derivative of a discontent on one side of x, from the model's formula. */
function derivative({ lower, upper, target, weight }: Wish, x: number, side: 1 | -1, model: Model) {
  const w = (v: number) => model.absolute ? 1 : 1 / Math.max(v, model.tMin);
  let sum = target === null ? 0 : model.gamma * w(target) * (x - target);
  if (side > 0 ? x < lower : x <= lower) sum += w(lower) * (x - lower);
  if (side > 0 ? x >= upper : x > upper) sum += w(upper) * (x - upper);
  return 2 * weight * sum;
}

function treeCase(seed: number, most = 8) {
  const random = seededRandom(seed);
  const number = (most: number) => Number((random.next() * most).toFixed(1));
  const n = 2 + random.below(most), count = 1 + random.below(4);
  const groups: (GroupRequirement & { weight: number })[] = [];
  for (let g = 0; g < count; g++) {
    groups.push({
      name: `g${g}`,
      weight: [1, 2, 0.5][random.below(3)],
      group: g > 0 && random.below(2) === 0 ? `g${random.below(g)}` : null,
    });
  }
  const requirements = Array.from({ length: n }, (_, i) => {
    const low = number(6);
    return {
      name: `p${i}`,
      interval: [
        random.below(8) === 0 ? null : low,
        random.below(6) === 0 ? null : low + number(6),
      ] as const,
      target: number(10),
      weight: [1, 3][random.below(2)],
      group: random.below(5) === 0 ? null : `g${random.below(count)}`,
    };
  });
  // Groups' intervals around what members may have, so that they bind and can be kept.
  for (const group of groups) {
    const inside = (name: string | null | undefined): boolean =>
      name !== null && name !== undefined &&
      (name === group.name || inside(groups.find((g) => g.name === name)!.group));
    const members = requirements.filter((p) => inside(p.group));
    const sum = (pick: (p: typeof requirements[number]) => number) =>
      members.reduce((s, p) => s + pick(p), 0);
    const low = sum((p) => p.interval[0] ?? -Infinity),
      high = sum((p) => p.interval[1] ?? Infinity);
    const from = Number.isFinite(low) ? low : 0, to = Math.max(from, Math.min(high, from + 30));
    const ends = [from + (to - from) * random.next(), from + (to - from) * random.next()].sort((
      a,
      b,
    ) => a - b);
    const kind = random.below(4);
    group.interval = [
      kind & 1 ? Number(ends[0].toFixed(1)) : null,
      kind & 2 ? Number(ends[1].toFixed(1)) : null,
    ];
    if (random.below(2) === 0) group.target = number(25);
  }
  const problem: SplitProblem = { total: number(5 * n), requirements, groups };
  const model: Model = { gamma: [0.2, 1][seed % 2], tMin: 0.5, absolute: seed % 3 === 0 };
  return { problem, model };
}

Deno.test("no units are better moved from one person to another, groups counted in", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= 1500; seed++) {
    const { problem, model } = treeCase(seed);
    const at = `seed ${seed}: ${JSON.stringify(problem)}`;
    let found;
    try {
      found = split(problem, model);
    } catch (error) {
      // Bounds of groups on different levels may leave each other no room.
      assert(error instanceof InputError && error.message.startsWith("groups["), at);
      seen.set("refused", (seen.get("refused") ?? 0) + 1);
      continue;
    }
    const { people, status, groups } = found;
    seen.set(status, (seen.get(status) ?? 0) + 1);
    const sum = people.reduce((s, p) => s + p.units, 0);
    assertAlmostEquals(sum, problem.total, 1e-12 * (1 + problem.total), at);
    const parents = new Map(groups!.map((g) => [g.name, g.group]));
    const pathOf = (name: string | null | undefined): string[] =>
      name === null || name === undefined ? [] : [name, ...pathOf(parents.get(name))];
    const near = 1e-11 * (1 + problem.total);
    const zero = people.every((p) => p.lower >= 0) ? 0 : -Infinity;
    for (const group of groups!) {
      const own = people.filter((p) => pathOf(p.group).includes(group.name)).reduce(
        (s, p) => s + p.units,
        0,
      );
      assertAlmostEquals(group.units, own, near);
      if (status !== "total_too_low") assert(group.units >= group.lower - near, at);
      if (status !== "total_too_high") assert(group.units <= group.upper + near, at);
    }
    const weightOfGroup = (name: string) => problem.groups!.find((g) => g.name === name)!.weight!;
    // What a unit more (1) costs along a path, or a unit less (−1) saves; null where a bound is in the way.
    const along = (i: number, only: string[], side: 1 | -1): number | null => {
      const p = people[i];
      const floor = status === "total_too_low" ? zero : p.lower;
      const ceiling = status === "total_too_high" ? Infinity : p.upper;
      if (side > 0 ? p.units >= ceiling - near : p.units <= floor + near) return null;
      // Units on a kink but for rounding are on it.
      const on = (x: number, wish: Wish) => {
        for (const kink of [wish.lower, wish.upper]) if (Math.abs(x - kink) <= near) return kink;
        return x;
      };
      const own: Wish = { ...p, weight: p.weight ?? 1 };
      let slope = derivative(own, on(p.units, own), side, model);
      for (const name of only) {
        const group = groups!.find((g) => g.name === name)!;
        if (side > 0 && status !== "total_too_high" && group.units >= group.upper - near) {
          return null;
        }
        if (side < 0 && status !== "total_too_low" && group.units <= group.lower + near) {
          return null;
        }
        const wish = { ...group, weight: weightOfGroup(name) };
        slope += derivative(wish, on(group.units, wish), side, model);
      }
      return slope;
    };
    for (let i = 0; i < people.length; i++) {
      for (let j = 0; j < people.length; j++) {
        if (i === j) continue;
        const into = pathOf(people[i].group), out = pathOf(people[j].group);
        const more = along(i, into.filter((name) => !out.includes(name)), 1);
        const less = along(j, out.filter((name) => !into.includes(name)), -1);
        if (more === null || less === null) continue;
        assert(
          more - less >= -1e-9 * (1 + Math.abs(more) + Math.abs(less)),
          `${j} → ${i}: ${more - less}: ${at}`,
        );
      }
    }
  }
  for (const kind of ["feasible", "total_too_high", "total_too_low"]) {
    assert(seen.get(kind)! > 50, kind);
  }
});

Deno.test("groups that ask for nothing change nothing", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { problem, model } = treeCase(seed);
    const groups = problem.groups!.map(({ name, group }) => ({ name, group }));
    const without = {
      total: problem.total,
      requirements: problem.requirements.map((p) => ({ ...p, group: undefined })),
    };
    const units = (p: SplitProblem) => split(p, model).people.map((person) => person.units);
    const plain = units(without);
    units({ ...problem, groups }).forEach((x, i) =>
      assertAlmostEquals(x, plain[i], 1e-12 * (1 + problem.total))
    );
  }
});

Deno.test("teams in departments get what is worked out by hand", () => {
  const requirements = ["a", "b", "c", "d"].map((name, i) => ({
    name,
    interval: [0, null] as const,
    target: 10,
    group: i < 2 ? "ops" : i < 3 ? "dev" : null,
  }));
  const units = (groups: GroupRequirement[]) =>
    split({ total: 40, requirements, groups: [...groups, { name: "dev" }] }).people.map((p) =>
      p.units
    );
  assertEquals(units([{ name: "ops", interval: [null, 12] }]), [6, 6, 14, 14]);
  assertEquals(units([{ name: "ops", interval: [32, null] }]), [16, 16, 4, 4]);
  // ops wants 16 in all: 0.04 (X − 20)… by hand: members at 10 − y each, others at 10 + y, and the group at 20 − 2 y.
  // Derivatives: 2 · 0.02 · 2 y  (each pair) against 2 · 0.2 / 16 · (4 − 2 y).
  const pulled = units([{ name: "ops", target: 16 }]);
  const y = (0.2 / 16 * 4) / (2 * 0.02 + 0.2 / 16 * 2);
  pulled.forEach((x, i) => assertAlmostEquals(x, i < 2 ? 10 - y : 10 + y, 1e-14));
  const { groups } = split({
    total: 40,
    requirements,
    groups: [{ name: "ops", group: "all" }, { name: "dev", group: "all" }, {
      name: "all",
      interval: [0, 24],
    }],
  });
  assertEquals(groups!.map((g) => [g.name, g.units, g.group]), [["ops", 16, "all"], [
    "dev",
    8,
    "all",
  ], ["all", 24, null]]);
});

Deno.test("what a unit more and less changes is the difference of the splits of both totals", () => {
  let compared = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const { problem, model } = treeCase(seed), { total } = problem;
    const of = (total: number) => {
      try {
        return split({ ...problem, total }, model);
      } catch (error) {
        if (error instanceof InputError) return null;
        throw error;
      }
    };
    const found = of(total);
    if (found === null) continue;
    for (const [sign, change] of [[1, found.more], [-1, found.less]] as const) {
      const next = total + sign < 0 ? null : of(total + sign);
      assertEquals(change === null, next === null, `seed ${seed}`);
      if (next === null) continue;
      const size = 1 + found.objective + next.objective;
      assertAlmostEquals(change!, next.objective - found.objective, 1e-12 * size, `seed ${seed}`);
      compared++;
    }
  }
  assert(compared > 200);
});

Deno.test("fixed people, previous amounts and one unit more count in groups too", () => {
  const columns = {
    total: 30,
    lower: [0, 0, 0],
    upper: [20, 20, 20],
    target: [10, 10, 10],
    fixed: [7, null, null],
    group: ["ops", "ops", null],
    groups: [{ name: "ops", interval: [0, 15] as const }],
  };
  const { units, more, objective, groups } = splitArrays(columns);
  assertEquals([...units], [7, 8, 15]);
  assertEquals(groups![0].units, 15);
  const next = splitArrays({ ...columns, total: 31 });
  assertAlmostEquals(more!, next.objective - objective, 1e-12);
});

Deno.test("what groups can't be is said in one line", () => {
  const ann = { name: "ann", interval: [3, 9] as const, target: 5, group: "ops" };
  const of = (groups: unknown, person: object = ann, more: object = {}) =>
    ({ total: 5, requirements: [person], groups, ...more }) as SplitProblem;
  const ops = { name: "ops" };
  const cases: [SplitProblem, string][] = [
    [of(undefined), 'requirements[0].group is "ops", expected the name of one of the groups'],
    [of("ops"), 'groups is "ops", expected a list of groups'],
    [of([ops, ops]), 'groups[1].name is "ops", expected a name that nobody else has'],
    [of([{ ...ops, interval: [4, 3] }]), 'groups[0].interval is "[4, 3]", expected [lower, upper]'],
    [
      of([{ ...ops, target: "center" }]),
      'groups[0].target is "center", expected a number, as the interval',
    ],
    [of([{ ...ops, weight: 0 }]), 'groups[0].weight is "0", expected a number from 1e-15'],
    [
      of([{ ...ops, group: "all" }]),
      'groups[0].group is "all", expected the name of one of the groups',
    ],
    [
      of([{ ...ops, group: "all" }, { name: "all", group: "ops" }]),
      'groups[0].group is "all", expected a group that is not inside this one itself',
    ],
    [
      of([{ ...ops, interval: [0, 2] }]),
      'groups[0].interval is "ops, upper 2", expected at least 3, what its members need',
    ],
    [
      of([{ ...ops, interval: [10, 12] }]),
      'groups[0].interval is "ops, lower 10", expected at most 9, all that its members may have',
    ],
    [of([ops], { ...ann, priority: 2 }), "groups and priority can't be combined: give one of them"],
    [of([ops], { ...ann, orZero: true }), "groups and or_zero can't be combined: give one of them"],
    [
      of([ops], { ...ann, step: 2 }),
      "groups and steps of people's own can't be combined: give one of them",
    ],
  ];
  for (const [problem, message] of cases) {
    const found = assertThrows(() => split(problem), InputError).message;
    assertEquals(found.slice(0, message.length), message);
  }
});

Deno.test("a group that needs all that its members may have gets it, and one that may have what they need no more", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = seededRandom(seed);
    const cents = () => (1 + random.below(400)) / 100;
    const lower = [cents(), cents(), cents()], upper = lower.map((l) => l + cents());
    const side = seed % 2 === 0 ? upper : lower;
    const sum = Number((side[0] + side[1]).toFixed(2));
    const bounds = upper.map((u, i) => [lower[i], Number(u.toFixed(2))] as const);
    const problem: SplitProblem = {
      total: sum + lower[2],
      requirements: bounds.map((interval, i) => ({
        name: `p${i}`,
        interval: i === 2 ? [null, null] : interval,
        target: cents(),
        group: ["around", "inside", null][i],
      })),
      groups: [
        {
          name: "around",
          interval: seed % 2 === 0 ? [sum, null] : [null, sum],
          target: [null, cents()][random.below(2)],
        },
        { name: "inside", group: "around", target: [null, -cents()][random.below(2)] },
      ],
    };
    const { people, groups } = split(problem);
    const at = `seed ${seed}: ${JSON.stringify(problem)}`;
    for (const i of [0, 1]) {
      assertAlmostEquals(people[i].units, bounds[i][+(seed % 2 === 0)], 1e-12, at);
    }
    assert(groups!.every(({ inside }) => inside), at);
  }
});

Deno.test("a group's units that cancel out but for rounding are inside a bound at 0", () => {
  const members = [-0.03, 0.01, 0.02].map((x, i) => ({
    name: `p${i}`,
    interval: [x, x] as const,
    target: 1,
    group: "all",
  }));
  for (const interval of [[0, null], [null, 0], [0, 0]] as const) {
    const rest = { name: "rest", interval: [0, null] as const, target: 1 };
    const { groups } = split({
      total: 1,
      requirements: [...members, rest],
      groups: [{ name: "all", interval }],
    });
    assert(groups![0].inside, `${interval}: ${groups![0].units}`);
  }
});

/** The least Σ discontent of people and groups of all ways to divide in whole steps; Infinity where there is none. */
function bestInSteps(problem: SplitProblem, model: Model, step: number, status: string): number {
  const { requirements, groups } = problem, n = requirements.length;
  const w = (v: number) => model.absolute ? 1 : 1 / Math.max(v, model.tMin);
  const bounds = (interval: readonly (number | null | undefined)[] | null | undefined) => {
    const [l, u] = interval ?? [];
    return { lower: l ?? -Infinity, upper: u ?? Infinity };
  };
  const f = (
    x: number,
    { lower, upper }: { lower: number; upper: number },
    target: unknown,
    weight = 1,
  ) =>
    weight * ((typeof target === "number" ? model.gamma * w(target) * (x - target) ** 2 : 0) +
      (x < lower ? w(lower) * (lower - x) ** 2 : 0) +
      (x > upper ? w(upper) * (x - upper) ** 2 : 0));
  // Rounded inward, or to both sides where no multiple lies between.
  const counted = ({ lower, upper }: { lower: number; upper: number }) => {
    const up = Math.ceil(lower / step - 1e-9), down = Math.floor(upper / step + 1e-9);
    return {
      least: status === "total_too_low" ? -Infinity : Math.min(up, down),
      most: status === "total_too_high" ? Infinity : Math.max(up, down),
    };
  };
  const within = (name: string | null | undefined, g: string): boolean =>
    name === g ||
    (typeof name === "string" && within(groups!.find((x) => x.name === name)!.group, g));
  const counts = new Array<number>(n).fill(0);
  let best = Infinity;
  const place = (i: number, left: number) => {
    if (i < n) {
      const { least, most } = counted(bounds(requirements[i].interval));
      for (let k = Math.max(0, least); k <= Math.min(left, most); k++) {
        counts[i] = k;
        place(i + 1, left - k);
      }
      return;
    }
    if (left !== 0) return;
    let cost = 0;
    for (const group of groups!) {
      const own = requirements.reduce(
        (sum, p, j) => sum + (within(p.group, group.name) ? counts[j] : 0),
        0,
      );
      const { least, most } = counted(bounds(group.interval));
      if (own < least || own > most) return;
      cost += f(own * step, bounds(group.interval), group.target, group.weight ?? 1);
    }
    requirements.forEach((p, j) =>
      cost += f(counts[j] * step, bounds(p.interval), p.target, p.weight ?? 1)
    );
    best = Math.min(best, cost);
  };
  place(0, Math.round(problem.total / step));
  return best;
}

Deno.test("whole steps in groups: no other way is better (all ways there are)", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= 900; seed++) {
    const { problem: made, model } = treeCase(seed, 3);
    const step = [1, 0.5][seed % 2] * 2;
    const total = Math.min(14, Math.round(made.total / step)) * step;
    // Below zero there is no end of ways.
    const requirements = made.requirements.map((p) => ({
      ...p,
      interval: [Math.min(p.interval[0] ?? 0, 4), p.interval[1]] as const,
    }));
    const problem = { ...made, requirements, total };
    const at = `seed ${seed}: ${JSON.stringify(problem)}`;
    let found;
    try {
      found = split(problem, { ...model, step });
    } catch (error) {
      assert(error instanceof InputError && error.message.startsWith("groups["), at);
      continue;
    }
    seen.set(found.status, (seen.get(found.status) ?? 0) + 1);
    const best = bestInSteps(problem, model, step, found.status);
    assertAlmostEquals(
      found.objective,
      best,
      1e-9 * (1 + best),
      `${at}: ${found.people.map((p) => p.units)}`,
    );
  }
  for (const kind of ["feasible", "total_too_high", "total_too_low"]) {
    assert(seen.get(kind)! > 20, kind);
  }
});

Deno.test("20,000 people in 400 teams of 20 departments", () => {
  const n = 20_000, random = seededRandom(3);
  const number = () => random.next() * 10;
  const groups: GroupRequirement[] = [];
  for (let g = 0; g < 20; g++) groups.push({ name: `d${g}`, interval: [null, 5200] });
  for (let g = 0; g < 400; g++) groups.push({ name: `t${g}`, group: `d${g % 20}`, target: 250 });
  const lower = Float64Array.from({ length: n }, number);
  const upper = lower.map((l) => l + 10 + number()), target = lower.map((l) => l + number());
  const group = Array.from({ length: n }, (_, i) => `t${i % 400}`);
  const { units, groups: found } = splitArrays({
    total: 103_000,
    lower,
    upper,
    target,
    group,
    groups,
  });
  assertAlmostEquals(units.reduce((a, b) => a + b, 0), 103_000, 1e-6);
  assert(found!.slice(0, 20).every((g) => g.units <= 5200 + 1e-9));
});
