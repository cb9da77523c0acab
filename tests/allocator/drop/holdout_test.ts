import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { serveHoldout } from "../../../lib/api/holdout.ts";
import { report } from "../../../lib/api/report.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import {
  type AssignmentTable,
  assignmentTableOf,
} from "../../../lib/allocator/model/assignment_table.ts";
import { withHeldOut } from "../../../lib/io/tables/results/held_out_rows.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

/** A drop of groups of these sizes; the user's number decides its id, and nothing else is like it elsewhere. */
function inputOf(sizes: readonly number[], first = 0) {
  const random = seededRandom(7);
  const users = sizes.flatMap((size, g) =>
    Array.from({ length: size }, (_, i) => ({ id: `g${g}-${first + i}`, group: `g${g}` }))
  );
  const contracts = [0, 1, 2, 3].map((c) => ({ id: `c${c}`, cap: 500, sponsored: c < 2 }));
  return {
    users,
    contracts,
    groups: sizes.map((_, g) => ({ id: `g${g}`, ratio: 0.5 })),
    pairs: users.flatMap(({ id }) =>
      contracts.map((c) => ({ user: id, contract: c.id, score: random.next() }))
    ),
  };
}

const outOf = (drop: Drop) => drop.instance.heldOut!.instance.users.toArray();

Deno.test("each group gives its share of users, in large groups to the user, in small ones on average", () => {
  const sizes = [1000, 400, ...Array(300).fill(3)];
  const drop = Drop.from(inputOf(sizes), { holdout: "5%" });
  const { groupSize } = drop.instance.heldOut!.instance;
  assert(Math.abs(groupSize[0] - 50) <= 1 && Math.abs(groupSize[1] - 20) <= 1);
  // 300 groups of 3: 45 users are to be expected, give or take two standard deviations of a few.
  const small = groupSize.slice(2).reduce((sum, n) => sum + n, 0);
  assert(small >= 30 && small <= 60, `${small}`);
  assertEquals(drop.instance.groupSize.map((n, g) => n + groupSize[g]), Uint32Array.from(sizes));
  assertEquals(drop.input.holdout!.users, outOf(drop).length);
});

Deno.test("who is held out depends on id and seed: not on rows, scores or much on others", () => {
  const input = inputOf([400]);
  const out = outOf(Drop.from(input, { holdout: "10%" }));
  const turned = {
    ...input,
    users: [...input.users].reverse(),
    pairs: [...input.pairs].reverse().map((p) => ({ ...p, score: 1 })),
  };
  assertEquals(outOf(Drop.from(turned, { holdout: "10%" })), out);
  // Of a larger share there are more, and the same.
  const more = new Set(outOf(Drop.from(input, { holdout: "20%" })));
  assert(out.every((id) => more.has(id)) && Math.abs(more.size - 80) <= 1);
  // A group of some other users holds out most of the same ones.
  const other = new Set(outOf(Drop.from(inputOf([400], 20), { holdout: "10%" })));
  const both = out.filter((id) => Number(id.slice(3)) >= 20);
  assert(both.filter((id) => other.has(id)).length >= both.length - 4);
  const reseeded = outOf(Drop.from(input, { holdout: "10%", holdoutSeed: 1 }));
  assert(reseeded.filter((id) => out.includes(id)).length < 15);
});

Deno.test("how users are held out is refused without how many", () => {
  const input = inputOf([4]), needs = "needs holdout, the share that is held out";
  for (const options of [{ holdoutSeed: 1 }, { holdoutSolver: "random" }] as const) {
    assertThrows(() => Drop.from(input, options), UsageError, needs);
  }
  assertEquals(Drop.from(input, { holdoutSolver: "none" }).instance.heldOut, undefined);
});

Deno.test("users held out get nothing, minima count the rest, and the result is that of a drop without them", async () => {
  const input = inputOf([40, 25]);
  const drop = Drop.from(input, { holdout: "20%" });
  const out = new Set(outOf(drop));
  const found = await allocate(drop, { k: 2 });
  assert([...found.offers()].every(({ user }) => !out.has(user)));
  const without = Drop.from({
    ...input,
    users: input.users.filter(({ id }) => !out.has(id)),
    pairs: input.pairs.filter(({ user }) => !out.has(user)),
  });
  const same = await allocate(without, { k: 2 });
  assertEquals([...found.offers()], [...same.offers()]);
  assertAlmostEquals(found.bound!, same.bound!);
  const certificate = report(drop, found).certificate()!;
  assertEquals(check(drop, found, { certificate }).ok, true);
  assertEquals(check(without, found, { certificate }).certificate!.problems, []);
  // Without knowing of the holdout the certificate is of another drop.
  assert(!check(Drop.from(input), same, { certificate }).ok);
});

Deno.test("check tells an offer to a user who is held out from one to a user nobody knows", () => {
  const drop = Drop.from(inputOf([40]), { holdout: "20%" });
  const held = drop.instance.heldOut!.instance;
  const offers = {
    offerStart: new Uint32Array(held.group.length + 1),
    offerPair: Uint32Array.of(0),
  };
  offers.offerStart.fill(1, 1);
  const { rules, ok } = check(drop, assignmentTableOf(held, offers));
  const broken = rules.filter(({ rule, count }) => count > 0 && rule !== "min_sponsored");
  assertEquals(broken.map(({ rule, count }) => [rule, count]), [["held_out", 1]]);
  assertEquals(ok, false);
});

