/**
 * What `divvy studio` does: read the drop, serve the page, wait for Ctrl-C.
 *
 * @module
 */
import { leaveThread } from "../../../base/open_work.ts";
import { readCertificate } from "../../frame/read_certificate.ts";
import { policyOfCertificate } from "../../../allocator/model/certificate.ts";
import { issueCertificate } from "../../../api/certificate.ts";
import { POLICY_FIELDS } from "../../../allocator/model/policy_table.ts";
import { UsageError } from "../../../base/errors.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { readDrop } from "../../../io/drop_reader.ts";
import { type CapsNotes, readCapsNotes } from "../../../io/tables/caps_notes.ts";
import { isSourceUrl } from "../../../sources/source_url.ts";
import { PAGE_BUNDLE } from "../../../studio/page_bundle.ts";
import { studioStyle } from "../../../studio/page_style.ts";
import { serveStudio, type StudioServer } from "../../../studio/server.ts";
import type { StudioDetails } from "../../../studio/session/drop_for_page.ts";
import type { Emit, SessionStart } from "../../../studio/session/session.ts";
import { sessionInWorker } from "../../../studio/session/hosted_session.ts";
import { sentStart } from "../../../studio/session/sent_start.ts";
import { sessionHere } from "../../../studio/session/session_host.ts";
import { unpacked } from "../../../studio/session/packed_text.ts";
import { EXIT_DONE } from "../../frame/exit_codes.ts";
import {
  inputFiles,
  inputSources,
  type InputValues,
  readOptions,
} from "../../frame/options/input_options.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { namedOptions } from "../../frame/options/named_options.ts";
import { checkEndings, checkOutputs } from "../../frame/output_files.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readyDrop } from "../../../api/ready_drop.ts";
import { tableControl } from "../../frame/options/table_options.ts";
import { mayStartWorkers, threads } from "../../frame/threads.ts";
import { write } from "../../frame/terminal/write.ts";
import { dropTitle, reportFiles } from "../report_page.ts";

/** The options of `divvy studio` that are not inputs, reading or policy. */
interface StudioValues {
  certificate?: string;
  config?: string;
  port: number;
  open?: boolean;
  title?: string;
  export?: string;
  gap: number;
  workers?: number;
  quiet?: boolean;
}

/** Options that don't change how the drop is read: the page's command lines leave them out. */
const NOT_READING = new Set([
  "port",
  "open",
  "title",
  "gap",
  "workers",
  "quiet",
  "export",
  "certificate",
  "config",
  "dir",
  ...POLICY_FIELDS.map(({ json }) => json),
]);

/** How many further columns of caps the page shows at most. */
const MOST_NOTES = 6;

/**
 * Runs `divvy studio`.
 *
 * @param given the options that were set on the command line, in the configuration file or by the drop's folder
 */
export async function runStudio(
  values: InputValues & StudioValues,
  given: ReadonlySet<string>,
): Promise<number> {
  if (values.export === undefined) checkNet();
  await checkOutputs({ "--export": values.export }, {
    ...inputFiles(inputSources(values)),
    "--certificate": values.certificate,
    "--config": values.config,
  });
  checkEndings({ "--export": values.export }, "html");
  const progress = new ProgressLine(values);
  const start = await startOf(values, given, progress);
  if (values.export !== undefined) {
    progress.report({ phase: `write ${values.export}` });
    // Solver and packages as text are large: loaded for such pages only.
    const { aloneHtml } = await import("../../../studio/alone_html.ts");
    await writeTextAtomic(values.export, await aloneHtml(start));
    progress.finish();
    return EXIT_DONE;
  }
  progress.finish();
  const ended = Promise.withResolvers<void>();
  using interrupt = new Interrupt(() => ended.resolve(), { terminate: true });
  await interrupt.listening;
  const { server, close } = await startStudio(start, values.port);
  write(Deno.stdout, `${server.url}\n`);
  write(Deno.stderr, `The studio is open at the address above; Ctrl-C ends it.\n`);
  if (values.open !== false) await openBrowser(server.url, values.open === true);
  await ended.promise;
  await close();
  return EXIT_DONE;
}

