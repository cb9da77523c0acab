/** History, pins and bans from files: CSV and Parquet alike, any order of rows, any number of workers, faults by line. */
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { parquetWriteBuffer } from "../../lib/deps/hyparquet_writer.ts";
import type { Drop } from "../../lib/allocator/drop/drop.ts";
import { type DropSources, readDrop, type ReadOptions } from "../../lib/io/drop_reader.ts";
import { TempFolder } from "../support/cli.ts";

const FILES = {
  "caps.csv":
    "contract_address,cap_face,is_sponsored,brand_id\nt,9,true,leaf\nm,9,true,leaf\nc,9,false,\n",
  "elig.csv":
    "user_id,contract_address,score\nann,t,0.9\nann,m,0.8\nann,c,0.7\nbob,t,0.6\nbob,c,0.5\ncleo,m,0.4\n",
  "ug.csv": "user_id,group_id\nann,n\nbob,n\ncleo,s\n",
  "gr.csv": "group_id,sponsorship_ratio\nn,0\ns,0\n",
  "history.csv": "user_id,contract_address,offered_at,outcome,score,brand_id\n" +
    "ann,t,2025-08-14,redeemed,0.5,\n" +
    ",,,,,\n" +
    " bob , c ,2025-08-01T10:00:00Z,Declined,0.25,\n" +
    "cleo,old,2025-08-13 09:00:00,,0.75,leaf\n" +
    "zed,t,2025-08-13,,1,\n",
  "bans.csv": "group_id,brand_id\ns,\n",
  "pins.csv": "user_id,contract_address\nbob,t\nbob,t\n",
};

function folderOf(more: Record<string, string> = {}): TempFolder {
  const folder = new TempFolder();
  folder.writeAll({ ...FILES, ...more });
  return folder;
}

function sources(folder: TempFolder, more: Partial<DropSources> = {}): DropSources {
  const at = (name: string) => `${folder.path}/${name}`;
  return {
    caps: at("caps.csv"),
    elig: at("elig.csv"),
    userGroups: at("ug.csv"),
    groupRatios: at("gr.csv"),
    ...Object.fromEntries(
      Object.entries(more).map(([name, file]) => [
        name,
        Array.isArray(file) ? file.map(at) : at(file as string),
      ]),
    ),
  };
}

const RULES: ReadOptions = {
  asOf: "2025-08-21",
  cooldown: ["contract=8d,brand=2w"],
  declineFactor: 0.5,
  rotate: 1,
};

function shownPairs({ instance }: Drop): string[] {
  const { users, contracts, start, contract, score } = instance;
  return Array.from({ length: users.length }, (_, u) =>
    Array.from(
      { length: start[u + 1] - start[u] },
      (_, i) =>
        `${users.at(u)} ${contracts[contract[start[u] + i]]} ${score[start[u] + i].toFixed(6)}`,
    )).flat();
}

Deno.test("rotation without dates: each file is a drop, four of them halve what it counts, be there ever so many", async () => {
  // Ann got something in the latest drop, bob eight drops before, cleo nothing.
  const weeks = Array.from({ length: 61 }, (_, i) => `week${i}.csv`);
  const row = (i: number) => i === 60 ? "ann,t" : i === 52 ? "bob,t" : "zed,t";
  await using folder = folderOf(
    Object.fromEntries(weeks.map((name, i) => [name, `user_id,contract_address\n${row(i)}\n`])),
  );
  const mean = (1 + 0.25) / 3, bob = 1 + (1 - 0.25 / mean);
  for (const asOf of [undefined, "2025-08-21"]) {
    for (const minScore of [undefined, 0.45]) {
      const drop = await readDrop(sources(folder, { history: weeks }), {
        rotate: 1,
        ...(asOf === undefined ? {} : { asOf }),
        ...(minScore === undefined ? {} : { minScore }),
      });
      assertEquals(shownPairs(drop), [
        "ann m 0.800000",
        "ann t 0.900000",
        "ann c 0.700000",
        `bob t ${(0.6 * bob).toFixed(6)}`,
        `bob c ${(0.5 * bob).toFixed(6)}`,
        ...(minScore === undefined ? ["cleo m 0.800000"] : []),
      ]);
    }
  }
});

