/** The same fault is named, in one line, whatever the number of threads; also where files are odd in number or name. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { divvy, INPUTS, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";

const HEADER = "user_id,contract_address,score\n";
const ROW = "ann,s1,0.123456789\n";
/** More than one thread is worth it from 8 MB on. */
const ROWS = ROW.repeat(Math.ceil((9 << 20) / ROW.length));

type Files = Record<string, string>;

/** What is said of the small drop with some files changed, by so many threads. */
async function fault(
  files: Files,
  elig = "elig.csv",
  threads: readonly number[] = [1, 2, 4],
): Promise<string> {
  await using folder = new TempFolder();
  writeDrop(folder);
  Deno.mkdirSync(`${folder.path}/shards`);
  folder.writeAll(files);
  const file = (name: string) => `${folder.path}/${name}`;
  const messages: string[] = [];
  for (const workers of threads) {
    const error = await assertRejects(() =>
      readDrop({
        caps: file("caps.csv"),
        elig: file(elig),
        userGroups: file("user_groups.csv"),
        groupRatios: file("group_ratios.csv"),
      }, { workers }), InputError);
    assert(!error.message.includes("\n") && error.message.length < 500, error.message);
    messages.push(error.message.replaceAll(`${folder.path}/`, ""));
  }
  assertEquals(new Set(messages).size, 1, messages.join("\n"));
  return messages[0];
}

Deno.test("the first of several faults is named by any number of threads", async () => {
  const bad = "ann,s1,x\n", third = ROWS.length / 3 | 0;
  const at = third - (third % ROW.length), line = at / ROW.length + 2;
  const twice = HEADER + ROWS.slice(0, at) + bad + ROWS + "ann,,1\n";
  assertEquals(
    await fault({ "elig.csv": twice }),
    `elig.csv:${line}: score is "x", expected a finite number`,
  );
  assertEquals(
    await fault({ "elig.csv": twice, "group_ratios.csv": "group_id,sponsorship_ratio\ng1,2\n" }),
    'group_ratios.csv:2: sponsorship_ratio is "2", expected a number from 0 to 1 (2 % is 0.02)',
  );
  assertEquals(
    await fault({ "shards/a.csv": twice, "shards/b.csv": HEADER + "ann,s1\n" }, "shards"),
    `shards/a.csv:${line}: score is "x", expected a finite number`,
  );
  assertEquals(
    await fault({ "caps.csv": "contract_address,cap_face\n" }),
    'caps.csv:1: missing column is_sponsored (the header has "contract_address", "cap_face")',
  );
  // Nothing is read before all files are there.
  assertEquals(
    await fault({ "caps.csv": "contract_address,cap_face\n" }, "nowhere.csv"),
    "nowhere.csv: no such file",
  );
  assertEquals(
    await fault({ "elig.csv": HEADER.replace("score", "points") + ROWS }),
    'elig.csv:1: missing column score (the header has "user_id", "contract_address", "points")',
  );
  assertEquals(
    await fault({ "elig.csv": HEADER + ROWS + 'ann,"s1,1\n' }),
    `elig.csv:${ROWS.length / ROW.length + 2}: a quoted field has no closing quote`,
  );
});

Deno.test("a line that is too long is named by any number of threads", async () => {
  const rows = ROWS.length / ROW.length;
  for (const quote of ["", '"']) {
    const long = `ann,${quote}${"x".repeat(17 << 20)}${quote},1\n`;
    assertEquals(
      await fault({ "elig.csv": HEADER + ROWS + long + ROWS }),
      `elig.csv:${rows + 2}: the line is longer than 16 MiB, the limit (limits.line raises it)`,
    );
  }
});

Deno.test("thousands of columns, and more contracts than can be given", async () => {
  const more = Array.from({ length: 5000 }, (_, i) => `x${i}`).join(","), commas = ",".repeat(4999);
  // The wanted columns behind thousands of others.
  const wide = (row: string) => `${more},${HEADER}${commas},${row}\n`;
  assertEquals(
    await fault({ "elig.csv": wide("ann,s1,x") }),
    'elig.csv:2: score is "x", expected a finite number',
  );
  assertEquals(
    await fault({ "elig.csv": wide("ann,s1,1,") }),
    "elig.csv:2: the row has 5004 fields, expected 5003",
  );
  const caps = Array.from({ length: 1_000_001 }, (_, i) => `c${i},1,true\n`).join("");
  const many = { "caps.csv": "contract_address,cap_face,is_sponsored\n" + caps };
  assertEquals(
    // One thread reads caps, whatever the others do.
    await fault(many, "elig.csv", [2]),
    "caps.csv: there are 1000001 contracts that can be given, at most 1000000 are possible",
  );
});

Deno.test("a name with line breaks and controls is one line on the terminal", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const name = "caps\n\x1b]52;c;x\x07\r.csv";
  const inputs = INPUTS.map((arg) => arg === "caps.csv" ? name : arg);
  const run = async () => {
    const { code, stderr } = await divvy(["allocate", ...inputs, "--out", "out.csv"], {
      cwd: folder.path,
    });
    // deno-lint-ignore no-control-regex
    assertEquals([code, /[\x00-\x09\x0b-\x1f]/.test(stderr)], [1, false], stderr);
    return stderr.trimEnd().split("\n").at(-1)!;
  };
  assert((await run()).endsWith("no such file"));
  folder.write(name, SMALL_DROP["caps.csv"].replace("cap_face", "face"));
  const said = await run();
  assert(said.startsWith("divvy: caps") && said.includes("missing column cap_face"), said);
});