/** @throws {UsageError} where Deno's permissions don't allow to serve a page */
function checkNet(): void {
  const { state } = Deno.permissions.querySync({ name: "net", host: "127.0.0.1" });
  if (state === "granted" || state === "prompt" && Deno.stdin.isTerminal()) return;
  throw new UsageError(
    "studio serves a page on this machine: run again with --allow-net=127.0.0.1",
  );
}

/** Reads everything that a session starts from. */
async function startOf(
  values: InputValues & StudioValues,
  given: ReadonlySet<string>,
  progress: ProgressLine,
): Promise<SessionStart> {
  const certificate = await readCertificate(values.certificate);
  const sources = inputSources(values);
  const reading = readOptions(values, certificate), { defaultRatio } = reading;
  const drop = await readDrop(sources, { ...reading, onProgress: progress.report });
  const policy = policyOf(values);
  // Refused here rather than on the page; the session itself draws the offers of users held out.
  readyDrop(drop, certificate === undefined ? policy : policyOfCertificate(certificate));
  // Defaults would only make the page's command lines long.
  const asked = {
    ...Object.fromEntries(Object.entries(values).filter(([name]) => given.has(name))),
    // Also where the model implies it: the page's command lines have scenarios, with which it must be said.
    ...(defaultRatio !== undefined && { defaultRatio }),
  };
  const details: StudioDetails = {
    title: values.title ?? dropTitle(sources.elig),
    files: reportFiles(sources),
    further: await notesOf(sources.caps, values, progress),
    served: true,
    options: Object.fromEntries(
      Object.entries(namedOptions(asked)).filter(([name]) => !NOT_READING.has(name)),
    ),
    certificate: values.certificate,
    gap: values.gap,
  };
  return { drop, policy, certificate, workers: threads(values.workers), details };
}

/** Further columns of caps, by which people know contracts. None for standard input and databases, which are read only once. */
async function notesOf(
  caps: string,
  options: InputValues,
  progress: ProgressLine,
): Promise<CapsNotes> {
  if (caps === "-" || isSourceUrl(caps)) return { columns: [], rows: {} };
  const control = tableControl(options, (note) => progress.note(note));
  return await readCapsNotes(caps, MOST_NOTES, control);
}

/** Starts the session and the server. */
async function startStudio(
  start: SessionStart,
  port: number,
): Promise<{ server: StudioServer; close: () => Promise<void> }> {
  let server: StudioServer | null = null;
  const emit: Emit = (name, event) => server?.send(name, event);
  const session = mayStartWorkers()
    ? sessionInWorker(sentStart(start), emit)
    : sessionHere(start, emit, issueCertificate);
  try {
    server = serveStudio({
      session,
      title: start.details.title,
      script: await unpacked(PAGE_BUNDLE),
      style: studioStyle,
      port,
    });
  } catch (error) {
    session.close();
    // A thread that is ended before it has begun may keep the program waiting.
    leaveThread();
    throw error;
  }
  const running = server;
  return {
    server: running,
    async close() {
      await running.close();
      session.close();
    },
  };
}

/** The program that opens an address in the browser, by operating system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  windows: ["explorer"],
  linux: ["xdg-open"],
};

/**
 * Opens the page in the browser, if Deno's permissions allow it.
 *
 * @param isAsked whether `--open` was given: then a line on stderr says why the page can't be opened
 */
async function openBrowser(url: string, isAsked: boolean): Promise<void> {
  const [command, ...args] = OPENERS[Deno.build.os] ?? OPENERS.linux;
  const { state } = Deno.permissions.querySync({ name: "run", command });
  if (state !== "granted") {
    if (isAsked) write(Deno.stderr, `To open it here, run again with --allow-run=${command}.\n`);
    return;
  }
  try {
    await new Deno.Command(command, { args: [...args, url], stdout: "null", stderr: "null" })
      .spawn().status;
  } catch (error) {
    if (!isAsked) return;
    write(Deno.stderr, `The browser could not be opened: ${(error as Error).message}\n`);
  }
}
