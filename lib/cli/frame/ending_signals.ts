/**
 * Which signals end the program, so that it can tidy up first.
 *
 * @module
 */

/** A signal with its number. */
export type NumberedSignal = readonly [signal: Deno.Signal, number: number];

/** Ctrl-C. */
export const CTRL_C: NumberedSignal = ["SIGINT", 2];

/** Ctrl-C, `kill`, and a terminal that is closed. */
export function endingSignals(): readonly NumberedSignal[] {
  if (Deno.build.os === "windows") return [CTRL_C];
  const closed: NumberedSignal[] = hasTerminal() ? [["SIGHUP", 1]] : [];
  return [CTRL_C, ["SIGTERM", 15], ...closed];
}

/**
 * Lets the program go on when a terminal is closed that none of its three streams is on, as under `nohup`. There the signal is
 * ignored, but Deno takes it all the same, and nobody can ask it whether a signal is ignored.
 */
export function outliveTerminal(): void {
  if (Deno.build.os !== "windows" && !hasTerminal()) Deno.addSignalListener("SIGHUP", nothing);
}

function hasTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

function nothing(): void {}
