/**
 * The script of a session in a page without a server: a worker that gets HiGHS's WebAssembly first, then the drop to open. A
 * bundle of this module is in such pages (scripts/bundle_studio.ts).
 *
 * @module
 */
import { WASM } from "../../deps/highs.ts";
import { carry } from "../../deps/load_package.ts";
import { serveSession, type WorkerScope } from "./session_host.ts";

const scope = self as unknown as WorkerScope;
scope.onmessage = ({ data }: MessageEvent<{ wasm: Uint8Array }>) => {
  carry(WASM, data.wasm);
  serveSession(scope);
};
