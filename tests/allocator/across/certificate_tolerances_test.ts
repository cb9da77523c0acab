/** How far a certificate's doubles may be off: just within is right, just beyond is refused, whichever term is the largest. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { checkCertificate, type CheckedValue } from "../../../lib/allocator/check/certificate.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { type Certificate, certificateOf } from "../../../lib/allocator/model/certificate.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { alikeUsers } from "../../support/alike_users.ts";

const policy: Policy = { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0 };

/** What a missing user costs by default in drops of scores of 0.5, or of none. */
const MISSING = 1;

/** A drop of one contract, that `users` users can have at 0.5, or nobody can. */
function dropOf(users: number, scores: readonly number[] = [0.5]): Instance {
  return alikeUsers(users, scores, { contracts: ["c"], cap: Float64Array.of(1) });
}

/** A value of assignments, of no size but where it is given one. */
function valueOf(value: Partial<CheckedValue>): CheckedValue {
  const held = { pair: new Uint32Array(0), user: new Uint32Array(0) };
  return {
    objective: 0,
    score: 0,
    worth: 0,
    penaltySize: 0,
    feasible: true,
    declared: null,
    held,
    ...value,
  };
}

/** A certificate in doubles with a price of the one cap. */
function certificate(instance: Instance, price: number, claimed: Partial<Certificate>) {
  const prices = {
    contract: Float64Array.of(price),
    minSponsored: Float64Array.of(0),
    maxSponsored: Float64Array.of(0),
    assignmentRatio: Float64Array.of(0),
    mixedShare: Float64Array.of(0),
  };
  const issued = certificateOf(instance, {
    solver: "optimal",
    policy,
    prices,
    objective: 0,
    bound: 0,
    shortfallPrice: MISSING,
  });
  return { ...issued, ...claimed };
}

/** Kinds of problems that are found with figures. */
function problems(
  instance: Instance,
  value: CheckedValue,
  claimed: Partial<Certificate>,
  price = 0,
): string[] {
  const report = checkCertificate(
    instance,
    policy,
    certificate(instance, price, claimed),
    value,
  );
  return report.problems.map((line) => line.split(" is ")[0]);
}

const DOUBLES = 8 * Number.EPSILON;
const digitsOf = (users: number) => Math.min(1e-12, DOUBLES * (1 + Math.sqrt(users)));

Deno.test("tolerance of an objective: of what offers are worth, of missed minima, of what costs cancel out", () => {
  const many = 400_000;
  for (
    const { users, value, size } of [
      { users: 2, value: {}, size: 1e-9 * MISSING },
      { users: 2, value: { worth: -1e6 }, size: 1e-9 * (1e6 + MISSING) },
      { users: 2, value: { score: -1e6 }, size: 1e-9 * (1e6 + MISSING) },
      { users: 2, value: { worth: 1e6, score: 1e6 }, size: 1e-9 * (2e6 + MISSING) },
      { users: 2, value: { objective: -1e12 }, size: DOUBLES * 1e12 + 1e-9 * MISSING },
      { users: 2, value: { penaltySize: 1e12 }, size: digitsOf(2) * 1e12 + 1e-9 * MISSING },
      { users: 400, value: { penaltySize: 1e12 }, size: digitsOf(400) * 1e12 + 1e-9 * MISSING },
      { users: many, value: { penaltySize: 1e9 }, size: 1e-12 * 1e9 + 1e-9 * MISSING },
    ]
  ) {
    const instance = dropOf(users, []), judged = valueOf(value), { objective } = judged;
    const claims = (off: number) =>
      problems(instance, judged, { objective: objective + off, bound: 1e13, gap: 1e30 });
    for (const sign of [1, -1]) {
      const name = `${users} users, ${JSON.stringify(value)}`;
      assertEquals(claims(sign * 0.98 * size), [], name);
      assertEquals(claims(sign * 1.02 * size), ["objective"], name);
    }
  }
});

Deno.test("tolerance of a bound: of what offers are worth, and of what was added up", () => {
  for (const price of [0, 1e9]) {
    const instance = dropOf(4), bound = price === 0 ? 2 : price;
    for (const worth of [0, 1e6]) {
      const size = 1e-9 * (worth + MISSING) + digitsOf(4) * bound;
      const claims = (bound: number) =>
        problems(instance, valueOf({ worth }), { bound, gap: 1e30 }, price);
      assertEquals(claims(bound - 0.98 * size), [], `${price} ${worth}`);
      assertEquals(claims(bound - 1.02 * size), ["bound"], `${price} ${worth}`);
      assertEquals(claims(bound + 1), [], `${price} ${worth}`);
    }
  }
});

Deno.test("an objective above the bound, or above what a search says, is refused beyond the tolerance", () => {
  const instance = dropOf(4), size = 1e-9 * (2 + MISSING);
  const claims = (objective: number, claimed: Partial<Certificate> = {}) =>
    problems(instance, valueOf({ objective, worth: 2 }), {
      objective,
      bound: 3,
      gap: 1,
      ...claimed,
    });
  const room = size + digitsOf(4) * 2;
  assertEquals(claims(2 + 0.98 * room), []);
  const above = 2 + 1.02 * room;
  assertEquals(claims(above), [`the assignments' objective ${above}`]);
  const objective = 1.5, own = size + DOUBLES * objective;
  assertEquals(claims(objective, { search_bound: objective - 0.98 * own }), []);
  assertEquals(claims(objective, { search_bound: objective - 1.02 * own }), ["search_bound"]);
});

Deno.test("tolerance of a gap: of what both figures may be off by, relative to the bound", () => {
  const instance = dropOf(4), bound = 2;
  for (const objective of [0, 1.5, -2, 2]) {
    const gap = (bound - objective) / bound;
    const off = 2e-9 * (2 + MISSING) + DOUBLES * Math.abs(objective) + digitsOf(4) * bound;
    const room = 1e-9 * gap + (1 + gap) * off / bound;
    const claims = (gap: number) =>
      problems(instance, valueOf({ objective, worth: 2 }), { objective, bound, gap });
    assertEquals(claims(gap), []);
    assertEquals(claims(gap + 1), []);
    assertEquals(claims(gap - 0.98 * room), [], `${objective}`);
    assertEquals(claims(gap - 1.02 * room), ["gap"], `${objective}`);
    assertEquals(claims(NaN), ["gap"]);
  }
});

Deno.test("where nothing is worth anything the gap is 0, in doubles and exactly", () => {
  const instance = dropOf(2, []);
  for (const mustBeExact of [false, true]) {
    const claimed = certificate(instance, 0, { objective: 0, bound: 0, gap: 0 });
    const report = checkCertificate(instance, policy, claimed, valueOf({}), mustBeExact);
    assertEquals([report.problems, report.bound, report.gap], [[], 0, 0]);
  }
});
