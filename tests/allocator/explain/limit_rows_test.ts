import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { standingRows } from "../../../lib/allocator/explain/limit_rows.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

/** Three users with a pair of one contract each, which weigh 1, 2 and 4; the first is given. */
function statusOf(limit: Omit<LimitInput, "limit">, price: number): string {
  const users = ["u1", "u2", "u3"];
  const { instance } = Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: [{ id: "a", cap: 3, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: users.map((user, i) => ({
      user,
      contract: "a",
      score: 1,
      attributes: { weight: 2 ** i },
    })),
    limits: [{ limit: "m", ...limit }],
  });
  const [row] = standingRows({
    instance: { limits: instance.limits! },
    offerPair: Uint32Array.of(0),
    prices: { limit: Float64Array.of(price) },
    shortfallPrice: 10,
  });
  return row.status;
}

Deno.test("a limit is full at its amount, or where it has a price and an offer may not fit, and not where units are left", () => {
  assertEquals(statusOf({ atMost: 1 }, 0), "full");
  assertEquals(statusOf({ atMost: 1.5 }, 0.2), "full");
  // A price may be left by prices that don't prove all: that makes no limit full of which units are left.
  assertEquals(statusOf({ atMost: 3 }, 0.2), "open");
  assertEquals(statusOf({ atMost: 2 }, 0.2), "open");
  assertEquals(statusOf({ atMost: 1.5 }, 0), "open");
  assertEquals(statusOf({ counts: "weight", atMost: 4 }, 0.2), "full");
  assertEquals(statusOf({ counts: "weight", atMost: 5 }, 0.2), "open");
  assertEquals(statusOf({ atLeast: 1 }, 0.2), "full");
  assertEquals(statusOf({ atLeast: 0 }, 0.2), "open");
  assertEquals(statusOf({ atLeast: 2 }, 0.2), "missed");
  // A least of 0 asks for nothing.
  assertEquals(statusOf({ atLeast: 0, where: { user_id: "u2" } }, 0.2), "unused");
  assertEquals(statusOf({ atMost: 0, where: { user_id: "u2" } }, 0), "full");
});

Deno.test("a share of no offers is unused, whatever share is asked for", () => {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "a", cap: 1, sponsored: true }, { id: "b", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["a", "b"].map((contract) => ({ user: "u", contract, score: 1 })),
    limits: [{
      limit: "half",
      shareOf: "offers",
      where: { contract_address: "a" },
      atLeast: 0.5,
      atMost: 0.7,
    }],
  });
  const rows = standingRows({
    instance: { limits: instance.limits! },
    offerPair: new Uint32Array(0),
    prices: { limit: Float64Array.of(0.1, 0.1) },
    shortfallPrice: 10,
  });
  assertEquals(rows.map(({ status, used }) => [status, used]), [["unused", null], [
    "unused",
    null,
  ]]);
});
