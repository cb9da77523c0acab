/**
 * `--dir`: the folder of a drop, whose files are found by their names (`caps.csv`, `elig.parquet`).
 *
 * @module
 */
import { isSameObjective } from "../../../base/numbers/rounding.ts";
import { solverOf } from "../../../api/solvers.ts";
import { InputError, UsageError } from "../../../base/errors.ts";
import { systemReason } from "../../../base/platform/system_reason.ts";
import { pathIn } from "../../../base/text/path_in.ts";
import type { DivvyCommand } from "../command.ts";
import { DivvyOption } from "../option_kinds.ts";
import { readText } from "../read_text.ts";
import { write } from "../terminal/write.ts";

/** The tables of a drop's folder: the option that names each elsewhere, and its name in the folder. */
const TABLES: readonly (readonly [option: string, name: string])[] = [
  ["caps", "caps"],
  ["elig", "elig"],
  ["userGroups", "user_groups"],
  ["groupRatios", "group_ratios"],
  ["limits", "limits"],
  ["previous", "previous"],
  ["history", "history"],
  ["pins", "pins"],
  ["bans", "bans"],
];
/** Those that no drop is without. */
const NEEDED: readonly string[] = ["caps", "elig", "user_groups", "group_ratios"];
/** Names of the results in the folder. */
const ASSIGNMENTS = "assignments";
const CERTIFICATE = "certificate.json";
const SUMMARY = "summary.json";

/** Endings of tables' names. The format itself is recognised by the first bytes. A table may also be a folder of parts. */
const ENDING = /^\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|parquet)(\.(gz|zst|zip))?$/i;

