import { assertEquals, assertStringIncludes } from "../../lib/deps/std_assert.ts";
import { divvy, divvyAlone, INPUTS, TempFolder, writeDrop } from "./cli.ts";

Deno.test("command lines that share a process say, write and end as they do in a process of their own", async () => {
  const lines = [
    ["allocate", ...INPUTS, "--out", "a.csv"],
    ["allocate", ...INPUTS, "--out", "b.csv", "--k", "0"],
    ["check", ...INPUTS, "--assign", "a.csv", "--json"],
    ["check", ...INPUTS, "--assign", "nowhere.csv"],
    ["allocate", ...INPUTS, "--out", "c.csv", "--require-gap", "--gap", "1", "-q"],
    ["no-such-command"],
    ["--version"],
  ];
  const found = [];
  for (const run of [divvy, divvyAlone]) {
    await using folder = new TempFolder();
    writeDrop(folder);
    const runs = [];
    for (const line of lines) runs.push(await run(line, { cwd: folder.path }));
    const text = JSON.stringify(runs).replaceAll(/[\d.,]+ (m?s|rows\/s|MiB)\b/g, "…");
    found.push([text, folder.names(), folder.read("a.csv")]);
  }
  assertEquals(found[0], found[1]);
});

Deno.test("command lines that share a process may neither write beside the tests' folders nor reach the net", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path }, beside = await Deno.makeTempDir();
  const { code, stderr } = await divvy(["allocate", ...INPUTS, "--out", `${beside}/a.csv`], at);
  assertEquals([code, [...Deno.readDirSync(beside)]], [1, []]);
  assertStringIncludes(stderr, "--allow-read");
  const url = "http://127.0.0.1:7001/elig.csv";
  const fetched = await divvy(["allocate", ...INPUTS, "--elig", url, "--out", "a.csv"], at);
  assertEquals(fetched.code, 1);
  assertStringIncludes(fetched.stderr, "--allow-net");
  await Deno.remove(beside);
});
