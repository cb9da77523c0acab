/**
 * The worker that does a share of the price solver's passes.
 *
 * @module
 */
import { servePasses, type WorkerScope } from "./worker_team.ts";

servePasses(self as unknown as WorkerScope);
