/**
 * What the terminal behind a standard stream can show.
 *
 * @module
 */
import { colored, plain, type Style } from "../../../report/text/terminal.ts";
import { columnsOf, type Stream } from "./write.ts";

/** What can be shown on a stream. */
export interface Screen {
  /** Emphasis; none where the stream is not a terminal or NO_COLOR is set. */
  readonly style: Style;
  /** Columns of the terminal; 80 where the stream is not a terminal. */
  readonly width: number;
}

/** What can be shown on a stream. Needs no permission. */
export function screenOf(stream: Stream): Screen {
  const terminal = stream.isTerminal();
  return {
    style: { ...terminal && !Deno.noColor ? colored : plain, isPiped: !terminal },
    width: columnsOf(stream),
  };
}
