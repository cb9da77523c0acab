/** Ctrl-C: once stops with the best so far, twice aborts. */
import { assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import type { Summary } from "../../../lib/report/facts/summary.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { denoArgs, divvy, INPUTS, TempFolder } from "../../support/cli.ts";

const INTERRUPT = new URL("../../../lib/cli/frame/interrupt.ts", import.meta.url).href;
const TEMPORARIES = new URL("../../../lib/cli/frame/temporaries.ts", import.meta.url).href;
const MAKE_FOLDER = new URL("../../../lib/io/bytes/make_folder.ts", import.meta.url).href;
const ATOMIC_FILE = new URL("../../../lib/io/bytes/atomic_file.ts", import.meta.url).href;

/** Runs a script without any permission, sends SIGINT at each line it writes, and returns what came of it. */
async function interrupted(body: string): Promise<{ code: number; lines: string[] }> {
  const source = `import { Interrupt } from "${INTERRUPT}";\n${body}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `data:application/typescript,${encodeURIComponent(source)}`,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: string[] = [];
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    for (const line of text.split("\n").filter((line) => line !== "")) {
      lines.push(line);
      if (line.startsWith("ready")) child.kill("SIGINT");
    }
  }
  return { code: (await child.status).code, lines };
}

Deno.test({
  name: "Ctrl-C once: a loop that never yields sees it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { code, lines } = await interrupted(`
      using interrupt = new Interrupt(() => console.log("first"));
      await interrupt.listening;
      console.log("ready");
      while (!interrupt.signal.aborted);
      console.log("stopped");
      await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve));
    `);
    assertEquals({ code, lines }, { code: 0, lines: ["ready", "stopped", "first"] });
  },
});

Deno.test({
  name: "Ctrl-C once: what ends before it can yield says so all the same",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { code, lines } = await interrupted(`
      {
        using interrupt = new Interrupt(() => console.log("first"));
        await interrupt.listening;
        console.log("ready");
        while (!interrupt.signal.aborted);
      }
      console.log("ended");
    `);
    assertEquals({ code, lines }, { code: 0, lines: ["ready", "first", "ended"] });
  },
});

Deno.test({
  name: "Ctrl-C twice: aborts with 130, also where nothing yields",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const wait of ["await new Promise((end) => setTimeout(end, 60_000));", "while (true);"]) {
      const { code, lines } = await interrupted(`
        using interrupt = new Interrupt(() => {});
        await interrupt.listening;
        console.log("ready");
        while (!interrupt.signal.aborted) await new Promise((resolve) => setTimeout(resolve));
        console.log("ready again");
        ${wait}
      `);
      assertEquals({ code, lines }, { code: 130, lines: ["ready", "ready again"] });
    }
  },
});

Deno.test({
  name: "Ctrl-C once it is given back: ends the program",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { code, lines } = await interrupted(`
      {
        using interrupt = new Interrupt(() => {});
        await interrupt.listening;
      }
      // The worker may still be listening for a while.
      for (let n = 0; n < 600; n++) {
        console.log("ready");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    `);
    assertEquals({ code, others: lines.filter((line) => line !== "ready") }, {
      code: 130,
      others: [],
    });
  },
});

Deno.test({
  name: "Ctrl-C while solving: the best so far is written, and the summary says so",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new TempFolder();
    const options = { cwd: folder.path };
    await generateDrop({ dir: options.cwd, users: 20000 });
    const child = new Deno.Command(Deno.execPath(), {
      // A drop that keeps the solver busy for long.
      args: denoArgs(
        [
          ...["allocate", ...INPUTS, "--out", "out.csv", "--json"],
          ...["--gap", "0", "--enforce-assignment-ratio"],
        ],
        options,
      ),
      ...options,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = new Response(child.stdout).text();
    let said = "", sent = false;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      // The line about the last phase of reading is there once solving has begun.
      if (!sent && /^put pairs in order/m.test(said)) {
        child.kill("SIGINT");
        sent = true;
      }
    }
    assertEquals((await child.status).code, 0, said);
    const summary = JSON.parse(await output) as Summary;
    assertEquals(summary.timed_out, true);
    assertStringIncludes(said, "stopping with the best so far; Ctrl-C again to abort");
    const rows = folder.read("out.csv").trimEnd().split("\n");
    assertEquals(rows.length - 1, summary.assignments);
    const check = await divvy(["check", ...INPUTS, "--assign", "out.csv", "--json", "-q"], options);
    assertEquals(JSON.parse(check.stdout).feasible, true);
  },
});

for (const args of [["allocate", "--out", "out.csv"], ["whatif", "--cap-scale", "all=0.9"]]) {
  Deno.test({
    name: `divvy ${
      args[0]
    }: Ctrl-C while it waits for more of its input ends it, as there is nothing to keep`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using folder = new TempFolder();
      await generateDrop({ dir: folder.path, users: 50 });
      const options = { cwd: folder.path };
      const child = new Deno.Command(Deno.execPath(), {
        args: denoArgs([...args, "--dir", ".", "--elig", "-"], options),
        ...options,
        stdin: "piped",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      // The header only: standard input stays open.
      const input = child.stdin.getWriter();
      await input.write(new TextEncoder().encode("user_id,contract_address,score\n"));
      let said = "", sent = false;
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (!sent && /user_groups/.test(said)) child.kill("SIGINT");
        sent ||= /user_groups/.test(said);
      }
      assertEquals((await child.status).code, 130, said);
      assertStringIncludes(said, "divvy: stopped before there was a result\n");
      assertEquals(folder.names().includes("out.csv"), false);
      await input.abort().catch(() => {});
    },
  });
}

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test({
    name:
      `${signal} while files are written takes half-written ones away, and new folders that hold none`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using folder = new TempFolder();
      const script = `
        import { removeTemporariesOnSignals } from "${TEMPORARIES}";
        import { makeFolder } from "${MAKE_FOLDER}";
        import { writeAtomic } from "${ATOMIC_FILE}";
        removeTemporariesOnSignals();
        await using _old = await makeFolder("old");
        await using _new = await makeFolder("new", "new/inner");
        await writeAtomic("whole.csv", (sink) => sink.write(new TextEncoder().encode("whole")));
        await writeAtomic("new/inner/out.csv", async (sink) => {
          await sink.write(new TextEncoder().encode("half of the n"));
          console.log("half");
          await new Promise((resolve) => setTimeout(resolve, 60_000));
        });`;
      folder.write("script.ts", script);
      Deno.mkdirSync(`${folder.path}/old`);
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-lock", "--allow-read", "--allow-write", "script.ts"],
        cwd: folder.path,
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      for await (const _ of child.stdout) {
        const inner = [...Deno.readDirSync(`${folder.path}/new/inner`)];
        assertEquals(inner.filter(({ name }) => name.endsWith(".tmp")).length, 1);
        child.kill(signal);
      }
      assertEquals((await child.status).code, expected);
      assertEquals(folder.names(), ["old", "script.ts", "whole.csv"]);
    },
  });
}
