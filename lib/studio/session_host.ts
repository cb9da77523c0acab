/**
 * A session in a thread of its own, or where workers can't be started in this one.
 *
 * @module
 */
import { Drop } from "../allocator/drop/drop.ts";
import { UsageError } from "../base/errors.ts";
import { IdPool } from "../base/ids.ts";
import type { StudioCalls, StudioEvents } from "./session/messages.ts";
import { type Heard, Session, type SessionStart } from "./session/session.ts";

/** A session, wherever it runs. */
export interface HostedSession {
  /** Asks it something. @throws {UsageError} for what can't be done */
  call(name: string, ask: unknown): Promise<unknown>;
  /** Ends it. */
  close(): void;
}

/** What a worker sees of itself (the type of `self` is that of the main thread here). */
export interface WorkerScope {
  /** Answers. */
  postMessage(message: unknown): void;
  /** Takes messages. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** What a worker is told. */
type Told = { start: SessionStart } | { id: number; name: string; ask: unknown };

/** What it answers. */
type Answer =
  | { event: keyof StudioEvents; value: unknown }
  | { id: number; value: unknown }
  | { id: number; error: string; usage: boolean };

/** The worker's side. */
export function serveSession(scope: WorkerScope): void {
  let session: Session | null = null;
  scope.onmessage = async ({ data }: MessageEvent<Told>) => {
    if ("start" in data) {
      session = new Session(
        revived(data.start),
        (event, value) => scope.postMessage({ event, value }),
      );
      return;
    }
    const { id, name, ask } = data;
    try {
      const value = await session!.call(name as keyof StudioCalls, ask as never);
      scope.postMessage({ id, value });
    } catch (error) {
      const usage = error instanceof UsageError;
      scope.postMessage({ id, error: error instanceof Error ? error.message : `${error}`, usage });
    }
  };
}

/** What was sent to a worker, with the classes that a copy loses. */
function revived(start: SessionStart): SessionStart {
  const { instance, input } = start.drop;
  const users = new IdPool(instance.users.bytes, instance.users.offsets);
  return { ...start, drop: new Drop({ ...instance, users }, input) };
}

/** Starts a session in a worker. Large arrays lie in memory that both threads see. */
export function sessionInWorker(
  start: SessionStart,
  heard: Heard,
  worker = new Worker(new URL("./session_worker.ts", import.meta.url), { type: "module" }),
): HostedSession {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if ("event" in data) return heard(data.event, data.value as never);
    const asked = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ("value" in data) asked.resolve(data.value);
    else asked.reject(data.usage ? new UsageError(data.error) : new Error(data.error));
  };
  worker.postMessage({ start });
  return {
    call(name, ask) {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, name, ask });
      });
    },
    close: () => worker.terminate(),
  };
}

/** Starts a session in this thread. */
export function sessionHere(start: SessionStart, heard: Heard): HostedSession {
  const session = new Session(start, heard);
  return {
    call: (name, ask) => session.call(name as keyof StudioCalls, ask as never),
    close: () => {},
  };
}