Deno.test("history from CSV: trimmed, in any case, with times; its rules are kept and its rows counted", async () => {
  await using folder = folderOf();
  const drop = await readDrop(sources(folder, { history: ["history.csv"] }), RULES);
  // Cleo had a contract of m's brand that this drop does not have; ann has no other option of the brand.
  assertEquals(shownPairs(drop).map((pair) => pair.split(" ").slice(0, 2).join(" ")), [
    "ann c",
    "bob t",
    "bob c",
  ]);
  const { history } = drop.input;
  assertEquals(history, {
    rows: 4,
    blank_rows: 1,
    drops: 3,
    rows_after_as_of: 0,
    rows_too_long_ago: 0,
    rows_of_other_users: 1,
    rows_of_other_contracts: 1,
    declined_rows: 1,
    pairs_cooling_by_contract: 1,
    pairs_cooling_by_brand: 2,
    pairs_declined: 1,
  });
});

Deno.test("history with other names of columns is the same history", async () => {
  await using folder = folderOf({
    "renamed.csv": FILES["history.csv"].replace("offered_at,outcome", "Sent,Result"),
  });
  const plain = await readDrop(sources(folder, { history: ["history.csv"] }), RULES);
  const renamed = await readDrop(sources(folder, { history: ["renamed.csv"] }), {
    ...RULES,
    columns: { offered_at: "Sent", outcome: "Result" },
  });
  assertEquals(renamed.input.history, plain.input.history);
  assertEquals(shownPairs(renamed), shownPairs(plain));
});

Deno.test("history as Parquet, in two files or in another order gives the same drop", async () => {
  await using folder = folderOf();
  const plain = await readDrop(sources(folder, { history: ["history.csv"] }), RULES);
  const [header, ...rows] = FILES["history.csv"].trim().split("\n");
  const cells = rows.filter((row) => row !== ",,,,,").map((row) => row.split(","));
  const column = (i: number) => cells.map((row) => row[i].trim());
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "user_id", data: column(0), type: "STRING" },
      { name: "contract_address", data: column(1), type: "STRING" },
      {
        name: "offered_at",
        data: column(2).map((text) => new Date(text.slice(0, 10))),
        type: "TIMESTAMP",
      },
      { name: "outcome", data: column(3).map((text) => text || null), type: "STRING" },
      { name: "score", data: column(4).map(Number), type: "DOUBLE" },
      { name: "brand_id", data: column(5).map((text) => text || null), type: "STRING" },
    ],
  });
  Deno.writeFileSync(`${folder.path}/history.parquet`, new Uint8Array(buffer));
  folder.write("turned.csv", [header, ...rows.toReversed()].join("\n"));
  folder.write("one.csv", [header, ...rows.slice(0, 2)].join("\n"));
  folder.write("two.csv", [header, ...rows.slice(2)].join("\n"));
  for (const history of [["history.parquet"], ["turned.csv"], ["one.csv", "two.csv"]]) {
    const drop = await readDrop(sources(folder, { history }), RULES);
    assertEquals(shownPairs(drop), shownPairs(plain), history.join());
    assertEquals(
      { ...drop.input.history, blank_rows: 1 },
      { ...plain.input.history },
    );
  }
});

Deno.test("a history without dates: each file is a drop", async () => {
  await using folder = folderOf({
    "1.csv": "user_id,contract_address\nann,t\n",
    "2.csv": "user_id,contract_address\nann,m\nbob,c\n",
  });
  const history = ["1.csv", "2.csv"];
  const last = await readDrop(sources(folder, { history }), { cooldown: "contract=1drop" });
  assertEquals(shownPairs(last).length, 4);
  const both = await readDrop(sources(folder, { history }), { cooldown: "contract=2drops" });
  assertEquals(shownPairs(both).length, 3);
});

Deno.test("bans and pins from files, read with any number of workers", async () => {
  await using folder = folderOf();
  const more = { bans: "bans.csv", pins: "pins.csv", history: ["history.csv"] };
  const options: ReadOptions = { ...RULES, cooldown: "contract=8d" };
  const one = await readDrop(sources(folder, more), { ...options, workers: 1 });
  const two = await readDrop(sources(folder, more), { ...options, workers: 2 });
  assertEquals(shownPairs(two), shownPairs(one));
  assertEquals(one.input.bans, { rows: 1, blank_rows: 0, rows_of_others: 0, pairs: 1 });
  assertEquals(one.input.pins, {
    rows: 2,
    blank_rows: 0,
    pairs: 1,
    duplicate_rows: 1,
    created: 0,
  });
  assert(one.instance.pins !== undefined);
});

