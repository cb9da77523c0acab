/**
 * Hashes a drop's inputs in a thread of its own, while this one does something else.
 *
 * @module
 */
import { withResolvers } from "../base/resolvers.ts";
import { startThread } from "../base/platform/thread.ts";
import type { WorkerScope } from "../base/platform/worker_scope.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { hashOfPairs, inputHashes } from "../allocator/drop/input_hashes.ts";
import type { InputHashes } from "../allocator/drop/hashed_inputs.ts";
import { isShared } from "../base/arrays/shared_array.ts";

/** Up to so many pairs are hashed in a few tenths of a second: starting a thread and compiling it anew gains nothing. */
const FEW_PAIRS = 10_000_000;

/** What the hash of the pairs depends on. */
type Pairs = Parameters<typeof hashOfPairs>[0];

/** The thread's side: hashes the pairs that it is sent. */
export function serveHash(scope: WorkerScope): void {
  scope.onmessage = ({ data }: MessageEvent<Pairs>) => scope.postMessage(hashOfPairs(data));
}

/**
 * Begins to hash a drop's inputs, as {@link inputHashes} does: its pairs in a thread where `workers` allow for one, the rest once
 * that is awaited.
 *
 * @param few up to so many pairs are hashed without a thread
 * @returns to be called for the hashes
 */
export function beginHashes(
  instance: Instance,
  workers: number,
  few = FEW_PAIRS,
): () => Promise<InputHashes> {
  const { users, contracts, group, start, contract, score } = instance;
  if (workers < 2 || score.length <= few || !isShared(score)) {
    return () => Promise.resolve(inputHashes(instance));
  }
  const ofPairs = withResolvers<string | undefined>();
  // Where the thread can't start, its work is done here.
  const thread = startThread(new URL("./hash_worker.ts", import.meta.url), {
    onMessage: (hash) => ofPairs.resolve(hash as string),
    onFailure: () => ofPairs.resolve(undefined),
  });
  if (thread === null) return () => Promise.resolve(inputHashes(instance));
  const { bytes, offsets } = users;
  thread.send(
    { users: { bytes, offsets }, contracts, group, start, contract, score } satisfies Pairs,
  );
  const hash = ofPairs.promise.finally(() => thread.end());
  return async () => inputHashes(instance, await hash);
}
