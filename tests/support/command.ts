/** Whether a program is there. */

/** Whether a command can be started and succeeds. A program that is not there throws at once, before there is a promise. */
export async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
