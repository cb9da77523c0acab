/**
 * `--engine spark`.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import type { OptionValues } from "../../frame/command.ts";
import { dialectOf, type DialectValues } from "../../frame/options/table_options.ts";
import { type EngineCommand, WORK_FOLDER } from "./engine.ts";

/** Options of this engine. */
interface Values extends DialectValues {
  elig: string;
  userGroups: string;
  out: string;
  master?: string;
  python?: string;
  sparkSubmit?: string;
  sparkConf?: string[];
  workFolder?: string;
  format?: TableFormat;
}

/** The engine in a Spark cluster. */
export const SPARK: EngineCommand = {
  name: "spark",
  where: "in a Spark cluster",
  own: [
    WORK_FOLDER,
    {
      flags: "--master <url>",
      note: "the master as spark-submit takes it, such as local[2] or yarn",
    },
    { flags: "--spark-conf <setting>", note: "name=value (repeatable)", isRepeated: true },
    { flags: "--python <program>", note: "a Python that has PySpark (default: python3)" },
    {
      flags: "--spark-submit <program>",
      note: "start Spark by this program, in client mode (default: by the Python)",
    },
  ],
  needed: ["elig", "userGroups", "out"],
  understood: ["format"],
  // Spark finds folders and files itself; this machine may not be able to see them.
  alternates: {
    isFile: false,
    fault: (name, { out }) =>
      name.replace(/\/+$/, "") === (out as string).replace(/\/+$/, "")
        ? "is the folder of --out, expected another"
        : null,
  },
  reads: [],
  writes: [],
  async prepare(options: Values & OptionValues) {
    const { elig, userGroups, out, format, workFolder, master, python, sparkSubmit, sparkConf } =
      options;
    const { outFormat } = await import("../../../engine/spark/spark_run.ts");
    outFormat(out, format);
    const odd = sparkConf?.find((setting) => !/^[^=\s]+=/.test(setting));
    if (odd !== undefined) {
      throw new UsageError(`--spark-conf is ${quote(odd)}, expected name=value`);
    }
    const places = {
      elig,
      userGroups,
      out,
      format,
      workFolder,
      master,
      python,
      sparkSubmit,
      configuration: sparkConf,
      dialect: dialectOf(options),
    };
    const { sparkDryRun } = await import("../../../engine/spark/dry_run.ts");
    const { allocateInSpark } = await import("../../../engine/spark/open_drop.ts");
    return {
      out,
      dryRun: (tables, limits) => sparkDryRun({ ...places, ...tables }, limits),
      run: (tables, limits) => allocateInSpark({ ...places, ...tables }, limits),
      explained: (error) => error as Error,
    };
  },
};
