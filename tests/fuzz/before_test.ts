/** Odd tiny drops after something: pins, bans, previous offers whose change costs, a most of changes; judged by trying everything. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { Drop, type DropInput, type DropOptions } from "../../lib/allocator/drop/drop.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { issueCertificate } from "../../lib/api/certificate.ts";
import { check } from "../../lib/api/check.ts";
import { explain } from "../../lib/api/explain.ts";
import { InputError } from "../../lib/base/errors.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { bestByTrying } from "../support/foreign_brute_force.ts";
import { foreignDrop } from "../support/foreign_model.ts";
import { MAY_BE_MISSED } from "./judge_drop.ts";
import { type OddDrop, oddDrop } from "./odd_drop.ts";
import { tried } from "../support/effort.ts";

/** A pair by its ids. */
interface Named {
  readonly user: string;
  readonly contract: string;
}

/** The drop's day, and days before it as ISO dates. */
const AS_OF = Date.UTC(2025, 7, 21), DAY = 86_400_000;
const dayBefore = (age: number) => new Date(AS_OF - age * DAY).toISOString().slice(0, 10);

/** A drop after others: its history, the options about it, and the drop with the scores that these leave, by docs/weekly.md. */
function afterOthers(seed: number): { input: DropInput; options: DropOptions; foreign: OddDrop } {
  const odd = oddDrop(seed, "tiny", seed % 3 !== 0), random = seededRandom(seed * 37 + 11);
  const { pairs, contracts } = odd.drop;
  const brandOf = new Map(contracts.map(({ id, brand }) => [id, brand ?? ""]));
  const past = Array.from({ length: random.below(3 * pairs.length) }, () => {
    const { user, contract } = pairs[random.below(pairs.length)], age = random.below(60);
    const outcome = random.next() < 0.4 ? "declined" as const : "offered" as const;
    return { user, contract, age, outcome, score: random.below(10) / 10 };
  });
  const factor = [1, 0.8, 0.5, 0][random.below(4)], rotate = [0, 0.5, 2][random.below(3)];
  const days = [0, 7, 21][random.below(3)], isByBrand = random.next() < 0.5;
  // Another contract of the brand counts too, where there is a brand.
  const isSame = (row: Named, pair: Named) =>
    row.contract === pair.contract ||
    brandOf.get(row.contract) !== "" && brandOf.get(row.contract) === brandOf.get(pair.contract);
  const isCooling = (pair: Named) =>
    past.some((row) =>
      row.user === pair.user && row.age < days &&
      (isByBrand
        ? isSame(row, pair) && brandOf.get(pair.contract) !== ""
        : row.contract === pair.contract)
    );
  const users = new Set(foreignDrop(odd).rows.map(({ user }) => user));
  const got = new Map([...users].map((user) => [user, 0]));
  for (const { user, age, score } of past) {
    // In steps of 2^-20, so that the order of rows changes nothing.
    const steps = Math.round(score * 2 ** (-age / 28) * 2 ** 20);
    if (users.has(user)) got.set(user, got.get(user)! + steps);
  }
  const mean = [...got.values()].reduce((sum, steps) => sum + steps, 0) / users.size;
  const kept = pairs.filter((pair) => !isCooling(pair)).map((pair) => {
    if (pair.score <= 0) return pair;
    const declines = past.filter((row) =>
      row.user === pair.user && row.outcome === "declined" && isSame(row, pair)
    ).length;
    const less = Math.max(0, 1 - (got.get(pair.user) ?? 0) / mean);
    const weight = mean > 0 ? 1 + rotate * less : 1;
    return { ...pair, score: pair.score * factor ** declines * weight };
  });
  const history = past.map(({ age, ...row }) => ({ ...row, offeredAt: dayBefore(age) }));
  const cooldown = `${isByBrand ? "brand" : "contract"}=${days}d`;
  return {
    input: { ...odd.drop, history },
    options: {
      asOf: dayBefore(0),
      declineFactor: factor,
      rotate,
      ...(days > 0 && { cooldown }),
    },
    foreign: { ...odd, drop: { ...odd.drop, pairs: kept } },
  };
}

/** A drop after something, the options of `Drop.from`, and the same drop as the tests' own model reads it. */
interface AfterDrop {
  readonly input: DropInput;
  readonly maxChanged?: number;
  readonly changeCost: number;
  readonly pins: readonly Named[];
  /** Without banned pairs, the cost of a change taken off scores, the most of changes a limit like others. */
  readonly foreign: OddDrop;
}

const isAmong = (list: readonly Named[], { user, contract }: Named) =>
  list.some((one) => one.user === user && one.contract === contract);