/** Files and folders of a drop's folder. */
interface Listing {
  readonly dir: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Sets every file option that was not given to the file of the folder that has its name. Options that were given win, with one
 * exception: `--dir` on the command line wins over files named in a configuration file of another folder, which is about
 * another drop.
 *
 * @param configFolder folder of the configuration file; undefined: none
 * @throws {InputError} where there is no such folder, or it lacks a file that the command needs
 * @throws {UsageError} where it has two files for one table
 */
export async function applyDropFolder(
  command: DivvyCommand,
  dir: string,
  configFolder: string | undefined,
): Promise<void> {
  const listing = await listFolder(dir);
  const outranksConfig = command.getOptionValueSource("dir") === "cli" &&
    !(configFolder !== undefined && await sameFolder(dir, configFolder));
  // Whether such a table is needed may depend on what else the folder has.
  const spared: (readonly [table: string, option: DivvyOption])[] = [];
  for (const [name, table] of TABLES) {
    const option = optionOf(command, name);
    if (option === undefined || !isOpen(command, option, outranksConfig)) continue;
    const file = tableIn(listing, table);
    if (file !== undefined) fill(command, name, file);
    else if (option.spare !== undefined) spared.push([table, option]);
    else if (option.isMissing(command)) throw missingTable(dir, table, option);
  }
  if (command.name() === "allocate") fillOutputs(command, listing);
  else await fillResults(command, listing, outranksConfig);
  for (const [table, option] of spared) {
    if (option.isMissing(command)) throw missingTable(dir, table, option);
  }
}

/** The tables that every drop has and that are not in a folder. @throws what {@link applyDropFolder} throws of the folder */
export async function tablesMissingIn(dir: string): Promise<string[]> {
  const listing = await listFolder(dir);
  return NEEDED.filter((table) => tableIn(listing, table) === undefined);
}

/** Sets the outputs of allocate: they go to the folder, under the names that later commands look for. */
function fillOutputs(command: DivvyCommand, listing: Listing): void {
  const option = optionOf(command, "out")!;
  if (!isOpen(command, option, false)) return;
  const into = (name: string) => pathIn(listing.dir, name);
  // Replace the last run's file, whatever its format: two files of assignments would contradict each other.
  fill(command, "out", tableIn(listing, ASSIGNMENTS) ?? into(`${ASSIGNMENTS}.csv`));
  const open = (name: string) => command.getOptionValue(name) === undefined;
  if (open("summary")) fill(command, "summary", into(SUMMARY));
  const proves = solverOf(command.getOptionValue("solver")).certifies === true;
  if (proves && open("certificate")) fill(command, "certificate", into(CERTIFICATE));
}

/** Sets options to the results in the folder; a certificate that belongs to another run than the summary is ignored. */
async function fillResults(
  command: DivvyCommand,
  listing: Listing,
  outranksConfig: boolean,
): Promise<void> {
  const assign = optionOf(command, "assign");
  const compared = command.getOptionValue("compare") as string[] | undefined;
  // Two files to compare need no others; a single one is compared with the folder's assignments.
  if (compared !== undefined && compared.length > 1) return;
  if (assign !== undefined) {
    // The folder's certificate does not belong to assignments from elsewhere.
    if (!isOpen(command, assign, outranksConfig)) return;
    const file = tableIn(listing, ASSIGNMENTS);
    if (file === undefined) {
      if (!assign.isMissing(command)) return;
      throw missingTable(listing.dir, ASSIGNMENTS, assign);
    }
    fill(command, "assign", file);
  }
  if (compared !== undefined) return;
  const hasFile = (name: string) => listing.files.includes(name);
  const wants = (name: string) => {
    const option = optionOf(command, name);
    return option !== undefined && isOpen(command, option, outranksConfig);
  };
  const summary = pathIn(listing.dir, SUMMARY);
  if (hasFile(SUMMARY) && wants("summary")) fill(command, "summary", summary);
  if (!hasFile(CERTIFICATE) || !wants("certificate")) return;
  const certificate = pathIn(listing.dir, CERTIFICATE);
  if (hasFile(SUMMARY) && !await ofOneRun(certificate, summary)) {
    if (command.getOptionValue("quiet") !== true) {
      write(Deno.stderr, `${certificate} is ignored: ${summary} is of another run\n`);
    }
    return;
  }
  fill(command, "certificate", certificate);
}

/** Whether a certificate and a summary have the same objective; true also for files that are not JSON, which fail when read. */
async function ofOneRun(certificate: string, summary: string): Promise<boolean> {
  try {
    const objectiveIn = async (file: string) => Number(JSON.parse(await readText(file)).objective);
    const a = await objectiveIn(certificate), b = await objectiveIn(summary);
    return Number.isNaN(a - b) || isSameObjective(a, b);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return true;
    throw error;
  }
}

/** The file, or folder of parts, of a table; undefined where there is none. */
function tableIn({ dir, files, folders }: Listing, table: string): string | undefined {
  const isOfTable = (name: string) =>
    name.startsWith(table) && ENDING.test(name.slice(table.length));
  const found = [...files.filter(isOfTable), ...folders.filter((name) => name === table)].sort();
  if (found.length > 1) {
    throw new UsageError(
      `--dir: ${found.join(" and ")} are both in ${dir}: keep one, or name one by its option`,
    );
  }
  return found.length === 0 ? undefined : pathIn(dir, found[0]);
}

async function listFolder(dir: string): Promise<Listing> {
  const files: string[] = [], folders: string[] = [];
  try {
    for await (const { name } of Deno.readDir(dir)) {
      // Links count as what they lead to.
      const { isDirectory } = await Deno.stat(pathIn(dir, name)).catch(() => ({
        isDirectory: false,
      }));
      (isDirectory ? folders : files).push(name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "no such folder"
      : error instanceof Deno.errors.NotADirectory
      ? "it is no folder"
      : systemReason(error);
    throw new InputError(`--dir: ${dir}: ${reason}`, { file: dir });
  }
  return { dir, files, folders };
}

/** Whether no file was given for the option, and no other option replaces it. */
function isOpen(command: DivvyCommand, option: DivvyOption, outranksConfig: boolean): boolean {
  if (option.isReplaced(command)) return false;
  const source = command.getOptionValueSource(option.attributeName());
  return source === undefined || source === "default" || (outranksConfig && source === "config");
}

function optionOf(command: DivvyCommand, attributeName: string): DivvyOption | undefined {
  for (const option of command.options) {
    if (option instanceof DivvyOption && option.attributeName() === attributeName) return option;
  }
  return undefined;
}

function fill(command: DivvyCommand, name: string, file: string): void {
  const isList = optionOf(command, name)?.kind.type === "files";
  command.setOptionValueWithSource(name, isList ? [file] : file, "folder");
}

function missingTable(dir: string, table: string, option: DivvyOption): InputError {
  return new InputError(
    `--dir: ${dir} has no ${table} (${table}.csv, .csv.gz, .parquet, …), and no ${option.longOrOther} ${
      option.spare === undefined ? "names one" : "is given"
    }`,
    { file: dir, expected: `${table}.csv` },
  );
}

async function sameFolder(one: string, other: string): Promise<boolean> {
  try {
    return await Deno.realPath(one) === await Deno.realPath(other || ".");
  } catch {
    return false;
  }
}
