/**
 * `--engine spark`.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { sparkDryRun } from "../../../engine/spark/dry_run.ts";
import { allocateInSpark } from "../../../engine/spark/open_drop.ts";
import { withoutSlash } from "../../../engine/spark/spark_run.ts";
import type { OptionValues } from "../../frame/command.ts";
import type { EngineCommand } from "./engine.ts";

/** Options of this engine. */
interface Values {
  elig: string;
  userGroups: string;
  out: string;
  master?: string;
  python?: string;
  sparkConf?: string[];
  workFolder?: string;
}

/** The engine in a Spark cluster. */
export const SPARK: EngineCommand = {
  name: "spark",
  needed: ["elig", "userGroups", "out"],
  understood: ["master", "python", "sparkConf", "workFolder"],
  // Spark finds folders and files itself; this machine may not be able to see them.
  alternates: {
    isFile: false,
    fault: (name, { out }) =>
      withoutSlash(name) === withoutSlash(out as string)
        ? "is the folder of --out, expected another"
        : null,
  },
  reads: [],
  writes: [],
  prepare(options: OptionValues) {
    const { elig, userGroups, out, workFolder, master, python, sparkConf } =
      options as unknown as Values;
    const odd = sparkConf?.find((setting) => !/^[^=\s]+=/.test(setting));
    if (odd !== undefined) throw new UsageError(`--spark-conf ${odd}: expected name=value`);
    const places = { elig, userGroups, out, workFolder, master, python, configuration: sparkConf };
    return Promise.resolve({
      out,
      dryRun: (tables, limits) => sparkDryRun({ ...places, ...tables }, limits),
      run: (tables, limits) => allocateInSpark({ ...places, ...tables }, limits),
      explained: (error) => error as Error,
    });
  },
};