function afterDrop(seed: number): AfterDrop {
  const odd = oddDrop(seed, "tiny", seed % 3 !== 0), random = seededRandom(seed * 31 + 5);
  const { pairs } = odd.drop;
  const some = (share: number): Named[] =>
    pairs.filter(() => random.next() < share)
      .map(({ user, contract }) => ({ user, contract }));
  const pins = random.next() < 0.5 ? some(0.12) : [];
  const bans = (random.next() < 0.5 ? some(0.15) : []).filter((ban) => !isAmong(pins, ban));
  const previous = random.next() < 0.5 ? some(0.4) : null;
  const mean = pairs.reduce((sum, { score }) => sum + Math.abs(score), 0) / pairs.length;
  const changeCost = previous !== null && random.next() < 0.6
    ? mean * [0.01, 0.3, 2][random.below(3)]
    : 0;
  const maxChanged = previous !== null && random.next() < 0.3 ? random.below(4) : undefined;
  const kept = pairs.filter((pair) => !isAmong(bans, pair)).map((pair) => {
    const isNew = previous !== null && !isAmong(previous, pair);
    const attributes = { ...pair.attributes, in_previous: String(!isNew) };
    return { ...pair, attributes, score: isNew ? pair.score - changeCost : pair.score };
  });
  const isLimited = maxChanged !== undefined &&
    kept.some(({ attributes }) => attributes.in_previous === "false");
  const changed = { limit: "changed offers", where: { in_previous: "false" }, atMost: maxChanged };
  const limits = [...odd.drop.limits ?? [], ...(isLimited ? [changed] : [])];
  return {
    input: { ...odd.drop, pins, bans, ...(previous !== null && { previous }) },
    maxChanged,
    changeCost,
    pins,
    foreign: { ...odd, drop: { ...odd.drop, pairs: kept, limits } },
  };
}

Deno.test("pins, bans and changes of odd drops: the optimum of trying everything, and nothing told that is not so", async () => {
  let judged = 0;
  for (const seed of [...Array.from({ length: tried(60, 160) }, (_, i) => i + 1), 507, 781]) {
    const { input, maxChanged, changeCost, pins, foreign } = afterDrop(seed);
    const policy = { ...foreign.policy, changeCost };
    let drop: Drop;
    try {
      drop = Drop.from(input, { maxChanged });
      // What contradicts itself is refused, and so is what leaves nothing.
    } catch (error) {
      assert(error instanceof InputError, `seed ${seed}: ${error}`);
      continue;
    }
    const model = foreignDrop(foreign);
    const needed = new Set(model.options.filter((_, o) => isAmong(pins, model.rows[o])));
    const optimal = await allocate(drop, policy).catch((error) => {
      assert(error instanceof InputError && pins.length > 0, `seed ${seed}: ${error}`);
      return null;
    });
    if (optimal === null) continue;
    const { shortfallPrice: price, objective, bound } = optimal;
    const best = bestByTrying(model, price, needed);
    if (best === null) continue;
    assert(best !== "none", `seed ${seed}: nothing keeps the rules`);
    judged++;
    const missing = optimal.shortfall + (optimal.limitShortfall ?? 0);
    const room = 1e-12 * (best.worth.size + price * (missing + 1));
    assert(Math.abs(objective - best.objective) <= room, `seed ${seed}: ${objective}`);
    assert(bound! >= best.objective - room, `seed ${seed}: bound ${bound}`);
    const certificate = issueCertificate(drop, optimal);
    const report = check(drop, optimal, { certificate });
    assertEquals(report.certificate!.problems, [], `seed ${seed}`);
    const broken = report.rules.filter(({ rule, count }) => count > 0 && !MAY_BE_MISSED.has(rule));
    assertEquals(broken, [], `seed ${seed}`);
    for (const user of optimal.gap === 0 ? drop.instance.users.toArray() : []) {
      const { options } = explain(drop, optimal, { user });
      assert(options.every(({ why_not }) => why_not !== "open"), `seed ${seed}: ${user} is open`);
    }
    drop.instance.contracts.forEach((contract, c) => {
      const contracts = foreign.drop.contracts.map((one) =>
        one.id === contract ? { ...one, cap: drop.instance.cap[c] + 1 } : one
      );
      const more = foreignDrop({ ...foreign, drop: { ...foreign.drop, contracts } });
      const held = new Set(more.options.filter((_, o) => isAmong(pins, more.rows[o])));
      const after = bestByTrying(more, price, held);
      if (after === null || after === "none") return;
      const { gain_at_most } = explain(drop, optimal, { contract });
      const gain = after.objective - best.objective;
      assert(gain <= gain_at_most + room + 1e-9 * gain, `seed ${seed}: ${contract} adds ${gain}`);
    });
  }
  assert(judged > tried(37, 100), `${judged} drops`);
});

Deno.test("declines, rotation and cooldowns of odd drops: the optimum of trying everything at the scores that they leave", async () => {
  let judged = 0;
  for (let seed = 1; seed <= tried(80, 240); seed++) {
    const { input, options, foreign } = afterOthers(seed);
    let drop: Drop;
    try {
      drop = Drop.from(input, options);
    } catch (error) {
      // What leaves nothing is refused, and so is an odd drop's own fault.
      assert(error instanceof InputError, `seed ${seed}: ${error}`);
      continue;
    }
    const optimal = await allocate(drop, foreign.policy);
    const { shortfallPrice: price, objective, bound } = optimal;
    const best = bestByTrying(foreignDrop(foreign), price);
    if (best === null) continue;
    judged++;
    const missing = optimal.shortfall + (optimal.limitShortfall ?? 0);
    const room = 1e-11 * (best.worth.size + price * (missing + 1));
    assert(Math.abs(objective - best.objective) <= room, `seed ${seed}: ${objective}`);
    assert(bound! >= best.objective - room, `seed ${seed}: bound ${bound}`);
    const certificate = issueCertificate(drop, optimal);
    assertEquals(check(drop, optimal, { certificate }).certificate!.problems, [], `seed ${seed}`);
  }
  assert(judged > tried(40, 120), `${judged} drops`);
});
