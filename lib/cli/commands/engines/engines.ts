/**
 * The engines of `--engine`, and their options: the one place beside their folders that names them.
 *
 * @module
 */
import { DivvyOption, text, texts } from "../../frame/option_kinds.ts";
import { CLICKHOUSE } from "./clickhouse.ts";
import { DUCKDB } from "./duckdb.ts";
import { type EngineCommand, type OwnOption, SHARED_OPTIONS } from "./engine.ts";
import { SPARK } from "./spark.ts";

/** Every engine. */
export const ENGINES: readonly EngineCommand[] = [CLICKHOUSE, DUCKDB, SPARK];

/** The engine of a name. */
export function engineOf(name: string): EngineCommand {
  return ENGINES.find((engine) => engine.name === name)!;
}

/** The options that engines have for themselves, each once, with the engines that have it. */
export function ownOptions(): DivvyOption[] {
  const found = new Map<string, { option: OwnOption; engines: string[] }>();
  for (const { name, own } of ENGINES) {
    for (const option of own) {
      const known = found.get(option.flags) ?? { option, engines: [] };
      known.engines.push(name);
      found.set(option.flags, known);
    }
  }
  return [...found.values()].map(({ option: { flags, note, isRepeated }, engines }) =>
    (isRepeated === true ? texts : text)(flags, `${engines.join(", ")}: ${note}`)
  );
}

/** The attribute names of an engine's own options. */
export function ownNames({ own }: EngineCommand): string[] {
  return own.map(({ flags }) => new DivvyOption(flags, "", { type: "text" }).attributeName());
}

/** Long names of all options that only some engines take, by attribute name. */
export function engineOptionNames(): Record<string, string> {
  const own = ownOptions().map((option) => [option.attributeName(), option.long!]);
  return { ...SHARED_OPTIONS, ...Object.fromEntries(own) };
}
