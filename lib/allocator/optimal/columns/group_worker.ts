/**
 * The worker that prices a share of a drop's groups.
 *
 * @module
 */
import { servePricing } from "./group_team.ts";
import type { WorkerScope } from "../passes/worker_team.ts";

servePricing(self as unknown as WorkerScope);
