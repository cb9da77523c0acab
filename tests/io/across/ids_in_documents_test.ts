/** Ids are any text: those that name something in every JavaScript object too. */
import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { formatCertificate, parseCertificate } from "../../../lib/io/documents/certificate_file.ts";
import { parseScenarios } from "../../../lib/io/documents/scenario_file.ts";
import { scenariosOf } from "../../../lib/cli/frame/options/scenario_options.ts";
import { divvy, INPUTS, TempFolder } from "../../support/cli.ts";

const ODD = ["__proto__", "constructor", "toString", "hasOwnProperty", "\0__proto__", ""];

/** JSON text of an object with one entry per odd id. */
const byId = (value: unknown) =>
  `{${ODD.map((id) => `${JSON.stringify(id)}: ${JSON.stringify(value)}`).join(", ")}}`;

Deno.test("a scenario changes what it names, whatever the name", () => {
  const text = `[{"name": "s", "set_ratio": ${byId(0.5)}, "cap_scale": ${byId(2)}}]`;
  const [{ setRatio, capScale }] = parseScenarios(text, "s.json");
  assertEquals(Object.entries(setRatio!), ODD.map((id) => [id, 0.5]));
  assertEquals(Object.entries(capScale!), ODD.map((id) => [id, 2]));
  const [spelled] = scenariosOf({ setRatio: ["__proto__=0.5"], capScale: ["constructor=2"] });
  assertEquals(Object.entries(spelled.setRatio!), [["__proto__", 0.5]]);
  assertEquals(Object.entries(spelled.capScale!), [["constructor", 2]]);
  assertThrows(
    () => parseScenarios('[{"name": "s", "set_ratio": {"__proto__": 2}}]', "s.json"),
    InputError,
    "s.json: [0].set_ratio.__proto__ is",
  );
});

Deno.test("an honest certificate is certified, whatever its contracts and groups are called", async () => {
  await using folder = new TempFolder();
  const [c, d, e] = ["__proto__", "constructor", "toString"];
  folder.write("caps.csv", `contract_address,cap_face,is_sponsored\n${c},1,true\n${d},1,false\n`);
  folder.write("group_ratios.csv", `group_id,sponsorship_ratio\n${c},0.5\n${e},0\n`);
  folder.write("user_groups.csv", `user_id,group_id\na,${c}\nb,${c}\n${c},${e}\n`);
  const pairs = ["a", "b", c].flatMap((u, i) => [`${u},${c},0.${i + 4}`, `${u},${d},0.${i + 2}`]);
  folder.write("elig.csv", `user_id,contract_address,score\n${pairs.join("\n")}\n`);
  const run = (...args: string[]) => divvy(args, { cwd: folder.path });
  const made = await run("allocate", ...INPUTS, "--out", "out.csv", "--certificate", "c.json");
  assertEquals(made.code, 0, made.stderr);
  const text = folder.read("c.json");
  assertEquals(formatCertificate(parseCertificate(text, "c.json")), text);
  assertEquals(Object.keys(parseCertificate(text, "c.json").contracts).includes(c), true, text);
  const check = await run(
    ...["check", ...INPUTS, "--assign", "out.csv", "--certificate", "c.json", "--json", "-q"],
  );
  assertEquals(JSON.parse(check.stdout).certificate.certified, true, check.stdout);
  const changed = await run(
    ...["whatif", ...INPUTS, "--certificate", "c.json", "--cap-scale", `${c}=2`, "--json", "-q"],
  );
  const [before, after] = JSON.parse(changed.stdout).scenarios;
  assertEquals(before.assignments < after.assignments, true, changed.stdout);
});
