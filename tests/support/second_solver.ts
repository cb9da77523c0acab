/** SCIP, run by Python beside the tests: another solver for the programs of the tests' own model. */
import { succeeds } from "./command.ts";
import type { ForeignProgram, SecondSolver } from "./foreign_model.ts";
import { linesOf } from "./runner.ts";

const PYTHON = new URL("../../.venv/bin/python", import.meta.url).pathname;
const PROGRAM = new URL("./second_solver.py", import.meta.url).pathname;

/** Whether SCIP can be asked here; where it can't, tests say so. */
export async function hasSecondSolver(): Promise<boolean> {
  return await succeeds(PYTHON, ["-c", "import pyscipopt"]);
}

/** A process that solves one program after the other. */
export class ScipProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  /** Starts it; it takes at most `seconds` for a program. */
  constructor(seconds = 5) {
    this.#process = new Deno.Command(PYTHON, {
      args: [PROGRAM, String(seconds)],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** The solver. */
  readonly solve: SecondSolver = async (program: ForeignProgram) => {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(program)}\n`));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("SCIP's process ended");
    return JSON.parse(value);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#lines.next();
    await this.#process.status;
  }
}
