/**
 * A session, from outside of the thread that it runs in.
 *
 * @module
 */
import { DEAF, startThread } from "../../base/platform/thread.ts";
import { UsageError } from "../../base/errors.ts";
import { MOVES, type StudioEvents } from "./messages.ts";
import type { SentStart } from "./sent_start.ts";
import type { Emit } from "./session.ts";

/** A session, wherever it runs. */
export interface HostedSession {
  /** Asks it something. @throws {UsageError} for what can't be done */
  call(name: string, ask: unknown): Promise<unknown>;
  /** Ends it. */
  close(): void;
}

/** Messages to a session's worker. */
export type Told = { start: SentStart } | { id: number; name: string; ask: unknown };

/** What it answers. */
export type Answer =
  | { event: keyof StudioEvents; value: unknown }
  | { id: number; value: unknown }
  | { id: number; error: string; usage: boolean };

/** Starts a session in a worker. Large arrays lie in memory that both threads see. */
export function sessionInWorker(
  start: SentStart,
  emit: Emit,
  thread = startThread(new URL("./session_worker.ts", import.meta.url), DEAF)!,
): HostedSession {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0, failure: Error | null = null;
  const hear = (data: Answer) => {
    if ("event" in data) return emit(data.event, data.value as never);
    const asked = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ("value" in data) asked.resolve(data.value);
    else asked.reject(data.usage ? new UsageError(data.error) : new Error(data.error));
  };
  thread.listen({
    onMessage: (data) => hear(data as Answer),
    onFailure: (reason) => {
      failure = new Error(`the session failed: ${reason}`);
      for (const { reject } of waiting.values()) reject(failure);
      waiting.clear();
    },
  });
  // A page alone has no shared memory.
  const moves = "SharedArrayBuffer" in globalThis
    ? new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    : undefined;
  thread.send({ start: { ...start, moves } });
  return {
    call(name, ask) {
      const id = next++;
      return new Promise((resolve, reject) => {
        // First, as it throws for what can't be sent (nested too deep): the worker would never hear of such a move.
        const told = structuredClone({ id, name, ask });
        if (moves !== undefined && MOVES.has(name)) Atomics.add(moves, 0, 1);
        if (failure !== null) throw failure;
        waiting.set(id, { resolve, reject });
        thread.send(told);
      });
    },
    close: () => thread.end(),
  };
}
