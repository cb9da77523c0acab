/** Limits explained in the terminal: what is said of a least is not what is said of a most. */
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { explainLimitText } from "../../../lib/report/text/explain_limit_text.ts";

/** Users with cake at one score and tea at one of their own, under a limit on tea. */
function teaDrop(
  scores: { readonly cake: number; readonly tea: Readonly<Record<string, number>> },
  limit: { limit: string; atMost?: number; atLeast?: number },
): Drop {
  const names = Object.keys(scores.tea);
  return Drop.from({
    users: names.map((id) => ({ id, group: "north" })),
    contracts: [
      { id: "tea", cap: 9, sponsored: false },
      { id: "cake", cap: 9, sponsored: false },
    ],
    groups: [{ id: "north", ratio: 0 }],
    pairs: names.flatMap((user) => [
      { user, contract: "cake", score: scores.cake },
      { user, contract: "tea", score: scores.tea[user] },
    ]),
    limits: [{ where: { contract_address: "tea" }, ...limit }],
  });
}

/** What is said of a limit on offers of tea, which all but dan have at 0.4 and less than cake at 0.9. */
async function saidOf(
  limit: { atMost?: number; atLeast?: number },
  name = "tea",
): Promise<string> {
  const tea = { ann: 0.2, bob: 0.2 + 1 / 10, cyd: 0.2 + 2 / 10, dan: 1.2 };
  const drop = teaDrop({ cake: 0.9, tea }, { limit: name, ...limit });
  const allocation = await allocate(drop, { k: 1, gap: 0 });
  return explainLimitText(explain(drop, allocation, { limit: name }));
}

Deno.test("explain --limit: a least names who is in only because of it, dearest first", async () => {
  const text = await saidOf({ atLeast: 3 });
  assertStringIncludes(text, "3 of at least 3 used, by 3 offers of 4 eligible pairs.");
  assertStringIncludes(text, "Who is in only because of it, highest price first");
  const users = [...text.matchAll(/^ +(ann|bob|cyd|dan) /gm)].map(([, user]) => user);
  // Ann's tea is not taken; bob's is the dearest of those that are, and dan has the tea by choice.
  assertEquals(users.filter((user) => user !== "ann").slice(0, 2), ["bob", "cyd"]);
  assertStringIncludes(text, "wanted from");
  assertStringIncludes(text, "One unit less would add");
  assertEquals(/more would add|least to spare|wanted up to/.test(text), false, text);
});

Deno.test("explain --limit: a most names who has least to spare", async () => {
  const text = await saidOf({ atMost: 0 });
  assertStringIncludes(text, "0 of at most 0 used, by 0 offers of 4 eligible pairs.");
  assertStringIncludes(text, "wanted up to");
  assertStringIncludes(text, "One unit more would add");
  assertEquals(/less would add|only because of it|wanted from/.test(text), false, text);
});

Deno.test("explain --limit: a name that begins with the word limit stays as it is, without that word before it", async () => {
  const heads = await Promise.all(
    ["limit 1", "Limit on tea", "tea"].map(async (name) =>
      (await saidOf({ atMost: 2 }, name)).split("\n")[0]
    ),
  );
  assertEquals(heads, ["limit 1", "Limit on tea", "Limit tea"]);
});

Deno.test("explain --limit: an offer is wanted up to the price that is shown, of a least from it on, whatever is rounded", async () => {
  const tea = (i: number) => (2 + i) / 3 + 1e-7;
  for (const amount of [{ atMost: 1 }, { atLeast: 2 }]) {
    const score = (i: number) => "atMost" in amount ? 1 + tea(i) : 1 - tea(i) / 3;
    const scores = { ann: score(0), bob: score(1), cyd: score(2) };
    const drop = teaDrop({ cake: 1, tea: scores }, { limit: "tea", ...amount });
    const explained = explain(drop, await allocate(drop, { k: 1, gap: 0 }), { limit: "tea" });
    const text = explainLimitText(explained), { nearly, barely } = explained.row!;
    assertEquals(nearly.length + barely.length, 3);
    for (const { user_id, price } of [...nearly, ...barely]) {
      const shown = Number(new RegExp(`${user_id} +tea +([0-9.]+)`).exec(text)![1]);
      assertEquals("atMost" in amount ? shown <= price : shown >= price, true, `${shown} ${price}`);
      assertEquals(Math.abs(shown - price) < 1e-3, true, `${shown} ${price}`);
    }
  }
});
