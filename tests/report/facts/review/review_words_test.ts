/** What a review says of users is of those that it knows. */
import { review } from "../../../../mod.ts";
import { assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";

Deno.test("where only users with offers are known, shares are said to be theirs: a target may be missed by all the others", () => {
  const input = {
    offers: [
      { user: "ann", contract: "tea", sponsored: true, group: "north" },
      { user: "bob", contract: "bun", sponsored: false, group: "north" },
    ],
    selections: [{ user: "ann", contract: "tea" }],
    groups: [{ id: "north", ratio: 0.5 }],
  };
  const lift = (more: object) =>
    /^[\d.]+ % of (.*) selected/.exec(
      review({ ...input, heldOut: ["eve"], ...more }).facts.headline.lift!,
    )![1];
  // Of the four users of the group two have an offer, and one a sponsored one.
  const users = ["ann", "bob", "cy", "dee"].map((id) => ({ id, group: "north" }));
  assertEquals(
    review(input).facts.headline.sponsored,
    "50.0 % of users with offers have a sponsored one, 50.0 % selected one: of 1 group with a target " +
      "1 reaches it among these users by assignments, 1 by selections.",
  );
  assertEquals(
    review({ ...input, users }).facts.headline.sponsored,
    "25.0 % of users have a sponsored offer, 25.0 % selected one: of 1 group with a target " +
      "0 reach it by assignments, 0 by selections.",
  );
  assertEquals([lift({}), lift({ users })], ["users with offers", "users"]);
});

Deno.test("the confidence of intervals is said with all its digits", async () => {
  const input = {
    offers: [{ user: "ann", contract: "tea" }, { user: "bob", contract: "tea" }],
    selections: [{ user: "ann", contract: "tea" }],
    heldOut: ["eve"],
  };
  for (
    const [confidence, said] of [[0.95, "95 %"], [0.995, "99.5 %"], [0.9999, "99.99 %"]] as const
  ) {
    const one = review(input, { confidence });
    assertStringIncludes(one.facts.headline.lift!, `at ${said} confidence`);
    assertStringIncludes(one.text(200), `in brackets: ${said} intervals`);
    assertStringIncludes(await one.html(), `Intervals are at ${said} confidence`);
  }
});

Deno.test("a group's target is said as it was given, and that of all groups, their mean, rounded", async () => {
  const user = (id: string, group: string) => ({ id, group });
  const text = await review({
    offers: [{ user: "ann", contract: "tea", sponsored: true, group: "north" }],
    selections: [{ user: "ann", contract: "tea" }],
    users: [user("ann", "north"), user("bob", "north"), user("cy", "south")],
    groups: [{ id: "north", ratio: 0.12345 }, { id: "south", ratio: 0.5 }],
  }).text();
  // (2 · 12.345 + 50) / 3 % is 24.89667 %.
  const table = text.slice(text.indexOf("by assignments and by selections"));
  const targets = ["all", "north", "south"].map((name) =>
    new RegExp(`^ *${name} +\\d+ +([\\d.]+ %)`, "m").exec(table)?.[1]
  );
  assertEquals(targets, ["24.9 %", "12.345 %", "50.0 %"]);
});
