/** Ids and numbers of Parquet columns of every type: exact, or refused by name. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import type { SchemaElement } from "../../../lib/deps/hyparquet.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { groupRules } from "../../../lib/allocator/limits/kinds/group_rules.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

function caseFolder(name: string): string {
  return new URL(`../../fixtures/cases/${name}`, import.meta.url).pathname;
}

/** Runs `allocate` on a copy of a case; its output, without the header, sorted by the ids. */
async function allocated(name: string, args: string, env = {}): Promise<string[]> {
  await using folder = new TempFolder();
  const from = caseFolder(name);
  for (const { name } of Deno.readDirSync(from)) {
    folder.write(name, Deno.readFileSync(`${from}/${name}`));
  }
  const run = await divvy(
    ["allocate", "--group-ratios", "group_ratios.csv", "--out", "out.csv", ...args.split(" ")],
    { cwd: folder.path, env },
  );
  assertEquals(run.code, 0, run.stderr);
  return folder.read("out.csv").trimEnd().split("\n").slice(1).sort();
}

Deno.test("DECIMAL ids of 20 digits stay three users with an offer each", async () => {
  const rows = await allocated(
    "03-parquet-decimal-ids-merge-users",
    "--caps caps.csv --elig elig.parquet --user-groups ug.parquet",
  );
  const expected = [1, 2, 3].map((last) => `1000000000000000000${last}`);
  assertEquals(rows.map((row) => row.split(",")[0]), expected);
});

Deno.test("TIMESTAMP ids are three ISO times, whatever the time zone", async () => {
  const outputs: string[][] = [];
  for (const TZ of ["UTC", "America/New_York"]) {
    outputs.push(
      await allocated(
        "05-parquet-timestamp-ids",
        "--caps caps.parquet --elig elig.parquet --user-groups user_groups.csv",
        { TZ },
      ),
    );
  }
  assertEquals(outputs[0], outputs[1]);
  assertEquals(outputs[0].length, 3);
  const ids = outputs[0].map((row) =>
    row.match(/,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)(?:,|$)/)?.[1]
  );
  assert(!ids.includes(undefined), outputs[0].join("\n"));
  assertEquals(new Set(ids).size, 3, outputs[0].join("\n"));
});

Deno.test("an id that is NaN is refused by file, row and column", async () => {
  const folder = caseFolder("07-parquet-nan-id-is-a-user");
  const error = await assertRejects(() =>
    readDrop({
      caps: `${folder}/caps.csv`,
      elig: `${folder}/elig.parquet`,
      userGroups: `${folder}/ug.parquet`,
      groupRatios: `${folder}/group_ratios.csv`,
    }), InputError);
  assert(/ug\.parquet:2: user_id is missing/.test(error.message), error.message);
  assert(!error.message.includes("\n"), error.message);
});

Deno.test("Hive partitions give the column that the files lack", async () => {
  const folder = caseFolder("17-hive-partitions");
  for (const elig of [`${folder}/elig`, `${folder}/elig/*/p.parquet`]) {
    const { instance } = await readDrop({
      caps: `${folder}/caps.csv`,
      elig,
      userGroups: `${folder}/user_groups.csv`,
      groupRatios: `${folder}/group_ratios.csv`,
    });
    const used = new Set([...instance.contract].map((contract) => instance.contracts[contract]));
    assertEquals([...used].sort(), ["a", "b"], elig);
  }
});

