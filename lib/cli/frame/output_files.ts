/**
 * The files that a command is about to write, looked at before the work begins: nobody should wait for an hour to
 * hear of a folder that does not exist, or lose an input to a slip of the keyboard.
 *
 * @module
 */
import { InputError, quote, UsageError } from "../../base/errors.ts";
import { checkWritable } from "../../io/bytes/atomic_file.ts";
import {
  cannotWrite,
  folderOf,
  isStandardOutput,
  outputTarget,
} from "../../io/bytes/output_target.ts";
import { systemReason } from "../../base/system_reason.ts";
import { globSegments, resolveSource } from "../../io/bytes/source.ts";
import { isSourceUrl, parseSourceUrl } from "../../sources/source_url.ts";
import { isWebUrl } from "../../sources/web_url.ts";

/** Files by the option that names them; options that were not given are undefined. */
export type NamedFiles = Record<string, string | undefined>;

/** What an input takes in. */
interface InputExtent {
  readonly option: string;
  readonly source: string;
  /** Every file of it, by all its names. */
  readonly files: ReadonlySet<string>;
  /** Whether the input is one file, not a folder or glob. */
  readonly isOne: boolean;
  /** Whether a file of that real path would be one of it. */
  readonly wouldRead: (path: string) => boolean;
}

/**
 * Looks at the outputs before anything is read: by real path, whatever a file is called. Each is compared with every
 * file of every input (folders and globs included), and with the other outputs.
 *
 * @param inputs everything that is read, the configuration file too
 * @throws {InputError} where an output can't be written: its folder does not exist or is read-only, it is a folder, …
 * @throws {UsageError} where two options name the same output, an output is an input or would be a part of one the next
 *   time, or is nothing; where two, or one and `--json`, go to standard output (`-`)
 */
export async function checkOutputs(
  outputs: NamedFiles,
  inputs: NamedFiles,
  { json = false }: { json?: boolean } = {},
): Promise<void> {
  for (const [option, path] of Object.entries({ ...inputs, ...outputs })) {
    if (path === "") throw new UsageError(`${option} is "", expected a file`);
  }
  const given = Object.entries(outputs).filter((entry) => entry[1] !== undefined) as [
    option: string,
    path: string,
  ][];
  if (given.length === 0) return;
  const extents: InputExtent[] = [];
  for (const [option, source] of Object.entries(inputs)) {
    if (source !== undefined) extents.push(await extentOf(option, source));
  }
  const taken = new Map<string, string>();
  for (const [option, path] of given) {
    if (isStandardOutput(path)) {
      const other = taken.get("-") ?? (json ? "--json" : undefined);
      if (other !== undefined) {
        throw new UsageError(`${option} and ${other} both go to standard output`);
      }
      taken.set("-", option);
      continue;
    }
    const names = await namesOf(path);
    for (const extent of extents) compare(option, path, names, extent);
    for (const name of names) {
      const other = taken.get(name);
      if (other !== undefined) {
        throw new UsageError(`${option} and ${other} name the same file, ${path}`);
      }
    }
    for (const name of names) taken.set(name, option);
    await naming(option, () => checkFolder(path));
    await naming(option, () => checkWritable(path));
  }
}

/**
 * Refuses an output whose name's ending stands for another format than it is written in; a name without one is taken.
 *
 * @throws {UsageError} that names the option
 */
export function checkEndings(outputs: NamedFiles, endings: readonly string[]): void {
  for (const [option, path] of Object.entries(outputs)) {
    const ending = /[^/\\]\.([^./\\]*)$/.exec(path ?? "")?.[1];
    if (ending === undefined || endings.includes(ending.toLowerCase())) continue;
    const expected = endings.map((known) => `.${known}`).join(" or ");
    throw new UsageError(`${option} is ${quote(path!)}, expected a name that ends in ${expected}`);
  }
}

function compare(option: string, path: string, names: string[], extent: InputExtent): void {
  const { source, files, isOne, wouldRead } = extent;
  if (names.some((name) => files.has(name))) {
    throw new UsageError(
      isSourceUrl(source)
        ? `${option} is ${quote(path)}, the query of ${extent.option}`
        : isOne
        ? `${option} and ${extent.option} name the same file, ${path}`
        : `${option} is ${quote(path)}, a file that ${extent.option} ${quote(source)} reads`,
    );
  }
  if (names.some(wouldRead)) {
    throw new UsageError(
      `${option} is ${quote(path)}, which ${extent.option} ${quote(source)} would read the next ` +
        "time: write it elsewhere",
    );
  }
}

