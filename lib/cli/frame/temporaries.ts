/**
 * When a signal ends the program (Ctrl-C, a closed terminal, `kill`), removes half-written files and stops statements on
 * servers.
 *
 * @module
 */
import { guardWork } from "../../base/open_work.ts";
import { guardTemporaries } from "../../io/bytes/atomic_file.ts";
import { endingSignals } from "./ending_signals.ts";
import { Interrupt } from "./interrupt.ts";

/** Milliseconds to wait for servers to stop their statements. */
const PATIENCE = 3000;

/** Temporary files that exist now, and new folders, each before what is in it. */
const paths = new Set<string>();
/** For each running statement a function that stops it. */
const statements = new Set<() => Promise<void>>();
let ending = false;

/**
 * From now on a signal that comes while files are written or statements run removes the temporary files, stops the statements
 * and ends the program with 128 + the signal's number, as in shells. At all other times signals keep their usual effect, since
 * only a thread that waits for a disk or a server is sure to handle them.
 */
export function removeTemporariesOnSignals(): void {
  guardTemporaries((path) => {
    paths.add(path);
    // A signal that an Interrupt handles stops the work first, and the files with it.
    const release = listen((signal) => !Interrupt.handles(signal));
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
    // The signal may have come just before, to an Interrupt that can't stop this statement.
    if (Interrupt.heard !== null) void end(Interrupt.heard);
    return () => {
      statements.delete(stop);
      release();
    };
  });
}

/** Fulfilled at once, unless a signal is ending the program; then never, so that nothing more is printed. */
export function untilEnded(): Promise<void> {
  return ending ? new Promise(() => {}) : Promise.resolve();
}

/** Listens for those of the signals that are `wanted`; returns a function that stops listening. */
function listen(wanted: (signal: Deno.Signal) => boolean): () => void {
  const listeners = endingSignals()
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
  for (const path of [...paths].reverse()) {
    try {
      Deno.removeSync(path);
    } catch {
      // A file may have been renamed to its own name by now, and a folder hold it.
    }
  }
  Deno.exit(code);
}
