/**
 * A session in a thread of its own, or where workers can't be started in this one.
 *
 * @module
 */
import type { WorkerScope } from "../../base/platform/worker_scope.ts";
import { UsageError } from "../../base/errors.ts";
import type { Answer, HostedSession, Told } from "./hosted_session.ts";
import type { StudioCalls } from "./messages.ts";
import type { Issue } from "./saves.ts";
import { receivedStart } from "./sent_start.ts";
import { type Emit, Session, type SessionStart } from "./session.ts";

/** The worker's side. @param issue makes certificates, see {@link Session} */
export function serveSession(scope: WorkerScope, issue?: Issue): void {
  let session: Session | null = null;
  const tell = (answer: Answer) => scope.postMessage(answer);
  scope.onmessage = async ({ data }: MessageEvent<Told>) => {
    if ("start" in data) {
      session = new Session(
        receivedStart(data.start),
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

/** Starts a session in this thread. @param issue makes certificates, see {@link Session} */
export function sessionHere(start: SessionStart, emit: Emit, issue?: Issue): HostedSession {
  const session = new Session(start, emit, issue);
  return {
    call: (name, ask) => session.call(name as keyof StudioCalls, ask as never),
    close: () => {},
  };
}
