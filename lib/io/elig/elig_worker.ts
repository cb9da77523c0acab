/**
 * A thread that reads parts of an eligibility file; see elig_pool.ts.
 *
 * @module
 */
import { serveTasks, type WorkerScope } from "./elig_pool.ts";

serveTasks(self as unknown as WorkerScope);