Deno.test("bans as Parquet, under other names of columns", async () => {
  await using folder = folderOf();
  const columnData = [
    { name: "Customer", data: ["ann"], type: "STRING" as const },
    { name: "contract", data: ["t"], type: "STRING" as const },
  ];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
  Deno.writeFileSync(`${folder.path}/bans.parquet`, bytes);
  const drop = await readDrop(sources(folder, { bans: "bans.parquet" }), {
    columns: { user_id: "Customer", contract_address: "contract" },
  });
  assertEquals(drop.input.bans!.pairs, 1);
});

Deno.test("faults name file, line, column and value", async () => {
  const header = "user_id,contract_address,offered_at,outcome\n";
  const faults: [Record<string, string>, Partial<DropSources>, string][] = [
    [
      { "x.csv": `${header}ann,t,14.8.25,\n` },
      { history: ["x.csv"] },
      'x.csv:2: offered_at is "14.8.25"',
    ],
    [{ "x.csv": `${header}ann,t,2025-08-14,lost\n` }, { history: ["x.csv"] }, 'outcome is "lost"'],
    [{ "x.csv": `${header},t,2025-08-14,\n` }, { history: ["x.csv"] }, 'x.csv:2: user_id is ""'],
    [
      { "x.csv": "user_id,contract_address\nann,t\n" },
      { history: ["history.csv", "x.csv"] },
      "x.csv: it has no offered_at, which cooldown contract=8d needs",
    ],
    [{ "x.csv": "user,contract\nann,t\n" }, { bans: "x.csv" }, "none of the columns user_id"],
    // Read past, these would ban ann from everything, and take no decline and no cooldown for one.
    [
      { "x.csv": "contract_adress,user_id\nt,ann\n" },
      { bans: "x.csv" },
      'x.csv: the header has "contract_adress", expected contract_address',
    ],
    [{ "x.csv": "contract,user_id\nt,ann\n" }, { bans: "x.csv" }, 'the header has "contract"'],
    [
      { "x.csv": "contract_addr,user_id\nt,ann\n" },
      { bans: "x.csv" },
      'the header has "contract_addr"',
    ],
    // Other words around a column's name, or in one of its own, make another column.
    [{ "x.csv": "created_by_user_id,contract_address,react\n1,t,\n,,\n" }, { bans: "x.csv" }, ""],
    [{ "x.csv": "act,user_id\n1,ann\n,\n" }, { bans: "x.csv" }, ""],
    [
      { "x.csv": "user_id,contract_address,offered_at,outcom\nann,t,2025-08-14,declined\n" },
      { history: ["x.csv"] },
      'x.csv: the header has "outcom", expected outcome',
    ],
    [
      { "x.csv": "user_id,contract_address,scores\nann,t,1\n" },
      { pins: "x.csv" },
      'x.csv: the header has "scores", expected score',
    ],
    // A shop: a short name is another word by one letter.
    [
      { "x.csv": "user_id,contract_address,store\n,t,North\n" },
      { pins: "x.csv" },
      "x.csv:2: user_id",
    ],
    [{ "x.csv": "user_id,group_id\nann,n\n,\n \n" }, { bans: "x.csv" }, ""],
    [
      { "x.csv": "user_id,contract_address\nann,\n" },
      { pins: "x.csv" },
      "x.csv:2: contract_address",
    ],
    [
      { "x.csv": "user_id,contract_address,score\nann,t,high\n" },
      { pins: "x.csv" },
      'x.csv:2: score is "high"',
    ],
  ];
  for (const [files, more, message] of faults) {
    await using folder = folderOf(files);
    const options = more.history === undefined ? {} : RULES;
    const reading = readDrop(sources(folder, more), options);
    if (message === "") assertEquals((await reading).input.bans!.blank_rows, 1);
    else await assertRejects(() => reading, InputError, message);
  }
  await using folder = folderOf();
  await assertRejects(
    () => readDrop(sources(folder), { declineFactor: 0.5 }),
    UsageError,
    "declineFactor needs history",
  );
  // Readers stop by a signal only.
  await assertRejects(
    () => readDrop(sources(folder), { timeout: 5 } as ReadOptions),
    UsageError,
    'readDrop has no option "timeout"',
  );
});
