/** `divvy studio` as a user runs it, with the permissions that docs/studio.md names. */
import { assert, assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import type {
  Change,
  StudioCalls,
  StudioOpening,
} from "../../../../lib/studio/session/messages.ts";
import { denoArgs, divvy, INPUTS, TempFolder, writeDrop } from "../../../support/cli.ts";

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** A studio in a process of its own. */
async function withStudio(
  cwd: string,
  args: string[],
  body: (
    call: <Name extends keyof StudioCalls>(
      name: Name,
      ask: StudioCalls[Name]["ask"],
    ) => Promise<StudioCalls[Name]["answer"]>,
  ) => Promise<void>,
): Promise<void> {
  const permissions = [
    "--no-prompt",
    "--allow-net=127.0.0.1",
    `--allow-read=${cwd},${ROOT}`,
    "--deny-run",
    "--deny-env",
    "--deny-write",
  ];
  const process = new Deno.Command(Deno.execPath(), {
    args: denoArgs(["studio", ...args], { cwd, permissions }),
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const said = new Response(process.stderr).text();
  const { value: url = "" } = await reader.read();
  try {
    assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/\n$/, url || await said);
    await body(async (name, ask) => {
      const request = { method: "POST", body: JSON.stringify(ask) };
      const response = await fetch(`${url.trim()}api/${name}`, request);
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      return answer;
    });
  } finally {
    process.kill("SIGTERM");
    const { code } = await process.status;
    await reader.cancel();
    await said;
    assertEquals(code, 0);
  }
}

/** What a session saves, and the commands that it names, give the same bytes as it shows. */
async function sameBytes(args: readonly string[], changeOf: (group: string) => Change) {
  await using folder = new TempFolder();
  const cwd = folder.path;
  await writeDrop(folder);
  await withStudio(cwd, [...args, "--no-open", "-q"], async (call) => {
    const settled = async (): Promise<StudioOpening> => {
      for (;;) {
        const opening = await call("open", null);
        const done = opening.rows.some(({ key }) => key === "{}") &&
          opening.result?.version === opening.state.version && !opening.result.preliminary;
        if (done) return opening;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const { drop } = await settled();
    const [{ id }] = drop.groups;
    await call("change", { change: changeOf(id) });
    const { result } = await settled();
    const { files, allocate, whatif } = await call("command", null);
    // What was not asked for is not in them.
    for (const line of [allocate, whatif]) assert(!/--max-line|--top-n/.test(line), line);
    for (const kind of [...files, "assignments" as const]) {
      const { name, text } = await call("save", { kind });
      await Deno.writeTextFile(`${cwd}/${kind === "assignments" ? "saved.csv" : name}`, text);
    }
    const words = (line: string) => line.replaceAll("\\\n", " ").trim().split(/\s+/).slice(1);
    const allocated = await divvy(words(allocate), { cwd });
    assertEquals(allocated.code, 0, allocated.stderr);
    const read = (file: string) => Deno.readTextFile(`${cwd}/${file}`);
    assertEquals(await read("assignments.csv"), await read("saved.csv"));
    const told = await divvy([...words(whatif), "--json"], { cwd });
    assertEquals(told.code, 0, told.stderr);
    const [, scenario] = JSON.parse(told.stdout).scenarios;
    assertEquals(scenario.objective, result!.row.objective);
    assertEquals(scenario.bound, result!.row.bound);
    assertEquals(scenario.changes, result!.row.changes);
    // The configuration file has all of it too.
    await Deno.writeTextFile(`${cwd}/divvy.json`, (await call("save", { kind: "config" })).text);
    const configured = await divvy(
      ["allocate", "--config", "divvy.json", "--prices", "prices.json", "--out", "again.csv"],
      { cwd },
    );
    assertEquals(configured.code, 0, configured.stderr);
    assertEquals(await read("again.csv"), await read("saved.csv"));
  });
}

Deno.test("studio: what it saves and the commands that it names give the same bytes", () =>
  sameBytes(INPUTS, (group) => ({ setRatio: { [group]: 0 }, k: 2, policy: { mixTail: true } })));

Deno.test("studio: the same without a table of ratios, where the model implies the default", () =>
  sameBytes([...INPUTS.slice(0, -2), "--model", "coverage"], () => ({ k: 2 })));

Deno.test("studio: without the permission to serve, or with a wrong file, it says so in a line", async () => {
  await using folder = new TempFolder();
  await writeDrop(folder);
  const refused = await divvy(["studio", ...INPUTS], { cwd: folder.path });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertMatch(refused.stderr, /^divvy: studio serves a page .* --allow-net=127\.0\.0\.1\n$/);
  const permissions = [
    "--no-prompt",
    "--allow-net=127.0.0.1",
    `--allow-read=${folder.path},${ROOT}`,
  ];
  const missing = INPUTS.map((arg) => arg === "caps.csv" ? "nowhere.csv" : arg);
  const failed = await divvy(["studio", ...missing], { cwd: folder.path, permissions });
  assertEquals([failed.code, failed.stdout], [1, ""]);
  assert(failed.stderr.includes("nowhere.csv"), failed.stderr);
});

Deno.test("studio: a port that is in use is said in a line, and the program ends", async () => {
  await using folder = new TempFolder();
  await writeDrop(folder);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const refused = await divvy(["studio", ...INPUTS, "-q", "--port", `${port}`], {
    cwd: folder.path,
    permissions: ["--no-prompt", "--allow-net=127.0.0.1", `--allow-read=${folder.path},${ROOT}`],
  });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertEquals(
    refused.stderr,
    `divvy: port ${port} is in use: name another with --port, or none for any\n`,
  );
});

Deno.test("studio --export: one page that names no host; a drop that is too large writes none", async () => {
  await using folder = new TempFolder();
  await writeDrop(folder);
  const cwd = folder.path;
  const permissions = ["--no-prompt", "--deny-net", "--allow-read", `--allow-write=${cwd}`];
  const args = ["studio", ...INPUTS, "--export", "drop.html", "--title", "A <b> drop"];
  const made = await divvy(args, { cwd, permissions });
  assertEquals([made.code, made.stdout], [0, ""], made.stderr);
  const page = folder.read("drop.html");
  assert(page.includes("<title>A &lt;b&gt; drop · Divvy studio</title>"));
  assertMatch(
    page,
    /content="default-src 'none';script-src 'sha256-[\w+/=]+' blob: /,
  );
  assertEquals(/\b(?:src|href)="(?!data:)/.test(page.replace(/<script>.*<\/script>/s, "")), false);
  const wrong = await divvy([...args.slice(0, -3), "drop.txt"], { cwd, permissions });
  assertEquals(wrong.code, 1);
  assertMatch(wrong.stderr, /^divvy: .*drop\.txt/);
});

Deno.test("allocate --scenario: one scenario is taken, several are refused", async () => {
  await using folder = new TempFolder();
  const cwd = folder.path;
  await writeDrop(folder);
  const run = (scenarios: unknown) => {
    Deno.writeTextFileSync(`${cwd}/s.json`, JSON.stringify(scenarios));
    return divvy(["allocate", ...INPUTS, "--scenario", "s.json", "--out", "a.csv", "--json"], {
      cwd,
    });
  };
  const one = await run([{ name: "x", k: 1 }]);
  assertEquals([one.code, JSON.parse(one.stdout).k], [0, 1], one.stderr);
  const two = await run([{ name: "x" }, { name: "y" }]);
  assertEquals(two.code, 1);
  assertMatch(two.stderr, /s\.json has 2 scenarios, expected one/);
});
