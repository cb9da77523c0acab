/**
 * Lines of streams, from the Deno standard library's npm mirror. On JSR it is `jsr:@std/streams@1`.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/streams/mod.js";

/** A stream of text in, a stream of its lines out. */
export const TextLineStream: new () => TransformStream<string, string> = std.TextLineStream;
