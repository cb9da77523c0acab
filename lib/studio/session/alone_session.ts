/**
 * The script of a session in a page without a server: a worker that gets HiGHS's WebAssembly first, then the drop to open. A
 * bundle of this module is in such pages (scripts/bundle_studio.ts).
 *
 * @module
 */
import { WASM } from "../../deps/highs.ts";
import { carry } from "../../deps/load_package.ts";
import { serveSession } from "./session_host.ts";
import { workerScope } from "../../base/platform/worker_scope.ts";

workerScope.onmessage = ({ data }: MessageEvent<{ wasm: Uint8Array }>) => {
  carry(WASM, data.wasm);
  serveSession(workerScope);
};
