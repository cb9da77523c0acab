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

/** One session. Requests are answered one after another. */
export class SparkDriver {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#requests = process.stdin.getWriter();
    this.#answers = process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    this.#errors = new Response(process.stderr).text();
  }

  /**
   * Starts Spark.
   *
   * @throws InputError where there is no such Python, no PySpark, or no Spark at the master
   */
  static async start(settings: SparkSettings, control: RunControl): Promise<SparkDriver> {
    const { python = "python3", master = "", configuration = [], work } = settings;
    let process: Deno.ChildProcess;
    try {
      process = new Deno.Command(python, {
        args: ["-c", DRIVER_SCRIPT, work, master, ...configuration],
        ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
      }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new InputError(`there is no ${python} to run PySpark with (--python names another)`);
    }
    const driver = new SparkDriver(process);
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
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It may end in the very moment that patience does.
    }
  }
}

/** The line that says most of what a process left on standard error. */
function lastLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.findLast((line) => /error|exception|no module/i.test(line)) ?? lines.at(-1) ??
    "it said nothing";
}
