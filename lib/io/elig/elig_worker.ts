/**
 * A thread that reads parts of an eligibility file; see elig_pool.ts.
 *
 * @module
 */
import { serveTasks } from "./elig_pool.ts";
import { workerScope } from "../../base/platform/worker_scope.ts";

serveTasks(workerScope);
