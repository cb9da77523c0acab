/** Files of every kind (tests/fixtures/parquet_kinds.py): ids exact or refused, numbers as they were written, whatever the page. */
import { assert, assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readTable } from "../../../lib/io/tables/rows/table.ts";
import type { Drop } from "../../../lib/allocator/drop/drop.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const FOLDER = new URL("../../fixtures/parquet_kinds/", import.meta.url).pathname;
const CAPS = "contract_address,cap_face,is_sponsored\n0xa,9,true\n0xb,9,false\nção,9,false\n" +
  "0,9,false\n1,9,false\n2,9,false\n";

/** The drop of the users in a file, each eligible for one contract by an id given as CSV. */
async function dropOfUsers(kind: string, ids: readonly string[]): Promise<Drop> {
  return await withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      caps: CAPS,
      groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      elig: "user_id,contract_address,score\n" + ids.map((id) => `${id},0xb,0.5\n`).join(""),
    });
    return await readDrop({ ...files, userGroups: `${FOLDER}users_${kind}.parquet` });
  });
}

const TIMES = ["2024-03-01T09:00:00Z", "2024-03-01T09:00:00.250Z", "1969-12-31T23:59:59Z"];
const IDS: Readonly<Record<string, readonly string[]>> = {
  uuid: [
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000001",
    "80000000-0000-0000-0000-000000000005",
  ],
  date: ["2024-02-29", "1969-12-31", "9999-12-31"],
  timestamp_ms: TIMES,
  timestamp_us: TIMES,
  timestamp_ns: TIMES,
  timestamp_utc: TIMES,
  int96: TIMES,
  uint64: ["0", "9007199254740993", "18446744073709551615"],
  int64: ["-9223372036854775808", "9007199254740993", "9223372036854775807"],
  decimal: [1, 2, 3].map((n) => `1${"0".repeat(36)}${n}`),
  fixed: ["ab", "Zoë", "abcdef"],
  binary: ["ab", "Zoë", "abcdef"],
  text_dictionary: ["ab", "cd", "ab2"],
};

Deno.test("ids of a Parquet file are those of a CSV file that spells them", async () => {
  for (const [kind, ids] of Object.entries(IDS)) {
    const { instance, input } = await dropOfUsers(kind, ids);
    assertEquals([...instance.users.toArray()].sort(), [...ids].sort(), kind);
    assertEquals(input.elig.users_without_group, 0, kind);
  }
});

const REFUSED: Readonly<Record<string, RegExp>> = {
  list: /:1: user_id is of type LIST, expected text, integers/,
  struct: /:1: user_id is of type STRUCT, expected text/,
  nan: /:2: user_id is missing, expected an id/,
  float: /:1: user_id is 1\.5 of type DOUBLE, expected text/,
  hugeint: /:1: user_id is 1\.7\d*e\+38 of type DOUBLE, expected text/,
  boolean: /:1: user_id is of type BOOLEAN, expected text/,
  time: /:1: user_id is of type TIME, expected text/,
  duration: /:1: user_id is of type DURATION, expected text/,
  interval: /:1: user_id is of type INTERVAL, expected text/,
  json: /:1: user_id is of type JSON, expected text/,
  decimal_places: /:1: user_id is of type DECIMAL\(9, 1\), expected text/,
  not_text: /:1: user_id \(BYTE_ARRAY\) is not UTF-8 text/,
};

Deno.test("floats as ids of a column that may be blank are refused by their type, not as missing", async () => {
  const path = `${FOLDER}users_nan.parquet`;
  const { message } = await assertRejects(() => readTable(path, [], ["user_id"]), InputError);
  assertMatch(
    message,
    /:1: user_id is \S+ of type DOUBLE, .*gaps become floats, write them as text$/,
  );
});

Deno.test("what is neither text nor exact is refused by column, row and type", async () => {
  for (const [kind, message] of Object.entries(REFUSED)) {
    const error = await assertRejects(() => dropOfUsers(kind, ["x"]), InputError);
    assert(error.message.startsWith(`${FOLDER}users_${kind}.parquet:`), error.message);
    assert(message.test(error.message), `${kind}: ${error.message}`);
  }
});

