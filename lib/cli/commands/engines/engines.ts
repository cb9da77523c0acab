/**
 * The engines of `--engine`.
 *
 * @module
 */
import { CLICKHOUSE } from "./clickhouse.ts";
import { DUCKDB } from "./duckdb.ts";
import type { EngineCommand } from "./engine.ts";
import { SPARK } from "./spark.ts";

/** Every engine. */
export const ENGINES: readonly EngineCommand[] = [CLICKHOUSE, DUCKDB, SPARK];

/** The engine of a name. */
export function engineOf(name: string): EngineCommand {
  return ENGINES.find((engine) => engine.name === name)!;
}
