import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { sessionInWorker, type Told } from "../../../lib/studio/session/hosted_session.ts";
import type { ThreadListener } from "../../../lib/base/platform/thread.ts";
import type { SentStart } from "../../../lib/studio/session/sent_start.ts";

Deno.test("studio: a move that can't be sent to the worker does not count as one", async () => {
  const told: Told[] = [];
  const send = (message: unknown) => void told.push(structuredClone(message as Told));
  const session = sessionInWorker({} as SentStart, () => {}, { send, listen() {}, end() {} });
  const [{ start: { moves } }] = told as [{ start: SentStart & { moves: Int32Array } }];
  await assertRejects(() => session.call("change", { change: () => {} }));
  assertEquals([told.length, moves[0]], [1, 0]);
  session.call("undo", null);
  session.call("users", { text: "a" });
  assertEquals([told.length, moves[0]], [3, 1]);
});

Deno.test("studio: a stop reaches the solve that keeps the worker from hearing of it", () => {
  const told: Told[] = [];
  const send = (message: unknown) => void told.push(message as Told);
  const session = sessionInWorker({} as SentStart, () => {}, { send, listen() {}, end() {} });
  const [{ start: { moves, stops } }] = told as [{ start: SentStart }];
  session.call("stop", null);
  session.call("users", { text: "a" });
  assertEquals([moves![0], stops![0]], [0, 1]);
});

Deno.test("studio: a page opens with all that the worker told, though the worker answers nothing", async () => {
  let hears: ThreadListener | null = null;
  const listen = (listener: ThreadListener) => void (hears = listener);
  const session = sessionInWorker({} as SentStart, () => {}, { send() {}, listen, end() {} });
  const tell = (event: string, value: unknown) => hears!.onMessage({ event, value });
  const early = session.call("open", null);
  const first = { state: { version: 0 }, result: null, rows: [], fault: "" };
  tell("opening", first);
  assertEquals(await early, first);
  tell("result", { version: 0 });
  tell("rows", [1]);
  tell("progress", { version: 0 });
  tell("failed", { version: 0, message: "no" });
  const told = { ...first, result: { version: 0 }, rows: [1] };
  assertEquals(await session.call("open", null), { ...told, fault: "no" });
  tell("state", { version: 1 });
  tell("failed", { version: 0, message: "late" });
  assertEquals(await session.call("open", null), { ...told, state: { version: 1 } });
});

Deno.test("studio: a session that fails refuses what it was asked and is asked later, and says so to its pages", async () => {
  let hears: ThreadListener | null = null;
  const listen = (listener: ThreadListener) => {
    hears = listener;
  };
  const heard: unknown[] = [];
  const session = sessionInWorker({} as SentStart, (...event) => heard.push(event), {
    send() {},
    listen,
    end() {},
  });
  hears!.onMessage({ event: "opening", value: { state: { version: 3 } } });
  const asked = session.call("users", { text: "a" });
  hears!.onFailure("no memory");
  for (const refused of [asked, session.call("users", { text: "b" })]) {
    await assertRejects(() => refused, Error, "the session failed: no memory");
  }
  const message = "the session failed: no memory";
  assertEquals(heard.slice(1), [["failed", { version: 3, message }]]);
});
