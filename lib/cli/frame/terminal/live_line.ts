/**
 * The last line of a terminal, drawn anew in place, and kept alive while this thread is too busy to draw.
 *
 * @module
 */
import { IGNORING, startThread } from "../../../base/platform/thread.ts";
import type { WorkerScope } from "../../../base/platform/worker_scope.ts";
import { redraw } from "./write.ts";

/** Stands for the seconds since the line's beginning where the thread redraws it. */
export const SECONDS = "\0";

/** Places in the shared state: whether someone writes, how often the line was drawn, bytes of its text. */
const WRITES = 0, DRAWN = 1, LENGTH = 2;

/** Most bytes of a line's text. */
const MOST_BYTES = 4096;

/** Milliseconds between two looks of the thread, and after how many looks a line that stood still is redrawn. */
const LOOK = 250, LOOKS = 4;

/** The line as both threads see it, in shared memory. */
interface SharedLine {
  /** Int32Array: numbers by the places above. */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Float64Array of one number: when the line's seconds began, in milliseconds of `Date.now()`. */
  readonly since: Float64Array<SharedArrayBuffer>;
  /** Uint8Array: the text for the thread, in UTF-8. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** The thread's side: once a second it redraws a line that was not drawn anew for a second. */
export function serveLine(scope: WorkerScope): void {
  scope.onmessage = ({ data: line }: MessageEvent<SharedLine>) => {
    const { state } = line;
    let seen = -1, looks = 0;
    setInterval(() => {
      const drawn = Atomics.load(state, DRAWN);
      looks = drawn === seen ? looks + 1 : 0;
      seen = drawn;
      if (looks === 0 || looks % LOOKS > 0) return;
      if (Atomics.compareExchange(state, WRITES, 0, 1) !== 0) return;
      try {
        if (state[LENGTH] > 0 && Atomics.load(state, DRAWN) === seen) {
          redraw(Deno.stderr, textAfter(line));
        }
      } finally {
        Atomics.store(state, WRITES, 0);
      }
    }, LOOK);
  };
}

/** The line's text with the seconds that have passed. */
function textAfter({ state, since, bytes }: SharedLine): string {
  const text = new TextDecoder().decode(bytes.slice(0, state[LENGTH]));
  return text.replace(SECONDS, `  ${Math.round((Date.now() - since[0]) / 1000)} s`);
}

/** The line, and the thread that keeps it alive. */
class LiveLine {
  readonly #shared: SharedLine = {
    state: new Int32Array(new SharedArrayBuffer(16)),
    since: new Float64Array(new SharedArrayBuffer(8)),
    bytes: new Uint8Array(new SharedArrayBuffer(MOST_BYTES)),
  };
  /** Without it the line is drawn by this thread alone. */
  readonly #thread = startThread(new URL("./live_line_worker.ts", import.meta.url), IGNORING);

  constructor() {
    this.#thread?.send(this.#shared);
  }

  /** Draws a text; in case this is the last one for a while, `waiting` is what the thread draws. */
  draw(text: string, waiting: string, begun: number): void {
    const { state, since, bytes } = this.#shared, encoded = new TextEncoder().encode(waiting);
    while (Atomics.compareExchange(state, WRITES, 0, 1) !== 0);
    try {
      redraw(Deno.stderr, text);
      const length = encoded.length <= MOST_BYTES ? encoded.length : 0;
      bytes.set(encoded.subarray(0, length));
      since[0] = begun;
      state[LENGTH] = length;
      Atomics.add(state, DRAWN, 1);
    } finally {
      Atomics.store(state, WRITES, 0);
    }
  }

  end(): void {
    this.#thread?.end();
  }
}

let line: LiveLine | null = null, isShown = false;

/**
 * Draws the last line of the terminal behind stderr anew.
 *
 * @param waiting the text to be drawn where none follows within a second, with {@link SECONDS} where seconds are to be
 * @param begun when these seconds began, in milliseconds of `Date.now()`
 */
export function drawLive(text: string, waiting: string, begun: number): void {
  line ??= new LiveLine();
  line.draw(text, waiting, begun);
  isShown = true;
}

/** Clears the line, if one was drawn; other text may follow. */
export function clearLive(): void {
  if (isShown) line?.draw("", "", 0);
  isShown = false;
}

/** Clears the line and ends its thread. */
export function endLive(): void {
  clearLive();
  line?.end();
  line = null;
}
