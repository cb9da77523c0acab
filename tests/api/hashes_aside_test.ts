import { beginHashes, serveHash } from "../../lib/api/hashes_aside.ts";
import type { WorkerScope } from "../../lib/base/platform/worker_scope.ts";
import { inputHashes } from "../../lib/allocator/drop/input_hashes.ts";
import { isShared } from "../../lib/base/arrays/shared_array.ts";
import { generateInstance } from "../../lib/generate/generate_instance.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";

const instance = generateInstance({ users: 300, seed: 3 });

Deno.test("a thread's hashes are the same as those of this thread", async () => {
  assert(isShared(instance.score));
  const expected = inputHashes(instance);
  assertEquals(await beginHashes(instance, 2, 0)(), expected);
  // One thread, few pairs, memory of this thread alone: without one.
  assertEquals(await beginHashes(instance, 1, 0)(), expected);
  assertEquals(await beginHashes(instance, 2)(), expected);
  const own = { ...instance, score: Float64Array.from(instance.score) };
  assertEquals(await beginHashes(own, 2, 0)(), expected);
});

Deno.test("a thread answers with the hash of the pairs that it is sent", () => {
  const sent: unknown[] = [];
  const scope: WorkerScope = { onmessage: null, postMessage: (hash) => sent.push(hash) };
  serveHash(scope);
  scope.onmessage!(new MessageEvent("message", { data: instance }));
  assertEquals(sent, [inputHashes(instance).elig]);
});

Deno.test("where a thread can't start, this thread hashes all", async () => {
  const { Worker } = globalThis;
  class Failing {
    onerror: ((event: Event) => void) | null = null;
    postMessage(): void {
      queueMicrotask(() => this.onerror!(new Event("error", { cancelable: true })));
    }
    terminate(): void {}
  }
  class Refused {
    constructor() {
      throw new Error("no threads");
    }
  }
  try {
    for (const kind of [Failing, Refused]) {
      globalThis.Worker = kind as unknown as typeof Worker;
      assertEquals(await beginHashes(instance, 2, 0)(), inputHashes(instance));
    }
  } finally {
    globalThis.Worker = Worker;
  }
});
