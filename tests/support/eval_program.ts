/** Programs of a few lines that tests run in a process of their own. */

/**
 * Runs a program from the repository's root, without checking its types; it has two minutes.
 *
 * @returns whether it succeeded, and what it wrote to stdout and stderr
 */
export async function evalProgram(
  code: string,
): Promise<[success: boolean, stdout: string, stderr: string]> {
  const run = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-check", code],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(120_000),
  });
  const { success, stdout, stderr } = await run.output();
  const text = new TextDecoder();
  return [success, text.decode(stdout), text.decode(stderr)];
}
