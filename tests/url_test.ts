import { assertEquals, assertStringIncludes } from "../lib/deps/std_assert.ts";
import { INPUTS } from "./support/cli.ts";

const root = new URL("..", import.meta.url);
const decoder = new TextDecoder();

/** Serves the repository's modules on loopback with the types that servers of Deno modules send. */
function serveRepository(): { origin: string; requests: string[]; stop: () => Promise<void> } {
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const path = new URL(request.url).pathname.slice(1);
      requests.push(path);
      try {
        return new Response(await Deno.readFile(new URL(path, root)), {
          headers: {
            "content-type": path.endsWith(".json") ? "application/json" : "application/typescript",
          },
        });
      } catch {
        return new Response("not found", { status: 404 });
      }
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests,
    stop: () => server.shutdown(),
  };
}

/** `deno` in `folder` with a cache of its own, so that nothing of the repository's is at hand. */
async function denoElsewhere(folder: string, args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Names of the npm packages in the cache of `folder`. */
async function cachedPackages(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const registry of Deno.readDir(`${folder}/cache/npm`)) {
    if (!registry.isDirectory) continue;
    for await (const entry of Deno.readDir(`${folder}/cache/npm/${registry.name}`)) {
      names.push(entry.name);
    }
  }
  return names;
}

Deno.test("the command runs from a URL with an empty cache and no configuration, workers included", async () => {
  const folder = await Deno.makeTempDir();
  const { origin, requests, stop } = serveRepository();
  try {
    const divvy = (...args: string[]) =>
      denoElsewhere(folder, [
        "run",
        "--no-prompt",
        "--allow-read=.",
        "--allow-write=.",
        `${origin}/cli.ts`,
        ...args,
      ]);
    const generated = await divvy("generate", "--dir", ".", "--users", "10000", "--quiet");
    assertEquals(generated.code, 0, generated.stderr);
    const allocated = await divvy(
      "allocate",
      ...INPUTS,
      "--out",
      "assignments.csv",
      "--workers",
      "2",
    );
    assertEquals(allocated.code, 0, allocated.stderr);
    const text = await Deno.readTextFile(`${folder}/assignments.csv`);
    assertStringIncludes(
      text.slice(0, 100),
      "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio",
    );
    // Both the reader and the price solver had threads, each from a module of its own.
    const workers = new Set(requests.filter((path) => path.endsWith("_worker.ts")));
    assertEquals(workers.size, 2, [...workers].join());
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a script imports mod.ts from a URL; HiGHS and Vega are not downloaded until they are used", async () => {
  const folder = await Deno.makeTempDir();
  const { origin, stop } = serveRepository();
  try {
    await Deno.writeTextFile(
      `${folder}/script.ts`,
      `import { allocate, Drop, split } from "${origin}/mod.ts";
const drop = Drop.from({
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 2, sponsored: false }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "cake", score: 0.7 },
  ],
  groups: [{ id: "north", ratio: 0.5 }],
});
const allocation = await allocate(drop, { solver: "optimal" });
const pizza = split({ total: 8, requirements: [{ name: "ann", interval: [2, 4], target: 3 }, { name: "bob", interval: [3, 6], target: 5 }] });
console.log(allocation.score.toFixed(1), pizza.people[0].units);
`,
    );
    const { code, stdout, stderr } = await denoElsewhere(folder, [
      "run",
      "--no-prompt",
      // Deno imports from a few well-known hosts unasked; this one is ours.
      `--allow-import=${new URL(origin).host}`,
      "--allow-read=.",
      "script.ts",
    ]);
    assertEquals(code, 0, stderr);
    assertEquals(stdout.trim(), "1.6 3");
    const packages = await cachedPackages(folder);
    // zod is fetched, as readSplit may need it; it is loaded only then.
    assertEquals(packages.filter((name) => /highs|vega|postgres|clickhouse/.test(name)), []);
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
});
