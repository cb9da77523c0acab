/**
 * What the terminal behind a standard stream can show.
 *
 * @module
 */
import { colored, plain, type Style } from "../../report/text/terminal.ts";
import { columnsOf, type Stream } from "./write.ts";

/** What a stream's reader sees: emphasis and width. */
export interface Screen {
  /** Emphasis, none where the stream is no terminal or NO_COLOR is set. */
  readonly style: Style;
  /** Terminal columns; 80 where the stream is no terminal. */
  readonly width: number;
}

/** What is behind a stream. Asks for no permission. */
export function screenOf(stream: Stream): Screen {
  const terminal = stream.isTerminal();
  return {
    style: { ...terminal && !Deno.noColor ? colored : plain, isPiped: !terminal },
    width: columnsOf(stream),
  };
}