/** Every name that stands for the file at a path: what it is on the disk, and where it lies or would lie. */
async function namesOf(path: string): Promise<string[]> {
  const there = await identity(path);
  return there === null ? [await realPathOf(path)] : [there, await realPathOf(path)];
}

/** The same for all names of a file that is there: `caps.csv`, `./caps.csv`, a link to it. Null for any other. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino, isFile } = await Deno.stat(path);
    return isFile && ino ? `${dev}:${ino}` : null;
  } catch {
    // Not there, a database, or a pattern; what can't be read is said by whoever reads it.
    return null;
  }
}

/** The path of a file that is there or not, as far as it can be found out, with `/` between its names. */
async function realPathOf(path: string): Promise<string> {
  try {
    const target = (await outputTarget(path)).path;
    const folder = folderOf(target);
    const real = withSlashes(await Deno.realPath(folder || "."));
    return `${real.replace(/\/$/, "")}/${target.slice(folder.length)}`;
  } catch {
    // No such folder, or it may not be read.
    return withSlashes(path).replace(/^(\.\/+)+/, "").replace(/\/(\.?\/+)+/g, "/");
  }
}

async function extentOf(option: string, source: string): Promise<InputExtent> {
  const files = new Set<string>();
  const extent = (wouldRead?: (path: string) => boolean): InputExtent => ({
    ...{ option, source, files },
    isOne: wouldRead === undefined,
    wouldRead: wouldRead ?? (() => false),
  });
  if (source === "-" || isWebUrl(source)) return extent();
  if (isSourceUrl(source)) {
    const { queryFile, file } = parseSourceUrl(source);
    for (const path of [queryFile, file]) {
      if (path !== null) { for (const name of await namesOf(path)) files.add(name); }
    }
    return extent();
  }
  try {
    for (const { path } of await resolveSource(source)) {
      if (path !== null) { for (const name of await namesOf(path)) files.add(name); }
    }
  } catch {
    // What can't be read is said by whoever reads it.
  }
  try {
    if ((await Deno.stat(source)).isDirectory) {
      const folder = `${withSlashes(await Deno.realPath(source)).replace(/\/$/, "")}/`;
      return extent((path) => path.startsWith(folder));
    }
    return extent();
  } catch {
    return extent(/[*?]/.test(source) ? await globTest(source) : undefined);
  }
}

/** Tells whether a real path is one that a glob matches. */
async function globTest(glob: string): Promise<(path: string) => boolean> {
  const segments = globSegments(withSlashes(glob));
  const first = segments.findIndex((segment) => /[*?]/.test(segment));
  const fixed = segments.slice(0, first).join("/");
  try {
    const folder = await Deno.realPath(first === 0 ? "." : fixed === "" ? "/" : fixed);
    const pattern = segments.slice(first).map((segment, i, { length }) =>
      segment === "**" ? "(?:[^/]+/)*" : segmentPattern(segment) + (i + 1 < length ? "/" : "")
    ).join("");
    const under = `${withSlashes(folder).replace(/\/$/, "")}/`;
    const test = new RegExp(`^${pattern}$`);
    return (path) => path.startsWith(under) && test.test(path.slice(under.length));
  } catch {
    return () => false;
  }
}

function segmentPattern(segment: string): string {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return escaped.replaceAll(/\*+/g, "[^/]*").replaceAll("?", "[^/]");
}

function withSlashes(path: string): string {
  return Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
}

/** Does something; its error about a file names the option as well. */
async function naming(option: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message} (${option})`, error.fault);
  }
}

async function checkFolder(path: string): Promise<void> {
  if (await isFolder(path) === true) throw cannotWrite(path, "it is a folder");
  const named = folderOf(path);
  if (await isFolder(named || ".") === false) {
    throw cannotWrite(path, `${named.slice(0, -1)} is no folder`);
  }
  const { folder } = await outputTarget(path);
  const there = await isFolder(folder || ".");
  if (there === false) throw cannotWrite(path, `${folder.slice(0, -1)} is no folder`);
  if (there === undefined) throw cannotWrite(path, "its folder does not exist");
}

/** Whether a path is a folder; undefined where there is nothing. Needs the read permission that writing needs too. */
async function isFolder(path: string): Promise<boolean | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    const nothing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (nothing) return undefined;
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw cannotWrite(path, systemReason(error));
  }
}
