import { assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { IGNORING, startThread, type Thread } from "../../../lib/base/platform/thread.ts";
import { modulesIn } from "../../support/modules_in.ts";
import { withWorkers } from "../../support/workers.ts";

const program = (text: string) =>
  new URL(`data:application/javascript,${encodeURIComponent(text)}`);

/** What a thread says next, or why it failed. */
function heard(thread: Thread): Promise<unknown> {
  return new Promise((resolve) => thread.listen({ onMessage: resolve, onFailure: resolve }));
}

Deno.test("threads: who listens hears its messages, and who listened before does not", async () => {
  const before: unknown[] = [];
  const thread = startThread(program("onmessage = ({ data }) => postMessage(2 * data)"), {
    onMessage: (data) => before.push(data),
    onFailure: (reason) => before.push(reason),
  })!;
  for (const number of [1, 2]) {
    const answer = heard(thread);
    thread.send(number);
    assertEquals(await answer, 2 * number);
  }
  thread.end();
  assertEquals(before, []);
});

Deno.test("threads: one that fails says why, and does not end the program", async () => {
  const thread = startThread(program('throw new Error("no such luck")'), IGNORING)!;
  assertMatch(String(await heard(thread)), /no such luck/);
  thread.end();
});

Deno.test("threads: none where the platform refuses", async () => {
  class Refusing {
    constructor() {
      throw new Error("no threads");
    }
  }
  assertEquals(
    await withWorkers(Refusing, () => Promise.resolve(startThread(program(""), IGNORING))),
    null,
  );
});

Deno.test({
  name: "threads: none without the permission to read its module",
  permissions: { read: false },
  fn() {
    const module = new URL("../../../lib/api/hash_worker.ts", import.meta.url);
    assertEquals(startThread(module, IGNORING), null);
  },
});

Deno.test("threads: all are started in one place, but for the page without a server", async () => {
  const lib = new URL("../../../lib/", import.meta.url), found: string[] = [];
  for (const file of modulesIn(lib)) {
    if (file.pathname.endsWith("_bundle.ts")) continue;
    if (/\bnew (?:\w+\.)?Worker\b/.test(await Deno.readTextFile(file))) {
      found.push(file.href.slice(lib.href.length));
    }
  }
  assertEquals(found, ["base/platform/thread.ts", "studio/page/alone_page.ts"]);
});
