/** Mutated documents: each is taken, or refused in one line that names the file; nothing else is ever thrown. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { certificateOf } from "../../lib/allocator/model/certificate.ts";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import { applyConfig } from "../../lib/cli/frame/config/config_file.ts";
import { divvyProgram } from "../../lib/cli/program.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { formatCertificate, parseCertificate } from "../../lib/io/documents/certificate_file.ts";
import { decodeText } from "../../lib/io/bytes/decode_text.ts";
import { parseScenarios } from "../../lib/io/documents/scenario_file.ts";
import { parseRunDetails } from "../../lib/io/documents/summary_file.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../support/cli.ts";
import { tried } from "../support/effort.ts";

const drop = Drop.from({
  users: ["ann", "bob", "cy"].map((id) => ({ id, group: "g1" })),
  contracts: [{ id: "s1", cap: 2, sponsored: true }, { id: "t1", cap: 2, sponsored: false }],
  groups: [{ id: "g1", ratio: 0.5 }],
  pairs: ["ann", "bob", "cy"].flatMap((user, i) => [
    { user, contract: "s1", score: 0.3 + i / 10 },
    { user, contract: "t1", score: 0.9 - i / 10 },
  ]),
});
const CERTIFICATE = formatCertificate(certificateOf(drop.instance, await allocate(drop)));
const SCENARIOS = JSON.stringify([
  { name: "less", ratio_scale: 0.8, set_ratio: { g1: 0.4 }, k: 4 },
  { name: "more", cap_scale: { sponsored: 1.2, s1: 2 } },
]);
const SUMMARY = JSON.stringify({ solver: "optimal", timings: { read_s: 1 }, warnings: ["odd"] });
const CONFIG = `{
  // Options of all commands, and of one.
  "caps": "caps.csv", "encoding": "latin1", "columns": ["user_id=Kunde"], "top_n": 3, "quiet": true,
  "allocate": { "min_score": 0.5, "solver": "optimal", "separator": ";" }
}`;

const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, -1e-320, 0.5, 2 ** 53, "", "x", "__proto__", "\u001b]52;"],
  ...[[], {}, [[]], { a: 1 }, { constructor: 1 }, "a\nb"],
];

/** A change to the document's tree: a value replaced, taken out, put in, or a key renamed. */
function mutateTree(value: unknown, random: Random): unknown {
  const odd = () => VALUES[random.below(VALUES.length)];
  if (random.next() < 0.15 || value === null || typeof value !== "object") return odd();
  const entries = Object.entries(value);
  if (entries.length === 0) return odd();
  const at = random.below(entries.length), [key, inner] = entries[at];
  const kind = random.next();
  if (kind < 0.6) entries[at] = [key, mutateTree(inner, random)];
  else if (kind < 0.75) entries.splice(at, 1);
  else if (kind < 0.9) {
    entries.push([["__proto__", "toString", "new", key + "x"][random.below(4)], odd()]);
  } else entries[at] = [key.toUpperCase(), inner];
  if (Array.isArray(value)) return entries.map(([, item]) => item);
  // As JSON text, so that __proto__ is a key like any other.
  return fromEntries(entries);
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true });
  }
  return made;
}

/** A change to the bytes: some flipped, cut off, doubled, or put in. */
function mutateBytes(text: string, random: Random): Uint8Array {
  const bytes = [...new TextEncoder().encode(text)];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    const kind = random.below(5);
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] ^= 1 << random.below(8);
    else if (kind === 1) bytes.length = at;
    else if (kind === 2) bytes.splice(at, random.below(20));
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(at, at + random.below(20)));
    else bytes.splice(at, 0, [0, 0xff, 0x0a, 0x22, 0x7b, 0x5d, 0x2c, 0xef][random.below(8)]);
  }
  return Uint8Array.from(bytes);
}

function mutated(text: string, random: Random, plain?: unknown): Uint8Array {
  if (plain === undefined || random.next() < 0.5) return mutateBytes(text, random);
  return new TextEncoder().encode(JSON.stringify(mutateTree(plain, random)) ?? "null");
}

/** What a reader says of a document; anything but its own errors, on one line, is a fault. */
async function judge(read: () => unknown, seed: number): Promise<"taken" | "refused"> {
  try {
    await read();
    return "taken";
  } catch (error) {
    const own = error instanceof InputError || error instanceof UsageError;
    assert(own, `seed ${seed}: ${(error as Error).stack}`);
    assertEquals(
      /^[^\n\r]*doc\.json[^\n\r]*$/.test(error.message),
      true,
      `seed ${seed}: ${error.message}`,
    );
    return "refused";
  }
}

const READERS: Record<string, { text: string; read: (text: string) => unknown }> = {
  certificate: { text: CERTIFICATE, read: (text) => parseCertificate(text, "doc.json") },
  scenarios: { text: SCENARIOS, read: (text) => parseScenarios(text, "doc.json") },
  summary: { text: SUMMARY, read: (text) => parseRunDetails(text, "doc.json") },
};

for (const [name, { text, read }] of Object.entries(READERS)) {
  Deno.test(`mutated documents: ${name}, taken or refused in one line`, async () => {
    const told = { taken: 0, refused: 0 };
    const count = tried(240, 600);
    for (let seed = 1; seed <= count; seed++) {
      const bytes = mutated(text, seededRandom(seed), JSON.parse(text));
      told[await judge(() => read(decodeText(bytes, "doc.json")), seed)]++;
    }
    assert(told.refused > count / 3, JSON.stringify(told));
  });
}

Deno.test("mutated documents: configuration files, taken or refused in one line", async () => {
  await using folder = new TempFolder();
  const plain = {
    caps: "caps.csv",
    encoding: "latin1",
    columns: ["user_id=Kunde"],
    top_n: 3,
    quiet: true,
    allocate: { min_score: 0.5, solver: "optimal", separator: ";" },
  };
  const told = { taken: 0, refused: 0 };
  const count = tried(120, 300);
  for (let seed = 1; seed <= count; seed++) {
    folder.write("doc.json", mutated(CONFIG, seededRandom(seed), plain));
    const program = divvyProgram();
    const command = program.commands.find((one) => one.name() === "allocate")!;
    told[await judge(() => applyConfig(program, command, `${folder.path}/doc.json`), seed)]++;
  }
  assert(told.refused > count / 3, JSON.stringify(told));
});

Deno.test("mutated documents: the command line says one line and no stack", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const made = await divvy([
    "allocate",
    ...INPUTS,
    "--out",
    "out.csv",
    "--certificate",
    "c.json",
    "-q",
  ], {
    cwd: folder.path,
  });
  assertEquals(made.code, 0, made.stderr);
  const text = folder.read("c.json");
  for (let seed = 1; seed <= tried(4, 8); seed++) {
    folder.write("doc.json", mutated(text, seededRandom(seed), JSON.parse(text)));
    const { code, stderr } = await divvy(
      ["check", ...INPUTS, "--assign", "out.csv", "--certificate", "doc.json", "-q"],
      { cwd: folder.path },
    );
    assertEquals([0, 1, 2].includes(code), true, `seed ${seed}: ${stderr}`);
    assertEquals(
      /\n\s+at |should not have happened/.test(stderr),
      false,
      `seed ${seed}: ${stderr}`,
    );
    if (code === 1) assertEquals(stderr.trimEnd().split("\n").length, 1, `seed ${seed}: ${stderr}`);
  }
});