/** The drop of an eligibility file; `shift` is the number of the first user. */
async function dropOfPairs(elig: string, id: (user: number) => string): Promise<Drop> {
  return await withFolder(async (folder) => {
    const users = Array.from({ length: 20 }, (_, user) => `${id(user)},g\n`);
    const files = await writeFiles(folder, {
      caps: CAPS,
      groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      userGroups: "user_id,group_id\n" + users.join(""),
      elig: elig.endsWith(".parquet") ? "" : elig,
    });
    return await readDrop({ ...files, elig: elig.endsWith(".parquet") ? elig : files.elig });
  });
}

Deno.test("pairs are the same whatever the encoding, the page's version and the compression", async () => {
  const text = (user: number) => `user-${String(user).padStart(3, "0")}`;
  const number = (user: number) => String(1000 + user);
  const row = Array.from({ length: 60 }, (_, n) => n);
  const contracts = ["0xa", "0xb", "ção"];
  const kinds = {
    texts: {
      id: text,
      csv: row.map((n) => `${text(Math.floor(n / 3))},${contracts[n % 3]},${n / 7}\n`),
    },
    numbers: {
      id: number,
      csv: row.map((n) => `${number(Math.floor(n / 3))},${n % 3},${n / 7}\n`),
    },
  };
  let files = 0;
  for (const [kind, { id, csv }] of Object.entries(kinds)) {
    const header = "user_id,contract_address,score\n";
    const { instance } = await dropOfPairs(header + csv.join(""), id);
    assertEquals(instance.score.length, 60);
    for (const { name } of Deno.readDirSync(FOLDER)) {
      if (!name.startsWith(kind) && !(kind === "texts" && name.startsWith("checksums"))) continue;
      const other = (await dropOfPairs(FOLDER + name, id)).instance;
      assertEquals(other.users.toArray(), instance.users.toArray(), name);
      assertEquals([...other.contract], [...instance.contract], name);
      assertEquals([...other.score], [...instance.score], name);
      files++;
    }
  }
  assertEquals(files, 8 + 6 + 10 + 2 + 1 + 2);
});

Deno.test("scores are the doubles nearest to what was written; what is none is named", async () => {
  const id = (user: number) => `user-${String(user).padStart(3, "0")}`;
  const scores = async (
    name: string,
  ) => [...(await dropOfPairs(`${FOLDER}scores_${name}.parquet`, id)).instance.score];
  assertEquals(await scores("single"), [0.07, 1e-7, 16777216]);
  for (const precision of [9, 18, 38, 50]) {
    assertEquals(await scores(`decimal_${precision}`), [98765.1, -0.3, 12345678.9]);
  }
  const faults = {
    missing: "score is missing",
    text: 'score is "high"',
    nan: 'score is "NaN"',
    infinite: 'score is "Infinity"',
  };
  for (const [name, fault] of Object.entries(faults)) {
    const error = await assertRejects(() => scores(name), InputError);
    const path = `${FOLDER}scores_${name}.parquet`;
    assertEquals(error.message, `${path}:2: ${fault}, expected a finite number`);
  }
});

Deno.test("row groups without rows may have no pages", async () => {
  const { rows } = await readTable(`${FOLDER}empty_groups.parquet`, [
    "contract_address",
    "cap_face",
    "is_sponsored",
  ]);
  assertEquals(rows.map(({ fields }) => fields), [["0xa", "1.5", "true"], ["0xb", "2", "false"]]);
});

Deno.test("a column without any value is read as missing, however it is packed", async () => {
  let files = 0;
  for (const { name } of Deno.readDirSync(FOLDER)) {
    if (!name.startsWith("caps_")) continue;
    files++;
    await withFolder(async (folder) => {
      const sources = await writeFiles(folder, {
        elig: "user_id,contract_address,score\nu,0xa,0.5\nu,ção,0.25\n",
        userGroups: "user_id,group_id\nu,g\n",
        groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      });
      const { instance } = await readDrop({ ...sources, caps: FOLDER + name });
      assertEquals(instance.contracts.length, 3, name);
      // Contracts without a brand have one of their own each.
      assertEquals(new Set(instance.brand).size, 3, name);
    });
  }
  assertEquals(files, 20);
});
