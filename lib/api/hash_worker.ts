/**
 * A thread that hashes a drop's pairs; see hashes_aside.ts.
 *
 * @module
 */
import { serveHash } from "./hashes_aside.ts";
import { workerScope } from "../base/platform/worker_scope.ts";

serveHash(workerScope);
