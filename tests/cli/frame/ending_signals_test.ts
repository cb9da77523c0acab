/** What a closed terminal does (SIGHUP): it ends the program, which tidies up, but not one that `nohup` runs. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { TempFolder } from "../../support/cli.ts";

const LIB = new URL("../../../lib/", import.meta.url).href;

/** Runs a script that says "ready", sends SIGHUP to it, and returns what came of it. */
async function hungUp(body: string, { nohup }: { nohup: boolean }) {
  await using folder = new TempFolder();
  // Tests have no terminal.
  const terminal = nohup ? "" : "Deno.stderr.isTerminal = () => true;\n";
  folder.write("script.ts", `${terminal}${body}`);
  const args = ["run", "--quiet", "--no-lock", "--allow-read", "--allow-write", "script.ts"];
  const command = nohup ? ["nohup", Deno.execPath(), ...args] : [Deno.execPath(), ...args];
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
    stderr: nohup ? "null" : "inherit",
  }).spawn();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (text.includes("ready")) child.kill("SIGHUP");
    said += text;
  }
  const { code } = await child.status;
  return { code, said: said.split("\n"), left: folder.names() };
}

/** Writes a file slowly. */
const WRITING = `
  (await import("${LIB}cli/frame/ending_signals.ts")).outliveTerminal();
  const { removeTemporariesOnSignals } = await import("${LIB}cli/frame/temporaries.ts");
  const { writeAtomic } = await import("${LIB}io/bytes/atomic_file.ts");
  removeTemporariesOnSignals();
  await writeAtomic("out.csv", async (sink) => {
    await sink.write(new TextEncoder().encode("half"));
    console.log("ready");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  });
  console.log("done");`;

/** Works in a way that whatever ends the program is to stop, as engines do. */
const WORKING = `
  (await import("${LIB}cli/frame/ending_signals.ts")).outliveTerminal();
  const { Interrupt } = await import("${LIB}cli/frame/interrupt.ts");
  using interrupt = new Interrupt(() => console.log("stopped"), { terminate: true });
  await interrupt.listening;
  console.log("ready");
  await new Promise((resolve) => {
    interrupt.signal.addEventListener("abort", resolve);
    setTimeout(resolve, 1000);
  });
  Deno.exitCode = interrupt.signal.aborted ? interrupt.exitCode : 0;`;

Deno.test({
  name: "a closed terminal ends what is written and what works, and nothing is left",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    assertEquals(await hungUp(WRITING, { nohup: false }), {
      ...{ code: 129, said: ["ready", ""], left: ["script.ts"] },
    });
    assertEquals(await hungUp(WORKING, { nohup: false }), {
      ...{ code: 129, said: ["ready", "stopped", ""], left: ["script.ts"] },
    });
  },
});

Deno.test({
  name: "under nohup a closed terminal ends nothing",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    assertEquals(await hungUp(WRITING, { nohup: true }), {
      ...{ code: 0, said: ["ready", "done", ""], left: ["out.csv", "script.ts"] },
    });
    assertEquals(await hungUp(WORKING, { nohup: true }), {
      ...{ code: 0, said: ["ready", ""], left: ["script.ts"] },
    });
  },
});