Deno.test("a column in the file and in its folder's name counts where both say the same in all rows", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\n7,2,true\na b,2,false\n",
      elig: "",
      userGroups: "user_id,group_id\nu1,g\nu2,g\n",
      groupRatios: "group_id,sponsorship_ratio\ng,0\n",
    });
    const write = async (partition: string, contracts: (string | number)[]) => {
      const isText = typeof contracts[0] === "string";
      await Deno.mkdir(`${folder}/pairs/${partition}`, { recursive: true });
      await Deno.writeFile(
        `${folder}/pairs/${partition}/p.parquet`,
        new Uint8Array(parquetWriteBuffer({
          columnData: [
            { name: "user_id", data: contracts.map((_, i) => `u${i + 1}`), type: "STRING" },
            { name: "contract_address", data: contracts, type: isText ? "STRING" : "INT32" },
            { name: "score", data: contracts.map((_, i) => i + 0.5), type: "DOUBLE" },
          ],
        })),
      );
    };
    await write("contract_address=a%20b", ["a b", "a b"]);
    await write("contract_address=7", [7, 7]);
    const read = () => readDrop({ ...files, elig: `${folder}/pairs` });
    assertEquals((await read()).input.elig.pairs, 4);
    await write("contract_address=7", [7, 8]);
    const { message } = await assertRejects(read, InputError);
    assert(
      /contract_address=7.*is in the header and in the name of a folder/.test(message),
      message,
    );
  });
});

Deno.test("a ratio of 0.07 as FLOAT asks for 7 of 100 users, not 8", async () => {
  await withFolder(async (folder) => {
    const users = Array.from({ length: 100 }, (_, user) => `u${user}`);
    const files = await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\ns,100,true\nt,100,false\n",
      elig: "user_id,contract_address,score\n" +
        users.map((user) => `${user},s,0.1\n${user},t,0.9\n`).join(""),
      userGroups: "user_id,group_id\n" + users.map((user) => `${user},g\n`).join(""),
    });
    const groupRatios = `${folder}/ratios.parquet`;
    await Deno.writeFile(
      groupRatios,
      new Uint8Array(parquetWriteBuffer({
        columnData: [
          { name: "group_id", data: ["g"], type: "STRING" },
          { name: "sponsorship_ratio", data: [Math.fround(0.07)], type: "FLOAT" },
        ],
      })),
    );
    const { instance } = await readDrop({ ...files, groupRatios });
    assertEquals([...instance.ratio], [0.07]);
    assertEquals([...groupRules(instance, defaultPolicy).sponsored.least], [7]);
  });
});

Deno.test("binary ids are their text without the NULs that fill them up; other types are refused", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\na,5,false\n",
      groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      elig: "user_id,contract_address,score\nab,a,0.5\nZoë,a,0.5\n",
    });
    const userGroups = `${folder}/users.parquet`;
    const write = (data: unknown[], element: Partial<SchemaElement>) =>
      Deno.writeFileSync(
        userGroups,
        new Uint8Array(parquetWriteBuffer({
          columnData: [{ name: "user_id", data }, { name: "group_id", data: data.map(() => "g") }],
          schema: [
            { name: "root", num_children: 2 },
            { name: "user_id", repetition_type: "REQUIRED", ...element },
            { name: "group_id", type: "BYTE_ARRAY", converted_type: "UTF8" },
          ],
        })),
      );
    const fixed = (...texts: string[]) =>
      texts.map((text) => {
        const bytes = new Uint8Array(4);
        bytes.set(new TextEncoder().encode(text));
        return bytes;
      });
    const type: Partial<SchemaElement> = { type: "FIXED_LEN_BYTE_ARRAY", type_length: 4 };
    write(fixed("ab", "Zoë"), type);
    const { instance } = await readDrop({ ...files, userGroups });
    assertEquals(instance.users.toArray(), ["Zoë", "ab"]);

    const refused: [unknown[], Partial<SchemaElement>][] = [
      [[...fixed("ab"), Uint8Array.of(0x5a, 0x6f, 0xeb, 0)], type],
      [[1.5, 2.5], { type: "DOUBLE" }],
      [[true, false], { type: "BOOLEAN" }],
    ];
    for (const [data, element] of refused) {
      write(data, element);
      const error = await assertRejects(() => readDrop({ ...files, userGroups }), InputError);
      assert(error.message.startsWith(`${userGroups}:`), error.message);
      assert(error.message.includes("user_id"), error.message);
      assert(!error.message.includes("\n"), error.message);
    }
  });
});
