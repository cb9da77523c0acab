/**
 * What `divvy generate` does.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { AnswerOptions } from "../../../generate/generate_answers.ts";
import { generateDrop, type GenerateOptions } from "../../../generate/generate.ts";
import { counted } from "../../../report/words.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { write } from "../../frame/terminal/write.ts";

/** Runs `divvy generate`. */
export async function runGenerate(
  { quiet = false, answersTo, ...values }: GenerateOptions & {
    quiet?: boolean;
    answersTo?: string;
  },
): Promise<void> {
  if (answersTo !== undefined) return await runAnswers({ ...values, answersTo }, quiet);
  const progress = new ProgressLine({ quiet });
  const { files, history, ...made } = await generateDrop({
    ...values,
    onProgress: progress.report,
  });
  progress.report({ phase: "generate", detail: counted(made.pairs, "pair") });
  progress.finish();
  if (quiet) return;
  const what = `${counted(made.users, "user")}, ${counted(made.pairs, "row")} of eligible pairs`;
  const names = Object.values(files).map((file) => `  ${file}\n`);
  if (history !== null) {
    const [first] = history.weeks, { truth, weekTruth, budgets } = history;
    names.push(...[budgets, truth, weekTruth].map((file) => `  ${file}\n`));
    names.push(`  ${first.assignments}, selections.csv, redemptions.csv, held_out.csv`);
    names.push(values.weeks! > 1 ? `, and so on to weeks/${values.weeks}\n` : "\n");
  }
  write(Deno.stderr, `${what}, written:\n${names.join("")}`);
}

/** Runs `divvy generate --answers-to`. */
async function runAnswers(options: GenerateOptions & AnswerOptions, quiet: boolean): Promise<void> {
  if (options.weeks! > 0) {
    throw new UsageError("--weeks can't be given with --answers-to, which writes no drop");
  }
  const { generateAnswers } = await import("../../../generate/generate_answers.ts");
  const { files, offers } = await generateAnswers(options);
  if (quiet) return;
  const names = Object.values(files).map((file) => `  ${file}\n`);
  write(Deno.stderr, `Answers to ${counted(offers, "offer")}, written:\n${names.join("")}`);
}
