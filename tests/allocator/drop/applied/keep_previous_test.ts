import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../../lib/deps/std_assert.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { check } from "../../../../lib/api/check.ts";
import { report } from "../../../../lib/api/report.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { InputError, UsageError } from "../../../../lib/base/errors.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

const key = ({ user, contract }: { user: string; contract: string }) => `${user} ${contract}`;

/** A drop of so many users, of whom the first are those of a smaller one. */
function inputOf(users: number, cap = 30) {
  const random = seededRandom(3);
  const ids = Array.from({ length: users }, (_, u) => `u${String(u).padStart(3, "0")}`);
  const contracts = Array.from({ length: 8 }, (_, c) => ({ id: `c${c}`, cap, sponsored: c < 4 }));
  return {
    users: ids.map((id, u) => ({ id, group: u % 2 === 0 ? "north" : "south" })),
    contracts,
    groups: [{ id: "north", ratio: 0.3 }, { id: "south", ratio: 0.2 }],
    pairs: ids.flatMap((user) =>
      contracts.filter(() => random.next() < 0.7)
        .map(({ id }) => ({ user, contract: id, score: Math.round(1e4 * random.next()) / 1e4 }))
    ),
  };
}

Deno.test("only new: every previous offer stays, and what is left goes to new users and open places, best of all such allocations", async () => {
  const before = await allocate(Drop.from(inputOf(60)), { k: 2 });
  // More users, and other scores: they would give most people something else.
  const input = inputOf(90);
  const previous = [...before.offers()];
  const drop = Drop.from({ ...input, previous }, { onlyNew: true });
  const results = [];
  for (const solver of ["optimal", "ilp", "greedy"] as const) {
    const found = await allocate(drop, { k: 2, solver });
    const given = new Set([...found.offers()].map(key));
    const eligible = previous.filter((offer) =>
      input.pairs.some(({ user, contract }) => user === offer.user && contract === offer.contract)
    );
    assert(eligible.length > 80 && eligible.every((offer) => given.has(key(offer))), solver);
    assert([...found.offers()].some(({ user }) => user >= "u060"), solver);
    const { ok, rules } = check(drop, found);
    const broken = rules.filter(({ count }) => count > 0).map(({ rule }) => rule);
    assert(ok || broken.join() === "min_sponsored", `${solver}: ${broken}`);
    results.push(found);
  }
  const [optimal, ilp, greedy] = results;
  assertAlmostEquals(optimal.objective, ilp.objective, 1e-6);
  assert(greedy.objective <= optimal.objective + 1e-9);
  const certificate = report(drop, optimal).certificate()!;
  assertEquals(check(drop, optimal, { certificate }).certificate!.problems, []);
});

Deno.test("only new: nothing else changes where nobody is new, at any cost of changes", async () => {
  const input = inputOf(50);
  const before = await allocate(Drop.from(input), { k: 2 });
  const drop = Drop.from({ ...input, previous: before.offers() }, { onlyNew: true });
  for (const changeCost of [0, 0.1]) {
    const found = await allocate(drop, { k: 2, changeCost });
    assertEquals([...found.offers()].map(key), [...before.offers()].map(key));
  }
});

Deno.test("only new: offers that no longer fit are one line; without previous offers there is nothing to keep", async () => {
  const input = inputOf(40);
  const before = await allocate(Drop.from(input), { k: 2 });
  const less = { ...inputOf(40, 1), previous: [...before.offers()] };
  const error = await allocate(Drop.from(less, { onlyNew: true }), { k: 2 }).catch((error) =>
    error
  );
  assert(error instanceof InputError && error.message.includes("previous (u0"), error.message);
  assertThrows(() => Drop.from(input, { onlyNew: true }), UsageError, "(previous)");
});
