/**
 * Where a signal ends the program (Ctrl-C, a terminal that is closed, `kill`), half-written files are taken away and
 * statements on servers are stopped.
 *
 * @module
 */
import { guardWork } from "../../base/open_work.ts";
import { guardTemporaries } from "../../io/bytes/atomic_file.ts";
import { Interrupt } from "./interrupt.ts";

/** Signals that end a program, with their numbers. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 2]]
  : [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]];

/** Milliseconds that servers have to hear of it. */
const PATIENCE = 3000;

/** Temporary files that are there now. */
const paths = new Set<string>();
/** What stops each statement that is under way. */
const statements = new Set<() => Promise<void>>();
let ending = false;

/**
 * From now on a signal that comes while files are written or statements run removes the temporary ones, stops the others
 * and ends the program with 128 + the signal's number, as shells have it. At all other times signals are left alone: only
 * a thread that waits for its disk or a server is sure to hear of them.
 */
export function removeTemporariesOnSignals(): void {
  guardTemporaries((path) => {
    paths.add(path);
    // Where a signal stops the work first, it is in hand already.
    const release = listen((signal) => !Interrupt.hasInHand(signal));
    return () => {
      paths.delete(path);
      release();
    };
  });
  Interrupt.onHeard = (code) => {
    if (statements.size > 0) void end(code);
  };
  guardWork((stop) => {
    statements.add(stop);
    const release = listen(() => true);
    // The signal may have come just before, to somebody who has it in hand and can't stop this.
    if (Interrupt.heard !== null) void end(Interrupt.heard);
    return () => {
      statements.delete(stop);
      release();
    };
  });
}

/** Fulfilled at once where no signal ends the program, else never: then all that is left to say is its exit code. */
export function untilEnded(): Promise<void> {
  return ending ? new Promise(() => {}) : Promise.resolve();
}

/** Listens to those of the signals that are `wanted`; returns what ends it. */
function listen(wanted: (signal: Deno.Signal) => boolean): () => void {
  const listeners = SIGNALS
    .filter(([signal]) => wanted(signal))
    .map(([signal, number]) => ({ signal, end: () => void end(128 + number) }));
  for (const { signal, end } of listeners) Deno.addSignalListener(signal, end);
  return () => {
    for (const { signal, end } of listeners) Deno.removeSignalListener(signal, end);
  };
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  if (statements.size > 0) {
    const stopped = Promise.allSettled(Array.from(statements, (stop) => stop()));
    await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  }
  for (const path of paths) {
    try {
      Deno.removeSync(path);
    } catch {
      // It may have taken its name by now.
    }
  }
  Deno.exit(code);
}
