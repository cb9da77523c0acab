/**
 * What `divvy extract` does.
 *
 * @module
 */
import { quote, UsageError } from "../../base/errors.ts";
import { type ExtractFormat, extractTable } from "../../sources/extract.ts";
import { isSourceUrl } from "../../sources/source_url.ts";
import { counted } from "../../report/words.ts";
import type { OptionValues } from "../frame/command.ts";
import { StoppedError } from "../frame/exit_codes.ts";
import { Interrupt } from "../frame/interrupt.ts";
import { ProgressLine } from "../frame/progress_line.ts";
import { write } from "../frame/write.ts";

/** The tables that can be extracted: option values' name, file's name, columns that must be there. */
const TABLES = [
  ["caps", "caps", ["contract_address", "cap_face", "is_sponsored"]],
  ["budgets", "budgets", ["contract_address", "is_sponsored", "budget", "face_value"]],
  ["elig", "elig", ["user_id", "contract_address", "score"]],
  ["userGroups", "user_groups", ["user_id", "group_id"]],
  ["groupRatios", "group_ratios", ["group_id", "sponsorship_ratio"]],
] as const;

interface ExtractValues {
  dir: string;
  format: ExtractFormat;
  quiet?: boolean;
}

/** Runs `divvy extract`. */
export async function runExtract(options: OptionValues): Promise<void> {
  const values = options as unknown as ExtractValues;
  const wanted = TABLES.filter(([option]) => options[option] !== undefined);
  if (wanted.length === 0) {
    throw new UsageError(
      "extract needs at least one of --caps, --budgets, --elig, --user-groups, --group-ratios",
    );
  }
  const addresses = wanted.map(([option]) => String(options[option]));
  wanted.forEach(([, file], i) => {
    if (!isSourceUrl(addresses[i])) {
      throw new UsageError(
        `--${file.replace("_", "-")} is ${
          quote(addresses[i])
        }, expected postgres://…, clickhouse://…, sqlite://… or duckdb://…`,
      );
    }
  });
  await Deno.mkdir(values.dir, { recursive: true });
  const progress = new ProgressLine(values);
  using interrupt = new Interrupt(
    () => progress.note("stopping; the file under way is not written"),
    { terminate: true },
  );
  await interrupt.listening;
  const control = { onProgress: progress.report, signal: interrupt.signal };
  for (const [i, [, name, columns]] of wanted.entries()) {
    const path = `${values.dir}/${name}.${values.format}`;
    const rows = await extractTable(addresses[i], path, values.format, { ...control, columns })
      .catch((error) => {
        throw interrupt.signal.aborted
          ? new StoppedError(`stopped, ${path} is not written`, interrupt.exitCode)
          : error;
      });
    progress.finish();
    if (!values.quiet) write(Deno.stderr, `${path}: ${counted(rows, "row")}\n`);
  }
}
