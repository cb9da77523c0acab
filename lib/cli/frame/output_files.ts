/**
 * Checks the files that a command reads and writes before its work begins, so that nobody waits for an hour only to hear that
 * a file or folder does not exist, or overwrites an input by mistake.
 *
 * @module
 */
import { InputError, quote, UsageError } from "../../base/errors.ts";
import { checkWritable } from "../../io/bytes/atomic_file.ts";
import {
  cannotWrite,
  folderMissing,
  folderOf,
  isStandardOutput,
  outputTarget,
} from "../../io/bytes/output_target.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { globSegments } from "../../io/bytes/file_paths.ts";
import { checkReadable, resolveSource } from "../../io/bytes/source.ts";
import { isSourceUrl, parseSourceUrl } from "../../sources/source_url.ts";
import { isWebUrl } from "../../sources/web_url.ts";

/** Files by the option that names them; undefined where an option was not given. */
export type NamedFiles = Record<string, string | undefined>;

/** The files that an input consists of. */
interface InputExtent {
  readonly option: string;
  readonly source: string;
  /** Every file, by all names that {@link namesOf} gives it. */
  readonly files: ReadonlySet<string>;
  /** Whether the input is one file, not a folder or glob. */
  readonly isOne: boolean;
  /** Whether a file with this real path would be part of the input. */
  readonly wouldRead: (path: string) => boolean;
}

/**
 * Checks the outputs before anything is read. Each is compared, by real path, with every file of every input (also in folders
 * and globs) and with the other outputs.
 *
 * @param inputs everything that is read, including the configuration file
 * @throws {InputError} where an output can't be written: its folder does not exist or is read-only, it is a folder, …
 * @throws {UsageError} where two options name the same output, an output is an input or would become part of one, or its name
 *   is empty; where two outputs, or one and `--json`, go to standard output (`-`)
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
    await naming(option, path, () => checkFolder(path));
    await naming(option, path, () => checkWritable(path));
  }
}

/**
 * Checks that all files that a command reads are there and may be read, before its work begins. The reader of a drop does so
 * for the drop's own, but a command reads others before and after them.
 *
 * @throws {InputError} as reading the first of those that can't be read would
 */
export async function checkInputs(inputs: NamedFiles): Promise<void> {
  for (const source of Object.values(inputs)) {
    if (source === undefined) continue;
    const stat = await Deno.stat(source).catch(() => null);
    // What may be in a folder depends on what reads it.
    if (stat?.isDirectory !== true) await checkReadable(source);
  }
}

/** The endings of a format's files. */
const ENDINGS = { html: ["html", "htm"], json: ["json"], csv: ["csv"] } as const;

/**
 * Refuses an output whose ending means another format than it is written in; a name without an ending is accepted.
 *
 * @throws {UsageError} that names the option
 */
export function checkEndings(outputs: NamedFiles, format: keyof typeof ENDINGS): void {
  const endings: readonly string[] = ENDINGS[format];
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

/** What identifies the file at a path: its device and number if it exists, and its real path. */
async function namesOf(path: string): Promise<string[]> {
  const existing = await identity(path);
  return existing === null ? [await realPathOf(path)] : [existing, await realPathOf(path)];
}

/** Device and number of an existing file, the same for `caps.csv`, `./caps.csv` and links to it; null where there is none. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino, isFile } = await Deno.stat(path);
    return isFile && ino ? `${dev}:${ino}` : null;
  } catch {
    // It does not exist, or is a database or a pattern. A file that can't be read is reported when it is read.
    return null;
  }
}

/** The real path of a file that need not exist, as far as it can be found out, with `/` between its names. */
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
    option,
    source,
    files,
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
    // An input that can't be read is reported by checkInputs, or when it is read.
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

/** A function that says whether a glob matches a real path. */
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

/** Calls `act`; an error about a file names the option as well, and one about permissions the file, not that beside it. */
async function naming(option: string, path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      const needs = systemReason(error).replace(/"[^"]*"/, "its folder");
      throw new InputError(`${path}: can't write it: ${needs} (${option})`, { file: path });
    }
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
  const found = await isFolder(folder || ".");
  if (found === false) throw cannotWrite(path, `${folder.slice(0, -1)} is no folder`);
  if (found === undefined) throw folderMissing(path);
}

/** Whether a path is a folder; undefined where nothing exists. Needs read permission, which writing needs anyway. */
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
