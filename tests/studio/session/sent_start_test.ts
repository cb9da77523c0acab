import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { packValue, unpackValue } from "../../../lib/studio/session/packed_value.ts";
import {
  receivedStart,
  type SentStart,
  sentStart,
} from "../../../lib/studio/session/sent_start.ts";
import { Session, type SessionStart } from "../../../lib/studio/session/session.ts";

const user = ["ann", "bob", "cleo", "dan", "eve", "fay"];

/** A drop with everything that comes before a drop. */
const drop = Drop.from({
  users: user.map((id, i) => ({ id, group: i < 3 ? "north" : "south", attributes: { city: "x" } })),
  contracts: ["tea", "mate", "cake", "bread"].map((id, c) => ({
    id,
    cap: 4,
    sponsored: c < 2,
    brand: c % 2 === 0 ? "leaf" : "oven",
  })),
  groups: [{ id: "north", ratio: 0.3 }, { id: "south", ratio: 0 }],
  pairs: user.flatMap((id, u) =>
    ["tea", "mate", "cake", "bread"].map((contract, c) => ({
      ...{ user: id, contract, score: 0.1 + (7 * u + 3 * c) % 10 / 10 },
    }))
  ),
  history: [{ user: "ann", contract: "tea", offeredAt: "2025-08-14" }],
  pins: [{ user: "cleo", contract: "tea" }],
  bans: [{ user: "bob", contract: "tea" }],
  previous: [{ user: "dan", contract: "cake" }],
  limits: [{ limit: "leaf in the north", per: ["brand_id", "group_id"], atMost: 4 }],
}, { asOf: "2025-08-20", cooldown: "contract=8d", rotate: 0.5, onlyNew: true, holdout: "34%" });

const start: SessionStart = {
  drop,
  policy: defaultPolicy,
  details: {
    title: "Test",
    files: {},
    further: { columns: [], rows: {} },
    served: true,
    options: {},
    gap: 1e-6,
  },
};

/** What a session says of every user, and of a pin and a ban beside what there is. */
async function saysOf(start: SessionStart): Promise<unknown[]> {
  const session = new Session(start, () => {});
  await session.settled();
  const users = start.drop.instance.users.toArray();
  const said: unknown[] = [];
  for (const id of users) said.push(await session.call("user", { id }));
  for (
    const change of [
      { pins: [{ user: users[0], contract: "bread" }] },
      { bans: [{ user: users[0], contract: "cake" }] },
      { setCap: { tea: 0 } },
    ]
  ) {
    await session.call("change", { change });
    await session.settled();
    const { fault, result } = await session.call("open", null);
    said.push(fault, result!.totals);
  }
  const held = { pins: [{ user: "bob", contract: "tea" }] };
  if (users.includes("bob")) {
    const error = await assertRejects(() => session.call("change", { change: held }));
    said.push((error as Error).message);
  }
  return said;
}

Deno.test("sent start: a session says the same of a copy, with bans, history, pins, previous offers and users held out", async () => {
  const { pins, heldBack, heldOut } = drop.instance;
  assert(pins !== undefined && heldBack !== undefined && heldOut !== undefined);
  const said = await saysOf(start), sent = sentStart(start);
  assertEquals(await saysOf(receivedStart(structuredClone(sent))), said);
  assertEquals(await saysOf(receivedStart(unpackValue(packValue(sent)) as SentStart)), said);
});
