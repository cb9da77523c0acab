/**
 * A session in a thread of its own, or where workers can't be started in this one.
 *
 * @module
 */
import { Drop } from "../../allocator/drop/drop.ts";
import { UsageError } from "../../base/errors.ts";
import { IdPool } from "../../base/ids.ts";
import type { Answer, HostedSession, Told } from "./hosted_session.ts";
import type { StudioCalls } from "./messages.ts";
import type { Issue } from "./saves.ts";
import { type Emit, Session, type SessionStart } from "./session.ts";

/** What a worker sees of itself (the type of `self` is that of the main thread here). */
export interface WorkerScope {
  /** Answers. */
  postMessage(message: unknown): void;
  /** Takes messages. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** The worker's side. @param issue makes certificates, see {@link Session} */
export function serveSession(scope: WorkerScope, issue?: Issue): void {
  let session: Session | null = null;
  const tell = (answer: Answer) => scope.postMessage(answer);
  scope.onmessage = async ({ data }: MessageEvent<Told>) => {
    if ("start" in data) {
      session = new Session(
        revived(data.start),
        (event, value) => tell({ event, value }),
        issue,
      );
      return;
    }
    const { id, name, ask } = data;
    try {
      const value = await session!.call(name as keyof StudioCalls, ask as never);
      tell({ id, value });
    } catch (error) {
      const usage = error instanceof UsageError;
      tell({ id, error: error instanceof Error ? error.message : `${error}`, usage });
    }
  };
}

/** What was sent to a worker, with the classes that a copy loses. */
function revived(start: SessionStart): SessionStart {
  const { instance, input } = start.drop;
  const users = new IdPool(instance.users.bytes, instance.users.offsets);
  return { ...start, drop: new Drop({ ...instance, users }, input) };
}

/** Starts a session in this thread. @param issue makes certificates, see {@link Session} */
export function sessionHere(start: SessionStart, emit: Emit, issue?: Issue): HostedSession {
  const session = new Session(start, emit, issue);
  return {
    call: (name, ask) => session.call(name as keyof StudioCalls, ask as never),
    close: () => {},
  };
}
