/**
 * `--dir`: the folder of a drop, whose files have the names of what is in them.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { systemReason } from "../../base/system_reason.ts";
import type { DivvyCommand } from "./command.ts";
import { DivvyOption } from "./options.ts";
import { readText } from "./read_text.ts";
import { write } from "./write.ts";

/** Every table of a drop's folder: the option that names it elsewhere, and its name there. One place for all commands. */
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
/** The table of results there. */
const ASSIGNMENTS = "assignments";
const CERTIFICATE = "certificate.json";
const SUMMARY = "summary.json";

/** Endings that a table's name may have; what the file is, its first bytes tell. A folder of parts has none. */
const ENDING = /^\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|parquet)(\.(gz|zst|zip))?$/i;

/** Solvers that prove nothing, which have no certificate. */
const WITHOUT_PROOF = new Set(["greedy", "ilp", "both"]);

/** Files and folders of a drop's folder. */
interface Listing {
  readonly dir: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Gives every file option of a command that is open the file of the folder that has its name. Files that are named on
 * their own win, except over `--dir` of the command line those of a configuration file that lies elsewhere: it is about
 * another folder.
 *
 * @param configFolder folder of the configuration file; undefined: there is none
 * @throws {InputError} where there is no such folder, it lacks a file that the command needs, or has two for one table
 */
export async function applyDropFolder(
  command: DivvyCommand,
  dir: string,
  configFolder: string | undefined,
): Promise<void> {
  const listing = await list(dir);
  const outranksConfig = command.getOptionValueSource("dir") === "cli" &&
    !(configFolder !== undefined && await sameFolder(dir, configFolder));
  for (const [name, table] of TABLES) {
    const option = optionOf(command, name);
    if (option === undefined || !isOpen(command, option, outranksConfig)) continue;
    const file = tableIn(listing, table);
    if (file !== undefined) fill(command, name, file);
    else if (option.mustBeGiven && command.getOptionValue(name) === undefined) {
      throw lacking(dir, table, option);
    }
  }
  if (command.name() === "allocate") fillOutputs(command, listing);
  else await fillResults(command, listing, outranksConfig);
}

/** Allocations of a folder land in it, with all that later commands look for there. */
function fillOutputs(command: DivvyCommand, listing: Listing): void {
  const option = optionOf(command, "out")!;
  if (!isOpen(command, option, false)) return;
  const into = (name: string) => inFolder(listing.dir, name);
  // Where the last run's are compressed or Parquet, so are these: two files of assignments would contradict each other.
  fill(command, "out", tableIn(listing, ASSIGNMENTS) ?? into(`${ASSIGNMENTS}.csv`));
  const open = (name: string) => command.getOptionValue(name) === undefined;
  if (open("summary")) fill(command, "summary", into(SUMMARY));
  const proves = !WITHOUT_PROOF.has(command.getOptionValue("solver"));
  if (proves && open("certificate")) fill(command, "certificate", into(CERTIFICATE));
}

/** Results that lie in the folder: those of one run only, so a certificate that is not of these assignments is left aside. */
async function fillResults(
  command: DivvyCommand,
  listing: Listing,
  outranksConfig: boolean,
): Promise<void> {
  const assign = optionOf(command, "assign");
  const compared = command.getOptionValue("compare") as string[] | undefined;
  // Two files say all; one is compared with the folder's own.
  if (compared !== undefined && compared.length > 1) return;
  if (assign !== undefined) {
    // Of assignments from elsewhere nothing here is the proof.
    if (!isOpen(command, assign, outranksConfig)) return;
    const file = tableIn(listing, ASSIGNMENTS);
    if (file === undefined) {
      if (!assign.mustBeGiven || command.getOptionValue("assign") !== undefined) return;
      throw lacking(listing.dir, ASSIGNMENTS, assign);
    }
    fill(command, "assign", file);
  }
  if (compared !== undefined) return;
  const there = (name: string) => listing.files.includes(name);
  const wants = (name: string) => {
    const option = optionOf(command, name);
    return option !== undefined && isOpen(command, option, outranksConfig);
  };
  const summary = inFolder(listing.dir, SUMMARY);
  if (there(SUMMARY) && wants("summary")) fill(command, "summary", summary);
  if (!there(CERTIFICATE) || !wants("certificate")) return;
  const certificate = inFolder(listing.dir, CERTIFICATE);
  if (there(SUMMARY) && !await ofOneRun(certificate, summary)) {
    if (command.getOptionValue("quiet") !== true) {
      write(Deno.stderr, `${certificate} is left aside: ${summary} is of another run\n`);
    }
    return;
  }
  fill(command, "certificate", certificate);
}

/** Whether a certificate and a summary have the same objective; what is no JSON is judged by who reads it. */
async function ofOneRun(certificate: string, summary: string): Promise<boolean> {
  try {
    const [proven, told] = [certificate, summary].map(async (file) =>
      Number(JSON.parse(await readText(file)).objective)
    );
    const [a, b] = [await proven, await told];
    return !(Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(a)));
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
  return found.length === 0 ? undefined : inFolder(dir, found[0]);
}

async function list(dir: string): Promise<Listing> {
  const files: string[] = [], folders: string[] = [];
  try {
    for await (const { name } of Deno.readDir(dir)) {
      // Links count as what they lead to.
      const { isDirectory } = await Deno.stat(inFolder(dir, name)).catch(() => ({
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

/** Whether nobody named a file for the option, and nothing stands in for it. */
function isOpen(command: DivvyCommand, option: DivvyOption, outranksConfig: boolean): boolean {
  if (option.isReplaced(command)) return false;
  const source = command.getOptionValueSource(option.attributeName());
  return source === undefined || source === "default" || (outranksConfig && source === "config");
}

function optionOf(command: DivvyCommand, attributeName: string): DivvyOption | undefined {
  return command.options.find((option): option is DivvyOption =>
    option instanceof DivvyOption && option.attributeName() === attributeName
  );
}

function fill(command: DivvyCommand, name: string, file: string): void {
  const isList = optionOf(command, name)?.kind.type === "files";
  command.setOptionValueWithSource(name, isList ? [file] : file, "folder");
}

function lacking(dir: string, table: string, option: DivvyOption): InputError {
  return new InputError(
    `--dir: ${dir} has no ${table} (${table}.csv, .csv.gz, .parquet, …), and no ${option.long} names one`,
    { file: dir, expected: `${table}.csv` },
  );
}

function inFolder(dir: string, name: string): string {
  return /^(\.[/\\]*)?$/.test(dir) ? name : `${dir.replace(/(?<=.)[/\\]+$/, "")}/${name}`;
}

async function sameFolder(one: string, other: string): Promise<boolean> {
  try {
    return await Deno.realPath(one) === await Deno.realPath(other || ".");
  } catch {
    return false;
  }
}
