/**
 * The last line of a terminal, drawn anew in place, and kept alive while this thread is too busy to draw.
 *
 * @module
 */
import { redraw } from "./write.ts";

/** Stands for the seconds since the line's beginning where the thread redraws it. */
export const SECONDS = "\0";

/** Places in the shared state: whether someone writes, how often the line was drawn, bytes of its text. */
const WRITES = 0, DRAWN = 1, LENGTH = 2;

/** Most bytes of a line's text. */
const MOST_BYTES = 4096;

/**
 * The thread's program: once a second it redraws a line that was not drawn anew for a second. It is in a data: URL, which needs no
 * permission to read.
 */
const TICKER = "data:application/javascript," + encodeURIComponent(`
  onmessage = ({ data: { state, since, bytes } }) => {
    let seen = -1, ticks = 0;
    setInterval(() => {
      const drawn = Atomics.load(state, ${DRAWN});
      ticks = drawn === seen ? ticks + 1 : 0;
      seen = drawn;
      if (ticks < 4 || ticks % 4 > 0) return;
      if (Atomics.compareExchange(state, ${WRITES}, 0, 1) !== 0) return;
      try {
        const length = state[${LENGTH}];
        if (length === 0 || Atomics.load(state, ${DRAWN}) !== seen) return;
        const text = new TextDecoder().decode(bytes.slice(0, length));
        const seconds = Math.round((Date.now() - since[0]) / 1000) + " s";
        const line = text.replace("\\0", "  " + seconds);
        Deno.stderr.writeSync(new TextEncoder().encode("\\r\\x1b[K" + line));
      } finally {
        Atomics.store(state, ${WRITES}, 0);
      }
    }, 250);
  };
`);

/** The line, and the thread that keeps it alive. */
class LiveLine {
  readonly #state = new Int32Array(new SharedArrayBuffer(16));
  readonly #since = new Float64Array(new SharedArrayBuffer(8));
  readonly #bytes = new Uint8Array(new SharedArrayBuffer(MOST_BYTES));
  readonly #ticker: Worker;

  constructor() {
    this.#ticker = new Worker(TICKER, { type: "module" });
    // Without the thread the line is drawn by this one alone.
    this.#ticker.onerror = (event) => event.preventDefault();
    this.#ticker.postMessage({ state: this.#state, since: this.#since, bytes: this.#bytes });
  }

  /** Draws a text; in case this is the last one for a while, `waiting` is what the thread draws. */
  draw(text: string, waiting: string, begun: number): void {
    const state = this.#state, encoded = new TextEncoder().encode(waiting);
    while (Atomics.compareExchange(state, WRITES, 0, 1) !== 0);
    try {
      redraw(Deno.stderr, text);
      const length = encoded.length <= MOST_BYTES ? encoded.length : 0;
      this.#bytes.set(encoded.subarray(0, length));
      this.#since[0] = begun;
      state[LENGTH] = length;
      Atomics.add(state, DRAWN, 1);
    } finally {
      Atomics.store(state, WRITES, 0);
    }
  }

  end(): void {
    this.#ticker.terminate();
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
