import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { alternates } from "../../lib/api/alternates.ts";
import { check } from "../../lib/api/check.ts";
import { diff } from "../../lib/api/diff.ts";
import { explain } from "../../lib/api/explain.ts";
import { report } from "../../lib/api/report.ts";
import { writeAssignments } from "../../lib/api/write_assignments.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { withFolder } from "../support/temp_folder.ts";

/** A drop in which each of these users may have tea. */
function dropOf(users: readonly string[], cap = 9): Drop {
  return Drop.from({
    users: users.map((id) => ({ id, group: "north" })),
    contracts: [{ id: "tea", cap, sponsored: true }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: users.map((user) => ({ user, contract: "tea", score: 1 })),
  });
}

const OTHER = "the allocation is of another drop";

Deno.test("allocations: one of another drop is not taken for this drop's", async () => {
  const drop = dropOf(["ann", "bob"]), other = dropOf(["cat", "dan"]);
  const made = await allocate(other);
  // A copy has no memory of its drop; this one fits neither.
  const copy = { ...await allocate(dropOf(["ann", "bob", "cat"])) };
  for (const allocation of [made, copy]) {
    assertThrows(() => report(drop, allocation), Error, OTHER);
    assertThrows(() => explain(drop, allocation, { user: "ann" }), Error, OTHER);
    assertThrows(() => alternates(drop, allocation), Error, OTHER);
    await withFolder(async (folder) => {
      const written = () => writeAssignments(drop, allocation, `${folder}/offers.csv`);
      await assertRejects(written, Error, OTHER);
      assertEquals([...Deno.readDirSync(folder)], []);
    });
  }
  assertThrows(() => check(drop, copy), Error, OTHER);
});

Deno.test("allocations: check judges one of another drop by its ids", async () => {
  const drop = dropOf(["ann", "bob"]);
  const later = check(dropOf(["ann", "bob", "cat"]), await allocate(drop));
  assert(later.ok);
  assertEquals(later.assignments, 2);
  const gone = check(dropOf(["ann", "cat"]), await allocate(drop));
  assertEquals(gone.ok, false);
  assertEquals(gone.rules.find(({ rule }) => rule === "unknown_user")?.count, 1);
});

Deno.test("allocations: what is neither an allocation nor a table is named", async () => {
  const drop = dropOf(["ann"]), made = await allocate(drop);
  // deno-lint-ignore no-explicit-any
  const wrong = (value: unknown): any => value;
  assertThrows(
    () => check(drop, wrong(null)),
    UsageError,
    "assignments is null, expected an alloc",
  );
  const half = { userIds: drop.instance.users, user: [0] };
  assertThrows(() => check(drop, wrong(half)), UsageError, "assignments.contractIds is undefined");
  assertThrows(() => diff(made, wrong(half)), UsageError, "after.contractIds is undefined");
  assertThrows(() => diff(wrong({}), made), UsageError, "before is an object, expected an alloc");
  assertThrows(() => explain(drop, made, wrong(null)), UsageError, "question are null");
});

Deno.test("allocations: a drop with the same pairs may differ in all else", async () => {
  const made = await allocate(dropOf(["ann", "bob"]));
  const scarce = dropOf(["ann", "bob"], 1);
  assertEquals(check(scarce, made).ok, false);
  assertEquals(report(scarce, made).facts.totals.assignments, 2);
});

Deno.test("allocations: rules or prices that are not whole are refused, with what is missing", async () => {
  const drop = dropOf(["ann", "bob"]), made = await allocate(drop);
  const wrong: [parts: Record<string, unknown>, message: string][] = [
    [{ policy: {} }, "allocation.policy.model is missing, expected "],
    [{ prices: {} }, "allocation.prices.contract is missing, expected a Float64Array of 1 prices"],
    [{ prices: 5 }, "allocation.prices is 5, expected prices or null"],
    [
      { prices: { ...made.prices, contract: Float64Array.of(NaN) } },
      "allocation.prices.contract[0] is NaN, expected a finite number ≥ 0",
    ],
  ];
  for (const [parts, message] of wrong) {
    const allocation = { ...made, ...parts } as typeof made;
    assertThrows(() => report(drop, allocation), UsageError, message);
    assertThrows(() => explain(drop, allocation, { user: "ann" }), UsageError, message);
    assertThrows(() => alternates(drop, allocation), UsageError, message);
  }
});
