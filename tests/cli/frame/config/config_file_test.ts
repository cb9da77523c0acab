/** `--config` and `divvy schema`. */
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { configOptions, configurable } from "../../../../lib/cli/frame/config/config_schema.ts";
import { divvyProgram } from "../../../../lib/cli/program.ts";
import type { Summary } from "../../../../lib/report/facts/summary.ts";
import { divvy, TempFolder, writeDrop } from "../../../support/cli.ts";

const DROP = {
  caps: "caps.csv",
  elig: "elig.csv",
  user_groups: "user_groups.csv",
  group_ratios: "group_ratios.csv",
};

/** Runs with a configuration file and returns the options that the run was made with. */
async function optionsWith(config: unknown, args: string[]): Promise<Record<string, unknown>> {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write("divvy.json", typeof config === "string" ? config : JSON.stringify(config));
  const run = ["allocate", "--config", "divvy.json", "--json", "-q", ...args];
  const { code, stdout, stderr } = await divvy(run, { cwd: folder.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return (JSON.parse(stdout) as Summary).options;
}

Deno.test("config: the file fills in what the command line leaves open, needed options too", async () => {
  const config = { ...DROP, k: 2, cov_w: [0.5], mix_tail: true, allocate: { out: "o.csv", k: 1 } };
  const options = await optionsWith(config, []);
  assertEquals(options.k, 1, "the command's section wins over the top");
  assertEquals(options.cov_w, [0.5]);
  assertEquals(options.mix_tail, true);
  assertEquals(options.out, "o.csv");
});

Deno.test("a list of numbers may be empty, as in a program: no offer has such a weight", async () => {
  const out = ["--out", "o.csv"];
  assertEquals((await optionsWith({ ...DROP, cov_w: [] }, out)).cov_w, []);
  assertEquals((await optionsWith(DROP, [...out, "--cov-w", ""])).cov_w, []);
});

Deno.test("config: flags win, defaults do not; comments and trailing commas are fine", async () => {
  const config = `{ // the drop of the week
    ${JSON.stringify(DROP).slice(1, -1)}, "k": 2, "third_slot_only_mixing": false, "rng": 7, }`;
  const options = await optionsWith(config, ["--out", "o.csv", "-k", "3"]);
  assertEquals(options.k, 3);
  assertEquals(options.third_slot_only_mixing, false);
  assertEquals(options.rng, 7);
});

const FAULTS: [config: string, message: string][] = [
  ["[1]", "divvy.json: the document is [1], expected an object"],
  ['{"caps": 7}', "divvy.json: caps is 7, expected text"],
  ['{"caps": {"z": "x"}}', 'divvy.json: caps.z is "x", expected a number ≥ 0'],
  ['{"allocate": 7}', "divvy.json: allocate is 7, expected an object"],
  ['{"k": "three"}', 'divvy.json: k is "three", expected a whole number from 1 to 65535'],
  ['{"k": 0}', "divvy.json: k is 0, expected a whole number from 1 to 65535"],
  [
    '{"allocate": {"ratio_slack": 2}}',
    "divvy.json: allocate.ratio_slack is 2, expected a number from 0 to 1",
  ],
  ['{"cov_mode": "y"}', 'divvy.json: cov_mode is "y", expected one of z, shortfall'],
  ['{"cov_w": [1, "x"]}', 'divvy.json: cov_w is [1, "x"], expected a list, each a number'],
  [
    `{"encoding": "${"x".repeat(1e5)}"}`,
    `divvy.json: encoding is "${
      "x".repeat(59)
    }…", expected one of utf-8, latin1, windows-1252, utf-16`,
  ],
  [
    `{"k": [${"1,".repeat(1e5)}1]}`,
    "divvy.json: k is a list of 100001, expected a whole number from 1 to 65535",
  ],
  // Texts that are numbers of a kind are judged by what the command line judges them by.
  [
    '{"split": {"step": "a/b"}}',
    'divvy.json: split.step is "a/b", expected a number > 0, or a fraction such as "1/3"',
  ],
  [
    '{"max_changed": "150%"}',
    'divvy.json: max_changed is "150%", expected a whole number ≥ 0, or a share such as "5%"',
  ],
  ['{"mix_tail": "yes"}', 'divvy.json: mix_tail is "yes", expected true or false'],
  [
    '{"max-mixed-share": 1}',
    'divvy.json: there is no option "max-mixed-share" (did you mean max_mixed_share?)',
  ],
  [
    '{"allocate": {"covW": [1]}}',
    'divvy.json: there is no option "covW" in allocate (did you mean cov_w?)',
  ],
  ['{"capz": "caps.csv"}', 'divvy.json: there is no option "capz" (did you mean caps?)'],
  ['{"alocate": {"k": 1}}', 'divvy.json: there is no option "alocate" (did you mean allocate?)'],
  [
    '{"allocate": {"outt": "a.csv"}}',
    'divvy.json: there is no option "outt" in allocate (did you mean out?)',
  ],
  // The parser would keep the last one without a word.
  [
    '{"k": 3, /* "k": 1 */ "limits": [{"limit": "a", "at_most": 1, "at_most": 2}]}',
    'divvy.json:1: key is "at_most", expected each key once',
  ],
  ['{"k": 3,\n"k": 2}', 'divvy.json:2: key is "k", expected each key once'],
  ['{"frobnicate": 1}', 'divvy.json: there is no option "frobnicate"'],
];

for (const [config, message] of FAULTS) {
  Deno.test(`config: ${message}`, async () => {
    await using folder = new TempFolder();
    folder.write("divvy.json", config);
    const { code, stderr } = await divvy(["allocate", "--config", "divvy.json"], {
      cwd: folder.path,
    });
    assertEquals({ code, stderr }, { code: 1, stderr: `divvy: ${message}\n` });
  });
}

Deno.test("config: no JSON, no file", async () => {
  await using folder = new TempFolder();
  folder.write("divvy.json", "{");
  const args = ["check", "--config"];
  const broken = await divvy([...args, "divvy.json"], { cwd: folder.path });
  assertEquals(broken.code, 1);
  assertStringIncludes(broken.stderr, "divvy: divvy.json:1: not valid JSON: ");
  assertEquals(broken.stderr.trimEnd().split("\n").length, 1);
  // Tables are read from standard input, documents are not.
  const piped = await divvy([...args, "-"], { cwd: folder.path });
  assertEquals([piped.code, piped.stderr], [
    1,
    "divvy: -: not read from standard input, expected a file (./- for one of this name)\n",
  ]);
  const missing = await divvy([...args, "none.json"], { cwd: folder.path });
  assertEquals(missing, { code: 1, stdout: "", stderr: "divvy: none.json: no such file\n" });
});

Deno.test("schema: every option of every command that takes --config, and nothing else", async () => {
  await using folder = new TempFolder();
  const { code, stdout } = await divvy(["schema"], { cwd: folder.path });
  assertEquals(code, 0);
  const schema = JSON.parse(stdout);
  assertEquals(schema.additionalProperties, false);
  const commands = configurable(divvyProgram());
  assert(commands.length >= 3);
  for (const command of commands) {
    const named = schema.properties[command.name()];
    const section = named.anyOf?.at(-1) ?? named;
    const names = [...configOptions(command).keys()];
    assertEquals(Object.keys(section.properties).sort(), names.sort());
    assertEquals(section.additionalProperties, false);
  }
  assertEquals(schema.properties.k.minimum, 1);
  assertEquals(schema.properties.assignment_ratio_guard.enum, ["none", "moving", "hard"]);
});