Deno.test("previous offers and limits are those of the rest", async () => {
  const input = inputOf([60]);
  const before = await allocate(Drop.from(input), { k: 2 });
  const limits = [{ limit: "c0", where: { contract_address: "c0" }, atMost: 3 }];
  const drop = Drop.from(
    { ...input, limits, previous: before.offers() },
    { holdout: "20%", maxChanged: "50%" },
  );
  const found = await allocate(drop, { k: 2, changeCost: 0.01 });
  const report = check(drop, found);
  assert(report.ok);
  assertEquals(drop.input.previous!.ineligible, 0);
  const had = new Set([...before.offers()].map(({ user, contract }) => `${user} ${contract}`));
  const changed = [...found.offers()].filter(({ user, contract }) =>
    !had.has(`${user} ${contract}`)
  );
  assertEquals(found.changed, changed.length);
});

Deno.test("a share that is none is refused", () => {
  const input = inputOf([3]);
  for (const holdout of ["5", "100%", "-1%", "", "x%"]) {
    assertThrows(() => Drop.from(input, { holdout }), UsageError, "holdout");
  }
  assertEquals(outOf(Drop.from(input, { holdout: "0%" })), []);
  // Nobody is left where a group has one user: it stays.
  assertEquals(outOf(Drop.from(inputOf([1]), { holdout: "99%" })), []);
});

Deno.test("random offers to users held out: eligible, within k, types, brands and their share of caps, the same every time", async () => {
  for (
    const policy of [
      { k: 2 },
      { k: 3, model: "coverage", maxPerBrand: 1 },
      { k: 2, maxSponsoredRatio: 0.5 },
    ] as const
  ) {
    const input = inputOf([120, 60]);
    const branded = {
      ...input,
      contracts: input.contracts.map((c, i) => ({ ...c, cap: 60 + i, brand: `b${i % 2}` })),
      limits: [],
    };
    const options = { holdout: "20%", holdoutSolver: "random" } as const;
    const drop = serveHoldout(Drop.from(branded, options), policy);
    const { instance, offers } = drop.instance.heldOut!;
    const found = await allocate(drop, policy);
    // What they got and what the others got keep the caps together, and their share of each is theirs.
    const used = new Float64Array(4);
    for (const p of offers!.offerPair) used[instance.contract[p]]++;
    used.forEach((n, c) => {
      assert(n > 0 && n <= Math.ceil(0.2 * instance.cap[c]) + 1, `${n} of ${instance.cap[c]}`);
      assertEquals(drop.instance.cap[c], instance.cap[c] - n);
    });
    assert(check(drop, found).ok);
    // As a file has it: all rows, judged by a drop that was read anew.
    const table = wholeTable(drop, found);
    const judge = (rows: AssignmentTable) => check(Drop.from(branded, options), rows, policy);
    const judged = judge(table);
    const broken = judged.rules.filter(({ count }) => count > 0).map(({ rule }) => rule);
    assertEquals(broken, []);
    assertEquals(judged.held_out_assignments, offers!.offerPair.length);
    assertEquals(judged.assignments, found.offerPair.length);
    assertAlmostEquals(judged.objective, found.objective, 1e-9);
    const certificate = report(drop, found).certificate()!;
    assertEquals(
      check(Drop.from(branded, options), table, { certificate }).certificate!.problems,
      [],
    );
    const again = serveHoldout(Drop.from(branded, options), policy);
    assertEquals(again.instance.heldOut!.offers!.offerPair, offers!.offerPair);
    // One offer too many of a user held out is found.
    const most = { ...table, user: table.user.slice() };
    const held = new Set(instance.users.toArray());
    const of = table.userIds.toArray().flatMap((id, v) => held.has(id) ? [v] : []);
    const rows = [...table.user.keys()].filter((row) => of.includes(table.user[row]));
    for (const row of rows.slice(0, 8)) most.user[row] = table.user[rows[0]];
    assert(!judge(most).ok);
  }
});

Deno.test("random offers are refused where limits are, and a drop that is to have them is not allocated without", async () => {
  const input = inputOf([40]);
  const options = { holdout: "20%", holdoutSolver: "random" } as const;
  const limits = [{ limit: "all", atMost: 10 }];
  assertThrows(() => serveHoldout(Drop.from({ ...input, limits }, options)), UsageError, "limits");
  const error = await allocate(Drop.from(input, options)).catch((error) => error);
  assert(error instanceof UsageError && error.message.includes("serveHoldout"));
  const plain = Drop.from(input);
  assertEquals(serveHoldout(plain), plain);
});

/** All rows as a file would have them. */
function wholeTable(drop: Drop, found: Allocation): AssignmentTable {
  const [instance, offers] = withHeldOut(drop.instance, found);
  return assignmentTableOf(instance, offers);
}
