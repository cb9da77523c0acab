/**
 * What `divvy publish` does.
 *
 * @module
 */
import { publishAssignments } from "../../../transfer/publish.ts";
import { shownName } from "../../../sources/source_url.ts";
import { counted } from "../../../report/words.ts";
import type { OptionValues } from "../../frame/command.ts";
import { StoppedError } from "../../frame/exit_codes.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { write } from "../../frame/terminal/write.ts";

/** The options of `divvy publish`. */
interface PublishValues {
  assign: string;
  to: string;
  quiet?: boolean;
}

/** Runs `divvy publish`. */
export async function runPublish(values: OptionValues & PublishValues): Promise<void> {
  const progress = new ProgressLine(values);
  using interrupt = new Interrupt(
    () => progress.note("stopping; the table stays as it is"),
    { terminate: true },
  );
  await interrupt.listening;
  const control = { onProgress: progress.report, signal: interrupt.signal };
  const rows = await publishAssignments(values.assign, values.to, control).catch((error) => {
    throw interrupt.signal.aborted
      ? new StoppedError("stopped; the table is as it was or whole", interrupt.exitCode)
      : error;
  });
  progress.finish();
  if (!values.quiet) write(Deno.stderr, `${shownName(values.to)}: ${counted(rows, "row")}\n`);
}
