/**
 * What `divvy export` does: read the drop, and write it as a program with its names, or as tables.
 *
 * @module
 */
import { namedProgram } from "../../../allocator/ilp/named_program.ts";
import type { Drop } from "../../../allocator/drop/drop.ts";
import { quote, UsageError } from "../../../base/errors.ts";
import { pathIn } from "../../../base/text/path_in.ts";
import { writeTogether } from "../../../io/bytes/file_set.ts";
import { isStandardOutput } from "../../../io/bytes/output_target.ts";
import { dropTables, TABLE_FILES } from "../../../io/documents/drop_tables.ts";
import {
  type ProgramFormat,
  programFormatOf,
  programNames,
  programText,
} from "../../../io/documents/program_file.ts";
import { counted } from "../../../report/words.ts";
import { inputFiles, inputSources, type InputValues } from "../../frame/options/input_options.ts";
import { makeFolder } from "../../../io/bytes/make_folder.ts";
import { checkEndings, checkOutputs } from "../../frame/output_files.ts";
import { shownOutput } from "../../frame/table_outputs.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readNotedDrop } from "../../frame/options/read_noted_drop.ts";
import { readyDrop } from "../../../api/ready_drop.ts";

/** Most pairs of a program: its text has about 150 bytes for each. */
const MOST_PAIRS = 2_000_000;

/** The options of `divvy export` that are not inputs, reading or policy. */
interface ExportValues {
  format?: ProgramFormat | "csv";
  out: string;
  names?: string;
  config?: string;
  quiet?: boolean;
}

/** Names of tables and of compressed files, which no program is written as. */
const OTHER_FILE = /\.(csv|tsv|jsonl|xlsx|parquet|gz|zst|zip)$/i;

/** Runs `divvy export`. */
export async function runExport(values: InputValues & ExportValues): Promise<void> {
  const { out } = values, named = programFormatOf(out);
  const format = values.format ?? named ?? "lp";
  if (format === "csv") return await exportTables(values);
  if (named !== null && named !== format) {
    throw new UsageError(`--out ${out} is ${named} by its name, --format is ${format}`);
  }
  if (OTHER_FILE.test(out)) {
    throw new UsageError(`--out is ${quote(out)}, expected a name that ends in .lp, .mps or .json`);
  }
  checkEndings({ "--names": values.names }, "csv");
  const stem = named === null ? out : out.slice(0, -`.${named}`.length);
  const namesFile = values.names ?? (isStandardOutput(out) ? undefined : `${stem}.names.csv`);
  await checkOutputs({ "--out": out, "--names": namesFile }, {
    ...inputFiles(inputSources(values)),
    "--config": values.config,
  });
  const progress = new ProgressLine(values);
  const policy = policyOf(values);
  const drop = readyDrop(await readToExport(values, progress), policy);
  progress.report({ phase: "build the program" });
  const program = namedProgram(drop.instance, policy);
  progress.report({ phase: `write ${shownOutput(out)}` });
  const texts: [string, string][] = [[out, programText(program, format)]];
  if (namesFile !== undefined) texts.push([namesFile, programNames(program)]);
  await writeTexts(texts);
  const size = `${counted(program.columns.length, "column")}, ${
    counted(program.rows.length, "row")
  }`;
  progress.finish();
  progress.note(
    `written ${shownOutput(out)} (${size})${
      namesFile === undefined ? "; --names FILE says what its names mean" : ` and ${namesFile}`
    }`,
  );
}

/** Writes the drop as tables into a folder, which is made if it is missing. */
async function exportTables(values: InputValues & ExportValues): Promise<void> {
  const { out: folder, names, config } = values;
  if (names !== undefined) {
    throw new UsageError("--names is for programs: --format csv has no names to write");
  }
  await using _folder = await makeFolder(folder);
  const pathOf = (file: string) => pathIn(folder, file);
  const outputs = TABLE_FILES.map((file) => [`--out ${file}`, pathOf(file)]);
  await checkOutputs(Object.fromEntries(outputs), {
    ...inputFiles(inputSources(values)),
    "--config": config,
  });
  const progress = new ProgressLine(values);
  const drop = await readToExport(values, progress);
  // Refused as elsewhere. The caps stay whole: who judges assignments takes the units of their random offers off.
  readyDrop(drop, policyOf(values));
  progress.report({ phase: `write ${folder}` });
  const tables = dropTables(drop.instance);
  await writeTexts([...tables].map(([file, text]) => [pathOf(file), text]));
  progress.finish();
  progress.note(`written ${[...tables.keys()].join(", ")} to ${folder}`);
}

/** Writes files with the texts given: all of them, or none. */
async function writeTexts(
  texts: readonly (readonly [path: string, text: string])[],
): Promise<void> {
  await writeTogether(async (set) => {
    for (const [path, text] of texts) await set.writeText(path, text);
  });
}

async function readToExport(options: InputValues, progress: ProgressLine): Promise<Drop> {
  const drop = await readNotedDrop(options, progress);
  const pairs = drop.instance.score.length;
  if (pairs <= MOST_PAIRS) return drop;
  throw new UsageError(
    `the drop has ${counted(pairs, "pair")}, expected at most ${MOST_PAIRS} to export`,
  );
}
