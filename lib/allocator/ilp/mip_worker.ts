/**
 * The thread that solves large programs; see mip_thread.ts.
 *
 * @module
 */
import { serveMips } from "./mip_thread.ts";
import { workerScope } from "../../base/platform/worker_scope.ts";

serveMips(workerScope);
