/**
 * What `divvy extract` does.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import { optionInWords } from "../../../base/option_words.ts";
import { pathIn } from "../../../base/text/path_in.ts";
import { writeTogether } from "../../../io/bytes/file_set.ts";
import { type ExtractFormat, extractTable } from "../../../transfer/extract.ts";
import { isSourceUrl } from "../../../sources/source_url.ts";
import { counted } from "../../../report/words.ts";
import type { OptionValues } from "../../frame/command.ts";
import { makeFolder } from "../../../io/bytes/make_folder.ts";
import { checkOutputs } from "../../frame/output_files.ts";
import { StoppedError } from "../../frame/exit_codes.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { write } from "../../frame/terminal/write.ts";

/** The tables that can be extracted: name of the option value, name of the file, columns that must be there. */
const TABLES = [
  ["caps", "caps", ["contract_address", "cap_face", "is_sponsored"]],
  ["budgets", "budgets", ["contract_address", "is_sponsored", "budget", "face_value"]],
  ["elig", "elig", ["user_id", "contract_address", "score"]],
  ["userGroups", "user_groups", ["user_id", "group_id"]],
  ["groupRatios", "group_ratios", ["group_id", "sponsorship_ratio"]],
  ["limits", "limits", ["limit"]],
] as const;

/** The options of `divvy extract` that are not databases. */
interface ExtractValues {
  dir: string;
  config?: string;
  format: ExtractFormat;
  quiet?: boolean;
}

/** Runs `divvy extract`. The files appear together, or none does: tables of different moments are no drop. */
export async function runExtract(values: OptionValues & ExtractValues): Promise<void> {
  const wanted = TABLES.filter(([option]) => values[option] !== undefined);
  if (wanted.length === 0) {
    throw new UsageError(
      "extract needs at least one of --caps, --budgets, --elig, --user-groups, --group-ratios, --limits",
    );
  }
  const addresses = wanted.map(([option]) => String(values[option]));
  wanted.forEach(([option], i) => {
    if (!isSourceUrl(addresses[i])) {
      throw new UsageError(
        `${optionInWords(option)} is ${
          quote(addresses[i])
        }, expected postgres://…, clickhouse://…, sqlite://… or duckdb://…`,
      );
    }
  });
  const paths = wanted.map(([, file]) => pathIn(values.dir, `${file}.${values.format}`));
  // A folder that does not exist yet holds no file that could be overwritten.
  if (await isFolder(values.dir)) {
    const named = wanted.map(([option]) => optionInWords(option));
    const byName = (files: string[]) =>
      Object.fromEntries(named.map((name, i) => [name, files[i]]));
    const outputs = Object.fromEntries(named.map((name, i) => [`the file of ${name}`, paths[i]]));
    await checkOutputs(outputs, { ...byName(addresses), "--config": values.config });
  }
  const progress = new ProgressLine(values);
  using interrupt = new Interrupt(
    () => progress.note("stopping; the files that were to be written are discarded"),
    { terminate: true },
  );
  await interrupt.listening;
  await using _folder = await makeFolder(values.dir);
  const control = { onProgress: progress.report, signal: interrupt.signal };
  try {
    const rows = await writeTogether(async ({ write }) => {
      const rows: number[] = [];
      for (const [i, path] of paths.entries()) {
        const into = { ...control, columns: wanted[i][2], write };
        rows.push(await extractTable(addresses[i], path, values.format, into));
      }
      return rows;
    });
    progress.finish();
    if (values.quiet) return;
    write(Deno.stderr, paths.map((path, i) => `${path}: ${counted(rows[i], "row")}\n`).join(""));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new StoppedError("stopped, nothing is written", interrupt.exitCode);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
