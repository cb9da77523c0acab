/**
 * The other end of driver.py: a Spark session in a process of its own.
 *
 * @module
 */
import { TextLineStream } from "../../deps/std_streams.ts";
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { DRIVER_SCRIPT } from "./driver_script.ts";

/** How Spark is reached. */
export interface SparkSettings {
  /** Python that has PySpark. @default "python3" */
  readonly python?: string;
  /** A spark-submit that runs the driver, in client mode; the Python is the one that it uses. @default none: the Python runs it */
  readonly sparkSubmit?: string;
  /** Master, as spark-submit has it. @default as Spark's configuration says */
  readonly master?: string;
  /** More configuration: `name=value`. */
  readonly configuration?: readonly string[];
  /** Folder for the run's tables, that all of Spark can write to. */
  readonly work: string;
}

/** What is asked of the driver; see driver.py. */
export type SparkRequest = { readonly op: string } & Readonly<Record<string, unknown>>;

/** Milliseconds that a driver may take to end by itself. */
const PATIENCE = 10_000;

/** What a driver is spoken to through. */
interface Link {
  readonly process: Deno.ChildProcess;
  readonly requests: WritableStream<Uint8Array>;
  readonly answers: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What it says beside its answers. */
  readonly said: Promise<string>;
  /** Called when it is gone. */
  readonly end: () => Promise<void>;
}

/** One session. Requests are answered one after another. */
export class SparkDriver {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  readonly #end: () => Promise<void>;

  private constructor({ process, requests, answers, said, end }: Link) {
    this.#process = process;
    this.#requests = requests.getWriter();
    this.#answers = answers.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    this.#errors = said;
    this.#end = end;
  }

  /**
   * Starts Spark.
   *
   * @throws InputError where there is no such program, no PySpark, or no Spark at the master
   */
  static async start(settings: SparkSettings, control: RunControl): Promise<SparkDriver> {
    const { sparkSubmit } = settings;
    if (sparkSubmit === undefined) {
      const driver = new SparkDriver(startPython(settings));
      await driver.#answer(control);
      return driver;
    }
    const word = crypto.randomUUID();
    const driver = new SparkDriver(await startSubmitted(sparkSubmit, word, settings, control));
    const { value } = await driver.#answers.read();
    if (value !== word) {
      await driver.close();
      throw new InputError("Spark: a program that is not the driver came to its place");
    }
    await driver.#answer(control);
    return driver;
  }

  /**
   * Asks, and waits for the answer; aborting the signal cancels Spark's jobs.
   *
   * @throws InputError with what Spark said
   */
  async ask(request: SparkRequest, control: RunControl): Promise<unknown> {
    control.signal?.throwIfAborted();
    await this.#send(request);
    return await this.#answer(control);
  }

  async #send(request: SparkRequest): Promise<void> {
    const line = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
    await this.#requests.write(line).catch(() => {});
  }

  async #answer({ signal }: RunControl): Promise<unknown> {
    const cancel = () => void this.#send({ op: "cancel" });
    signal?.addEventListener("abort", cancel);
    try {
      const { value, done } = await this.#answers.read();
      signal?.throwIfAborted();
      if (done) throw new InputError(`Spark ended: ${lastLine(await this.#errors)}`);
      const { ok, error } = JSON.parse(value) as { ok?: unknown; error?: string };
      if (error !== undefined) throw new InputError(`Spark: ${error}`);
      return ok;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.#requests.close().catch(() => {});
    const timer = setTimeout(() => this.#kill(), PATIENCE);
    await this.#answers.cancel().catch(() => {});
    await this.#process.status;
    clearTimeout(timer);
    await this.#errors;
    await this.#end();
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It may end in the very moment that patience does.
    }
  }
}

/** Starts a program. @throws InputError where it is not there, which says how to name another */
function spawned(
  program: string,
  options: Deno.CommandOptions,
  otherwise: string,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { ...options, stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(`there is no ${program} to run PySpark with (${otherwise} names another)`);
  }
}

/** Starts the driver in a Python, which is spoken to through its standard input and output. */
function startPython({ python = "python3", master = "", configuration = [], work }: SparkSettings) {
  const args = ["-c", DRIVER_SCRIPT, work, master, ...configuration];
  const process = spawned(python, { args, stdin: "piped" }, "--python");
  return {
    process,
    requests: process.stdin,
    answers: process.stdout,
    said: new Response(process.stderr).text(),
    end: () => Promise.resolve(),
  };
}

/**
 * Starts the driver by spark-submit, whose programs have no standard input: it comes to a port of this machine.
 *
 * @param word what it has to say there first, so that nobody else is taken for it
 */
async function startSubmitted(
  sparkSubmit: string,
  word: string,
  { python, master, configuration = [], work }: SparkSettings,
  { signal }: RunControl,
): Promise<Link> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const script = await Deno.makeTempFile({ prefix: "divvy-driver-", suffix: ".py" });
  await Deno.writeTextFile(script, DRIVER_SCRIPT);
  const end = () => Deno.remove(script).catch(() => {});
  let process: Deno.ChildProcess | null = null;
  const kill = () => process?.kill("SIGKILL");
  try {
    const { port } = listener.addr as Deno.NetAddr;
    process = spawned(sparkSubmit, {
      args: [
        ...(master === undefined ? [] : ["--master", master]),
        ...configuration.flatMap((setting) => ["--conf", setting]),
        script,
        work,
        "",
        ...configuration,
      ],
      env: {
        DIVVY_AT: `127.0.0.1:${port}/${word}`,
        ...(python !== undefined && { PYSPARK_PYTHON: python }),
      },
      stdin: "null",
    }, "--spark-submit");
    const { stdout, stderr } = process;
    const said = Promise.all([stdout, stderr].map((stream) => new Response(stream).text()))
      .then((texts) => texts.join("\n"));
    signal?.addEventListener("abort", kill);
    const link = await Promise.race([listener.accept(), process.status.then(() => null)]);
    signal?.throwIfAborted();
    if (link === null) throw new InputError(`Spark ended: ${lastLine(await said)}`);
    return { process, requests: link.writable, answers: link.readable, said, end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    signal?.removeEventListener("abort", kill);
    listener.close();
  }
}

/** The line that says most of what a process left on standard error. */
function lastLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last = lines.findLast((line) => /error|exception|no module/i.test(line)) ?? lines.at(-1);
  if (last === undefined) return "it said nothing";
  return /no module named '?pyspark/i.test(last)
    ? `${last} (pip install pyspark, or name a Python that has it)`
    : last;
}
