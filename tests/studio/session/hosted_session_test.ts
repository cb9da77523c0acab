import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { sessionInWorker, type Told } from "../../../lib/studio/session/hosted_session.ts";
import type { SentStart } from "../../../lib/studio/session/sent_start.ts";

Deno.test("studio: a move that can't be sent to the worker does not count as one", async () => {
  const told: Told[] = [];
  const worker = { postMessage: (message: Told) => told.push(structuredClone(message)) };
  const session = sessionInWorker({} as SentStart, () => {}, worker as unknown as Worker);
  const [{ start: { moves } }] = told as [{ start: SentStart & { moves: Int32Array } }];
  await assertRejects(() => session.call("change", { change: () => {} }));
  assertEquals([told.length, moves[0]], [1, 0]);
  session.call("undo", null);
  session.call("users", { text: "a" });
  assertEquals([told.length, moves[0]], [3, 1]);
});
