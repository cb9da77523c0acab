/**
 * What a run asks of an engine, in ten steps, each a file that says its questions. The modules of lib/engine/run know engines by
 * these only; a further engine is a folder beside this one that has them.
 *
 *  1. inspect.ts     the tables are opened and looked over
 *  2. leave_out.ts   history, bans, pins and rules say which pairs count
 *  3. hold_out.ts    users are held out
 *  4. tell_apart.ts  pairs say what limits tell them apart by
 *  5. gather.ts      each user's pairs become a row
 *  6. price.ts       a sample gives prices, passes correct them
 *  7. assign.ts      users get the best bundles; the undecided are decided together
 *  8. repair.ts      users move until every limit is kept
 *  9. certify.ts     the result is judged from the original pairs
 * 10. publish.ts     the result takes its place, whole
 *
 * @module
 */
import type { LeaveOutSteps } from "./leave_out.ts";
import type { HoldOutSteps } from "./hold_out.ts";
import type { TellApartSteps } from "./tell_apart.ts";
import type { GatherSteps } from "./gather.ts";
import type { PriceSteps } from "./price.ts";
import type { AssignSteps } from "./assign.ts";
import type { RepairSteps } from "./repair.ts";
import type { CertifySteps } from "./certify.ts";
import type { PublishSteps } from "./publish.ts";

/** A run that `OpenedDrop.begin` in inspect.ts has begun: all steps but the first. Each user's pairs lie in one part. */
export interface EngineRun
  extends
    LeaveOutSteps,
    HoldOutSteps,
    TellApartSteps,
    GatherSteps,
    PriceSteps,
    AssignSteps,
    RepairSteps,
    CertifySteps,
    PublishSteps {}
