/**
 * A session, from outside of the thread that it runs in.
 *
 * @module
 */
import { IGNORING, startThread } from "../../base/platform/thread.ts";
import { UsageError } from "../../base/errors.ts";
import { MOVES, type StudioEvents, type StudioOpening } from "./messages.ts";
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

/** Who waits for an answer. */
interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts a session in a worker. Large arrays lie in memory that both threads see. */
export function sessionInWorker(
  start: SentStart,
  emit: Emit,
  thread = startThread(new URL("./session_worker.ts", import.meta.url), IGNORING)!,
): HostedSession {
  const waiting = new Map<number, Waiting>();
  let next = 0, failure: Error | null = null;
  // A page opens at once, though the worker hears nothing for seconds while a HiGHS program runs.
  let opening: StudioOpening | null = null;
  const toOpen: Waiting[] = [];
  const hear = (data: Answer) => {
    if ("event" in data) {
      opening = openingAfter(opening, data.event, data.value);
      for (const { resolve } of opening === null ? [] : toOpen.splice(0)) resolve(opening);
      return emit(data.event, data.value as never);
    }
    const asked = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ("value" in data) asked.resolve(data.value);
    else asked.reject(data.usage ? new UsageError(data.error) : new Error(data.error));
  };
  thread.listen({
    onMessage: (data) => hear(data as Answer),
    onFailure: (reason) => {
      failure = new Error(`the session failed: ${reason}`);
      for (const { reject } of [...waiting.values(), ...toOpen.splice(0)]) reject(failure);
      waiting.clear();
      // Pages that wait for a result hear of it too.
      emit("failed", { version: opening?.state.version ?? 0, message: failure.message });
    },
  });
  const moves = sharedCount(), stops = sharedCount();
  thread.send({ start: { ...start, moves, stops } });
  return {
    call(name, ask) {
      const id = next++;
      return new Promise((resolve, reject) => {
        // First, as it throws for what can't be sent (nested too deep): the worker would never hear of such a move.
        const message = structuredClone({ id, name, ask });
        if (moves !== undefined && MOVES.has(name)) Atomics.add(moves, 0, 1);
        if (stops !== undefined && name === "stop") Atomics.add(stops, 0, 1);
        if (failure !== null) throw failure;
        if (name === "open") return opening ? resolve(opening) : toOpen.push({ resolve, reject });
        waiting.set(id, { resolve, reject });
        thread.send(message);
      });
    },
    close: () => thread.end(),
  };
}

/**
 * A count in memory that both threads see. A page alone has no such memory: there the solve under way hears of a move or a stop
 * when it next gives way to the thread's messages, after the HiGHS program that runs.
 */
function sharedCount(): Int32Array | undefined {
  return "SharedArrayBuffer" in globalThis
    ? new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    : undefined;
}

/** What a page opens with after an event; null: the session has not said yet what to begin with. */
function openingAfter(
  opening: StudioOpening | null,
  name: keyof StudioEvents,
  value: unknown,
): StudioOpening | null {
  if (name === "opening") return value as StudioOpening;
  if (opening === null) return null;
  switch (name) {
    case "state":
      return { ...opening, state: value as StudioEvents["state"], fault: "" };
    case "result":
    case "rows":
      return { ...opening, [name]: value };
    case "failed": {
      const { version, message } = value as StudioEvents["failed"];
      return version === opening.state.version ? { ...opening, fault: message } : opening;
    }
    default:
      return opening;
  }
}
