/**
 * The worker that prices a share of a drop's groups.
 *
 * @module
 */
import { servePricing } from "./group_team.ts";
import { workerScope } from "../../../base/platform/worker_scope.ts";

servePricing(workerScope);
