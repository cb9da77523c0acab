/**
 * How a run in an engine goes about it.
 *
 * @module
 */
import type { Scenario } from "../../allocator/explain/whatif.ts";
import type { Certificate } from "../../allocator/model/certificate.ts";
import type { RunControl } from "../../base/progress.ts";
import type { DropOptions } from "../drop/task.ts";

/**
 * How it goes about it. After `timeout` nothing is improved any more; what there is by then is made to keep every rule,
 * certified and published. Aborting `signal` ends the run without a result.
 */
export interface EngineOptions extends RunControl, DropOptions {
  /** Most users that are decided together on this machine when prices are final. @default as `sampleUsers` */
  readonly togetherUsers?: number;
  /** Most full passes over the users. @default 30 */
  readonly passes?: number;
  /** Stop refining when the bound falls by less than this share. @default 1e-6 */
  readonly gap?: number;
  /** Which of repeated pairs counts: the one with the largest score; `error` refuses repeated pairs. */
  readonly duplicates?: "largest" | "error";
  /** A change of the drop and its rules that the run is made under, as on one machine. @default none */
  readonly scenario?: Scenario;
  /** Certificate of an earlier run to start from its prices; those that this drop has no row for are left out. @default none */
  readonly startPrices?: Pick<Certificate, "contracts" | "groups" | "limits">;
  /** Start from {@link startPrices}, or from the prices of the sample; false: from prices 0. @default true */
  readonly warmStart?: boolean;
  /** File that keeps the state; if it is there, the run goes on from it. */
  readonly stateFile?: string;
  /** Called with notes for the person who runs it. */
  readonly onNote?: (text: string) => void;
}
