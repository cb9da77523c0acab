/**
 * What `divvy export` does: read the drop, build the program, write it and its names.
 *
 * @module
 */
import { namedProgram } from "../../allocator/ilp/named_program.ts";
import { UsageError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { type ProgramFormat, programNames, programText } from "../../io/documents/program_file.ts";
import { readDrop } from "../../io/drop_reader.ts";
import { counted } from "../../report/words.ts";
import type { OptionValues } from "../frame/command.ts";
import { inputFiles, inputSources, readOptions } from "../frame/input_options.ts";
import { checkOutputs } from "../frame/output_files.ts";
import { policyOf } from "../frame/policy_options.ts";
import { ProgressLine } from "../frame/progress_line.ts";

/** Most pairs of a program: its text has about 150 bytes for each. */
const MOST_PAIRS = 2_000_000;

/** The options of `divvy export` that are not inputs, reading or policy. */
interface ExportValues {
  format: ProgramFormat;
  out: string;
  names?: string;
  config?: string;
  quiet?: boolean;
}

/** Runs `divvy export`. */
export async function runExport(options: OptionValues): Promise<void> {
  const values = options as unknown as ExportValues;
  const { format, out } = values;
  const namesFile = values.names ?? `${out.replace(/\.(lp|mps|json)$/i, "")}.names.csv`;
  await checkOutputs({ "--out": out, "--names": namesFile }, {
    ...inputFiles(inputSources(options)),
    "--config": values.config,
  });
  const progress = new ProgressLine(values);
  const drop = await readDrop(inputSources(options), {
    ...readOptions(options),
    onProgress: progress.report,
  });
  const policy = policyOf(options), { score, brand } = drop.instance;
  if (policy.maxPerBrand !== null && brand === null) {
    throw new UsageError("a limit per brand (--max-per-brand) needs the column brand_id in caps");
  }
  if (score.length > MOST_PAIRS) {
    throw new UsageError(
      `the drop has ${counted(score.length, "pair")}, expected at most ${MOST_PAIRS} to export`,
    );
  }
  progress.report({ phase: "build the program" });
  const program = namedProgram(drop.instance, policy);
  progress.report({ phase: `write ${out}` });
  await writeTextAtomic(namesFile, programNames(program));
  await writeTextAtomic(out, programText(program, format));
  const size = `${counted(program.columns.length, "column")}, ${
    counted(program.rows.length, "row")
  }`;
  progress.note(`written ${out} (${size}) and ${namesFile}`);
  progress.finish();
}
