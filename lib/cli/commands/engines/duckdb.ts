/**
 * `--engine duckdb`.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import type { OptionValues } from "../../frame/command.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { type EngineCommand, WORK_FOLDER } from "./engine.ts";

/** Options of this engine. */
type Values = TableValues & {
  elig: string;
  userGroups: string;
  out: string;
  memory?: string;
  workFolder?: string;
  workers?: number;
  format?: TableFormat;
};

/** DuckDB within this process, for files of any size. */
export const DUCKDB: EngineCommand = {
  name: "duckdb",
  where: "by DuckDB over files of any size",
  example: {
    title: "Files larger than memory, with 4 GB (docs/scale.md)",
    line: "divvy allocate --config divvy.json --engine duckdb --memory 4GB \\\n" +
      "      --out assignments.parquet",
  },
  own: [
    { flags: "--memory <size>", note: "most memory that it takes (default: 4GB)" },
    WORK_FOLDER,
  ],
  needed: ["elig", "userGroups", "out"],
  understood: ["workers", "format"],
  alternates: {
    isFile: true,
    fault: (name) =>
      /\.(csv(\.gz|\.zst)?|parquet)$/i.test(name)
        ? null
        : "--engine duckdb writes .csv (also .gz or .zst) and .parquet",
  },
  reads: ["elig", "userGroups", "history", "previous"],
  writes: ["out"],
  async prepare(options: Values & OptionValues) {
    const { elig, userGroups, out, format, memory, workFolder, workers } = options;
    if (memory !== undefined && !/^\d+(\.\d+)? ?[KMGT]i?B$/i.test(memory)) {
      throw new UsageError(`--memory is ${quote(memory)}, expected a size such as 4GB or 512MiB`);
    }
    const { dialect, limits: sizes } = tableControl(options);
    const places = {
      ...{ elig, userGroups, out, format, memory, workFolder, dialect, sizes },
      threads: workers,
    };
    const { fileFormatOf } = await import("../../../engine/duckdb/duckdb_run.ts");
    fileFormatOf(out, format);
    const { duckDbDryRun } = await import("../../../engine/duckdb/dry_run.ts");
    const { allocateInDuckDb } = await import("../../../engine/duckdb/open_drop.ts");
    return {
      out,
      dryRun: (tables, limits) => duckDbDryRun({ ...places, ...tables }, limits),
      run: (tables, limits) => allocateInDuckDb({ ...places, ...tables }, limits),
      explained: (error) => error as Error,
    };
  },
};
