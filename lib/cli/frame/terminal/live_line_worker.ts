/**
 * The thread that keeps the line of progress alive; see live_line.ts.
 *
 * @module
 */
import { serveLine } from "./live_line.ts";
import { workerScope } from "../../../base/platform/worker_scope.ts";

serveLine(workerScope);
