/** Tables that are read from bytes, row by row, are UTF-8 or refused where they are not, for any number of threads. */
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { TempFolder, writeDrop } from "../../support/cli.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

function sourcesIn({ path }: TempFolder) {
  return {
    caps: `${path}/caps.csv`,
    elig: `${path}/elig.csv`,
    userGroups: `${path}/user_groups.csv`,
    groupRatios: `${path}/group_ratios.csv`,
  };
}

Deno.test("every table that is not UTF-8 is refused by file, line and column", async () => {
  const faults = {
    "caps.csv": ["contract_address,cap_face,is_sponsored\ns\xe9,2,true\n", 2, 2],
    "elig.csv": ["user_id,contract_address,score\nann,s1,1\n\nann,t1\xe9,1\n", 4, 7],
    "user_groups.csv": ["\nuser_id,group_id\nJos\xe9,g1\n", 3, 4],
    "group_ratios.csv": ["group_id,sponsorship_ratio\n\xe9,1\n", 2, 1],
  } as const;
  for (const [name, [text, line, column]] of Object.entries(faults)) {
    await using folder = new TempFolder();
    writeDrop(folder, { [name]: bytes(text) });
    const error = await assertRejects(() => readDrop(sourcesIn(folder)), InputError);
    assertEquals(
      error.message.slice(folder.path.length + 1),
      `${name}:${line}: character ${column} is byte 0xE9, expected UTF-8 ` +
        '(most likely it is Latin-1; save it as UTF-8, or say so: encoding: "latin1", windows-1252 or utf-16)',
    );
  }
});

Deno.test("a column that nobody reads is UTF-8 too, and so is a header and an assignment", async () => {
  await using folder = new TempFolder();
  const rows: [string, number][] = [
    ["user_id,contract_address,score,name\nann,s1,1,Jos\xe9\n", 2],
    ["user_id,contract_address,score,pr\xe9nom\nann,s1,1,x\n", 1],
    ['user_id,contract_address,score,n\nann,s1,1,"a\nb\xff"\n', 3],
    ["user_id,contract_address,score\nann,s1,1\nbob,s1,1\xc3", 3],
    ["user_id,contract_address,score\nann,s1,bad\nbob\xff,s1,1", 2],
  ];
  for (const [text, line] of rows) {
    folder.write("a.csv", bytes(text));
    const error = await assertRejects(() => readAssignments(`${folder.path}/a.csv`), InputError);
    assertEquals(error.line, line, error.message);
  }
});

Deno.test("the same line is named whether one thread reads or several", async () => {
  await using folder = new TempFolder();
  const row = (i: number) => `user${i},${i % 3 ? "t1" : "s1"},0.5\n`;
  const rows = 600_000, bad = 433_210;
  let text = "user_id,contract_address,score\n";
  for (let i = 0; i < rows; i++) text += i === bad ? "us\xe9r,t1,0.5\n" : row(i);
  writeDrop(folder, { "elig.csv": bytes(text) });
  const messages: string[] = [];
  for (const workers of [1, 2, 3]) {
    const error = await assertRejects(() => readDrop(sourcesIn(folder), { workers }), InputError);
    assertEquals(error.line, bad + 2);
    messages.push(error.message);
  }
  assertEquals(new Set(messages).size, 1);
});

Deno.test("characters of several bytes are whole wherever blocks and ranges end", async () => {
  await using folder = new TempFolder();
  let text = "user_id,contract_address,score\n";
  for (let i = 0; i < 150_000; i++) text += `ünicøde-日本-🎁${i},t1,0.5\n`;
  writeDrop(folder, {
    "elig.csv": text,
    "user_groups.csv": "user_id,group_id\nann,g1\nünicøde-日本-🎁7,g1\n",
  });
  for (const workers of [1, 2]) {
    const drop = await readDrop(sourcesIn(folder), { workers });
    assertEquals(drop.input.elig.pairs, 1);
  }
});
