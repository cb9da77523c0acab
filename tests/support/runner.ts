/**
 * A process that runs one command line after another, each in its folder: a process for each costs ten times what most commands
 * do.
 */
import { fileURLToPath } from "node:url";

/** A command line and the folder that it runs in. */
export interface FolderCommand {
  cwd: string;
  args: readonly string[];
}

/** What a run left behind. */
export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the process answers: a run, and whether it ends after it. */
export interface Answer {
  run: CliRun;
  ends: boolean;
}

const MAIN = fileURLToPath(new URL("./runner_main.ts", import.meta.url));

/** Runs command lines in one process, which ends with the tests that started it. */
export class Runner {
  readonly #permissions: readonly string[];
  #child:
    | { commands: WritableStreamDefaultWriter<Uint8Array>; answers: AsyncGenerator<string> }
    | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param permissions flags of deno */
  constructor(permissions: readonly string[]) {
    this.#permissions = permissions;
  }

  /** Runs a command line once those before it are done; null: the run ended the process. */
  run(command: FolderCommand): Promise<CliRun | null> {
    const run = this.#last.then(() => this.#ask(command));
    this.#last = run.catch(() => {});
    return run;
  }

  async #ask(command: FolderCommand): Promise<CliRun | null> {
    const { commands, answers } = this.#child ??= this.#start();
    await commands.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
    const { value } = await answers.next();
    const answer: Answer | null = value === undefined ? null : JSON.parse(value);
    if (answer === null || answer.ends) this.#child = null;
    return answer?.run ?? null;
  }

  #start() {
    const { stdin, stdout } = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...this.#permissions, MAIN],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    return { commands: stdin.getWriter(), answers: linesOf(stdout) };
  }
}

/** The lines of a stream of text, as they come. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
