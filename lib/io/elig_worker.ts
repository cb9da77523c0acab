/**
 * A thread that reads ranges of an eligibility file; see elig_pool.ts.
 *
 * @module
 */
import { serveRanges, type WorkerScope } from "./elig_pool.ts";

serveRanges(self as unknown as WorkerScope);
