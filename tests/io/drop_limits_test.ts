/** A drop read with limits: the further columns that they name, in whatever form the inputs are, and every fault in one line. */
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import type { BasicType } from "../../lib/deps/hyparquet_writer.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { nameOfRow } from "../../lib/allocator/drop/instance/limits.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { withFolder, writeFiles } from "../support/temp_folder.ts";
import { parquetBytes } from "../support/parquet_bytes.ts";

const FILES = {
  caps: "contract_address,cap_face,is_sponsored,brand_id,cost,budget_left\n" +
    "s1,5,true,b1,2,10\ns2,5,true,b2,3,5\nt1,0,false,b1,0,7\ns1,5,true,b1,9,99\n",
  elig: "user_id,contract_address,score,weight,kind\n" +
    "u1,s1,1,2,new\nu1,t1,1,3,old\nu2,s1,1, 1.5 ,new\nu2,s2,1,1,\nu3,zz,1,x,\nu1,s1,1,7,old\n",
  userGroups: "user_id,group_id,city,nick\nu2,g2, oslo ,\nu1,g1,rome,\nu3,g2,,\nu1,g1,paris,\n",
  groupRatios: "group_id,sponsorship_ratio,region\ng2,0.5,N\ng1,1,S\ng1,1,W\n",
  limits: "limit,per,counts,at_most,at_least,share_of,price,city,is_sponsored,kind,region\n" +
    "brands,brand_id+group_id,,1,,,,,,,\n" +
    "budgets,contract_address,weight,budget_left,,,,rome|oslo,Yes,,\n" +
    "new,,,,1,,2,,,new,\n" +
    "cost,,cost,3.5,,,,,,,N|S\n",
};

/** Rows of a drop's limits as people would write them: name, values, and what each pair adds. */
function told({ limits, contract, users, start, contracts }: Instance): string[] {
  const { families, rows } = limits!;
  const lines = Array.from(rows.family, (f, r) => {
    const sign = rows.sense[r] > 0 ? "≤" : "≥";
    return `${families[f].limit}[${nameOfRow(limits!, r)}] ${sign} ${Math.abs(rows.amount[r])}:`;
  });
  for (let u = 0; u < users.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      const i = rows.item[p];
      for (let e = rows.start[i]; e < rows.start[i + 1]; e++) {
        const times = Math.abs(rows.coefficient[e]);
        lines[rows.row[e]] += ` ${times}·${users.at(u)}:${contracts[contract[p]]}`;
      }
    }
  }
  return lines;
}

const TOLD = [
  "brands[brand_id=b1, group_id=g1] ≤ 1: 1·u1:s1 1·u1:t1",
  "brands[brand_id=b1, group_id=g2] ≤ 1: 1·u2:s1",
  "brands[brand_id=b2, group_id=g2] ≤ 1: 1·u2:s2",
  "budgets[contract_address=s1] ≤ 10: 2·u1:s1 1.5·u2:s1",
  "budgets[contract_address=s2] ≤ 5: 1·u2:s2",
  "new[] ≥ 1: 1·u1:s1 1·u2:s1",
  "cost[] ≤ 3.5: 2·u1:s1 2·u2:s1 3·u2:s2",
];

Deno.test("limits name columns of all four tables; the first row about anything counts", async () => {
  await withFolder(async (folder) => {
    const { instance } = await readDrop(await writeFiles(folder, FILES));
    assertEquals(told(instance), TOLD);
    // What no limit names is not kept.
    const { caps, user_groups, group_ratios, elig, eligNumbers } = instance.limits!.attributes;
    const kept = [caps, user_groups, group_ratios, elig, eligNumbers].map((c) => [...c.keys()]);
    assertEquals(kept, [["budget_left", "cost"], ["city"], ["region"], ["kind"], ["weight"]]);
  });
});

Deno.test("a drop without limits has none, whatever columns there are", async () => {
  await withFolder(async (folder) => {
    const { limits: _, ...files } = await writeFiles(folder, FILES);
    assertEquals((await readDrop(files)).instance.limits, undefined);
    const empty = `${folder}/empty.csv`;
    await Deno.writeTextFile(empty, "limit,at_most\n");
    assertEquals((await readDrop({ ...files, limits: empty })).instance.limits, undefined);
  });
});

const PARQUET = {
  caps: parquetBytes({
    contract_address: ["STRING", ["s1", "s2", "t1"]],
    cap_face: ["INT32", [5, 5, 0]],
    is_sponsored: ["BOOLEAN", [true, true, false]],
    brand_id: ["STRING", ["b1", "b2", "b1"]],
    cost: ["DOUBLE", [2, 3, 0]],
    budget_left: ["FLOAT", [10, 5, 7]],
  }),
  elig: parquetBytes({
    user_id: ["STRING", ["u1", "u1", "u2", "u2", "u3", "u1"]],
    contract_address: ["STRING", ["s1", "t1", "s1", "s2", "zz", "s1"]],
    score: ["DOUBLE", [1, 1, 1, 1, 1, 1]],
    weight: ["FLOAT", [2, 3, 1.5, 1, NaN, 7]],
    kind: ["STRING", ["new", "old", "new", null, null, "old"]],
  }),
  userGroups: parquetBytes({
    user_id: ["STRING", ["u2", "u1", "u3"]],
    group_id: ["STRING", ["g2", "g1", "g2"]],
    city: ["STRING", ["oslo", "rome", null]],
  }),
  groupRatios: parquetBytes({
    group_id: ["STRING", ["g2", "g1"]],
    sponsorship_ratio: ["DOUBLE", [0.5, 1]],
    region: ["STRING", ["N", "S"]],
  }),
  limits: parquetBytes({
    limit: ["STRING", ["brands", "budgets", "new", "cost"]],
    per: ["STRING", ["brand_id+group_id", "contract_address", null, ""]],
    counts: ["STRING", [null, "weight", null, "cost"]],
    at_most: ["STRING", ["1", "budget_left", null, "3.5"]],
    at_least: ["DOUBLE", [null, null, 1, null]],
    price: ["DOUBLE", [null, null, 2, null]],
    city: ["STRING", [null, "rome|oslo", null, null]],
    is_sponsored: ["BOOLEAN", [null, true, null, null]],
    kind: ["STRING", [null, null, "new", null]],
    region: ["STRING", [null, null, null, "N|S"]],
  }),
};

Deno.test("Parquet, in any of the inputs, says the same", async () => {
  await withFolder(async (folder) => {
    const csv = await writeFiles(folder, FILES);
    const other = await writeFiles(folder, PARQUET, ".parquet");
    assertEquals(told((await readDrop(other)).instance), TOLD);
    for (const name of Object.keys(csv) as (keyof typeof csv)[]) {
      const { instance } = await readDrop({ ...csv, [name]: other[name] });
      assertEquals(told(instance), TOLD, name);
    }
  });
});

Deno.test("numbers and truth values in Parquet are selected by their shortest text", async () => {
  await withFolder(async (folder) => {
    const csv = await writeFiles(folder, {
      ...FILES,
      limits: "limit,at_most,tier,vip\nx,1,0.1|2,false\n",
    });
    const userGroups = `${folder}/users.parquet`;
    await Deno.writeFile(
      userGroups,
      parquetBytes({
        user_id: ["STRING", ["u1", "u2", "u3"]],
        group_id: ["STRING", ["g1", "g2", "g2"]],
        tier: ["FLOAT", [0.1, 2, 3]],
        vip: ["BOOLEAN", [false, true, null]],
      }),
    );
    const { instance } = await readDrop({ ...csv, userGroups });
    assertEquals(told(instance), ["x[] ≤ 1: 1·u1:s1 1·u1:t1"]);
  });
});

Deno.test("several files of pairs, their columns in any order, and any number of threads", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, FILES);
    const [header, ...rows] = FILES.elig.trimEnd().split("\n");
    const parts = `${folder}/parts`;
    await Deno.mkdir(parts);
    const first = [header, ...rows.slice(0, 3)].join("\n");
    await Deno.writeTextFile(`${parts}/a.csv`, first);
    const turned = [header, ...rows.slice(3)].map((line) => line.split(",").reverse().join(","));
    await Deno.writeTextFile(`${parts}/b.csv`, `${turned.join("\n")}\n`);
    for (const workers of [1, 3]) {
      const { instance } = await readDrop({ ...files, elig: parts }, { workers });
      assertEquals(told(instance), TOLD);
    }
    // A column that stands in one of the files only.
    await Deno.writeTextFile(`${parts}/b.csv`, "user_id,contract_address,score\nu2,s2,1\n");
    await assertRejects(
      () => readDrop({ ...files, elig: parts }),
      InputError,
      "b.csv:1: missing columns kind, weight",
    );
  });
});

Deno.test("a column that the names of folders give is one to select by", async () => {
  await withFolder(async (folder) => {
    const limits = "limit,at_most,kind,city\nold,3,old,rome\n";
    const files = await writeFiles(folder, { ...FILES, limits });
    for (const kind of ["new", "old"]) {
      await Deno.mkdir(`${folder}/elig/kind=${kind}`, { recursive: true });
      const rows = FILES.elig.trimEnd().split("\n").filter((row) => row.endsWith(kind))
        .map((row) => row.split(",").slice(0, 3).join(","));
      const text = ["user_id,contract_address,score", ...rows].join("\n");
      await Deno.writeTextFile(`${folder}/elig/kind=${kind}/part.csv`, text);
    }
    const { instance } = await readDrop({ ...files, elig: `${folder}/elig` });
    assertEquals(told(instance), ["old[] ≤ 3: 1·u1:t1"]);
    assertEquals((await readDrop({ ...files, elig: `${folder}/elig` })).instance.score.length, 3);
  });
});

Deno.test("rows in any order give the same rows of limits, but for repeated ones", async () => {
  await withFolder(async (folder) => {
    const random = seededRandom(7);
    const distinct = { ...FILES, elig: FILES.elig.replace("u1,s1,1,7,old\n", "") };
    for (let round = 0; round < 5; round++) {
      const mixed = Object.fromEntries(
        Object.entries(distinct).map(([name, text]) => {
          if (name === "limits" || name === "caps") return [name, text];
          const [header, ...rows] = text.trimEnd().split("\n");
          // A stable first row of each id, as the first counts.
          const order = rows.filter((row) => !/paris|g1,1,W/.test(row))
            .map((row) => [random.next(), row] as const).sort(([a], [b]) => a - b)
            .map(([, row]) => row);
          return [name, [header, ...order].join("\n")];
        }),
      ) as typeof FILES;
      assertEquals(told((await readDrop(await writeFiles(folder, mixed))).instance), TOLD);
    }
  });
});

Deno.test("a list of limits in memory and in a document means the same as the file", async () => {
  await withFolder(async (folder) => {
    const { limits: _, ...files } = await writeFiles(folder, FILES);
    const inMemory = await readDrop({
      ...files,
      limits: [
        { limit: "brands", per: "brand_id+group_id", atMost: 1 },
        {
          limit: "budgets",
          per: ["contract_address"],
          counts: "weight",
          atMost: "budget_left",
          where: { city: ["rome", "oslo"], is_sponsored: true },
        },
        { limit: "new", atLeast: 1, price: 2, where: { kind: "new" } },
        { limit: "cost", counts: "cost", atMost: 3.5, where: { region: ["N", "S"] } },
      ],
    });
    assertEquals(told(inMemory.instance), TOLD);
    const records = [
      // Programs write null where a field is blank.
      { limit: "brands", per: "brand_id+group_id", at_most: 1, at_least: null, price: null },
      {
        limit: "budgets",
        per: ["contract_address"],
        counts: "weight",
        at_most: "budget_left",
        city: ["rome", "oslo"],
        is_sponsored: "yes",
      },
      { limit: "new", at_least: 1, price: 2, kind: "new" },
      { limit: "cost", counts: "cost", at_most: 3.5, region: ["N", "S"] },
    ];
    const file = "divvy.json";
    assertEquals(
      told((await readDrop({ ...files, limits: { records: records as never, file } })).instance),
      TOLD,
    );
    const wrong: readonly (readonly [unknown, string])[] = [
      [
        { limit: "a", at_most: 1, citi: "x" },
        'there is no column "citi" in caps, user_groups, group_ratios or elig (did you mean city?)',
      ],
      [{ at_most: 1 }, "limit is missing, expected a name"],
      [{ limit: 3, at_most: 1 }, 'limit is "3", expected a name'],
      [
        { limit: "a", at_most: -1 },
        'at_most is "-1", expected a number of at least 0, or a column',
      ],
      [
        { limit: "a", at_most: 1, price: "2" },
        'price is "2", expected a finite number of at least 0, or nothing',
      ],
      [
        { limit: "a", at_most: 1, per: [3] },
        'per is "[3]", expected columns joined with +, or a list of them',
      ],
      [
        { limit: "a", at_most: 1, city: { is: "rome" } },
        'city is "{\\"is\\":\\"rome\\"}", expected a value of that column, or a list of them',
      ],
    ];
    for (const [record, message] of wrong) {
      const limits = { records: [record as never], file };
      const error = await assertRejects(() => readDrop({ ...files, limits }), InputError);
      assertEquals(error.message, `divvy.json: limits[0]: ${message}`);
    }
  });
});

Deno.test("a blank to select means pairs without a value, in JSON as in the library", async () => {
  await withFolder(async (folder) => {
    const { limits: _, ...tables } = FILES;
    const files = await writeFiles(folder, tables);
    for (const kind of ["", ["old", ""]]) {
      const records = [{ limit: "a", at_most: 1, kind }];
      const { instance } = await readDrop({ ...files, limits: { records, file: "divvy.json" } });
      const old = kind === "" ? "" : " 1·u1:t1";
      assertEquals(told(instance), [`a[] ≤ 1:${old} 1·u2:s2`]);
    }
  });
});

Deno.test("a drop from files and one from memory have the same limits", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      ...FILES,
      limits: "limit,per,counts,at_most,city\nw,brand_id,weight,4,rome|oslo\n",
    });
    const memory = Drop.from({
      users: [
        { id: "u1", group: "g1", attributes: { city: "rome" } },
        { id: "u2", group: "g2", attributes: { city: "oslo" } },
      ],
      contracts: [
        { id: "s1", cap: 5, sponsored: true, brand: "b1" },
        { id: "s2", cap: 5, sponsored: true, brand: "b2" },
        { id: "t1", cap: 5, sponsored: false, brand: "b1" },
      ],
      groups: [{ id: "g1", ratio: 1 }, { id: "g2", ratio: 0.5 }],
      pairs: [
        { user: "u1", contract: "s1", score: 1, attributes: { weight: 2 } },
        { user: "u1", contract: "t1", score: 1, attributes: { weight: 3 } },
        { user: "u2", contract: "s1", score: 1, attributes: { weight: 1.5 } },
        { user: "u2", contract: "s2", score: 1, attributes: { weight: 1 } },
      ],
      limits: [{
        limit: "w",
        per: "brand_id",
        counts: "weight",
        atMost: 4,
        where: { city: ["rome", "oslo"] },
      }],
    });
    assertEquals(told((await readDrop(files)).instance), told(memory.instance));
  });
});

/** Limits that can't be, and the end of the one line that says so; the file's folder aside. */
const FAULTS: readonly (readonly [string, string])[] = [
  [
    "limit,at_most,citi\na,1,\n",
    'limits.csv:1: there is no column "citi" in caps, user_groups, group_ratios or elig (did you mean city?)',
  ],
  [
    "limit,at_mst\na,5\n",
    'limits.csv:1: missing column at_most or at_least (the header has "limit", "at_mst") (did you mean at_most?)',
  ],
  [
    "name,at_most\na,5\n",
    'limits.csv:1: missing column limit (the header has "name", "at_most")',
  ],
  ["limit,at_most,at_most\na,1,2\n", "limits.csv:1: the header has at_most twice"],
  [
    "limit,at_most,city\na,1,rome\nb,1,milan\n",
    'limits.csv:3: city is "milan", expected a value that user_groups has there for an eligible pair, such as "oslo", "rome"',
  ],
  [
    "limit,at_most,nick\na,1,milan\n",
    'limits.csv:2: nick is "milan", expected a value that user_groups has there for an eligible pair (all are blank)',
  ],
  [
    "limit,at_most,at_least\na,,\n",
    "limits.csv:2: at_most is missing, expected a number or a column, here or in at_least",
  ],
  [
    "limit,at_most\na,-1\n",
    'limits.csv:2: at_most is "-1", expected a number of at least 0, or a column',
  ],
  [
    "limit,at_most,share_of\na,1.5,offers\n",
    'limits.csv:2: at_most is "1.5", expected a share from 0 to 1, or a column',
  ],
  [
    "limit,at_most,at_least\na,1,2\n",
    'limits.csv:2: at_least is "2", expected at most at_most, 1',
  ],
  [
    "limit,per,at_most,at_least\na,contract_address,budget_left,8\n",
    'limits.csv:2: at_least is "8", expected at most at_most, 7, for contract_address "t1"',
  ],
  [
    "limit,at_most,price\na,1,x\n",
    'limits.csv:2: price is "x", expected a finite number of at least 0, or nothing',
  ],
  [
    "limit,at_most,price\na,1,-2\n",
    'limits.csv:2: price is "-2", expected a finite number of at least 0, or nothing',
  ],
  [
    "limit,per,at_most\na,contract_adress,1\n",
    'limits.csv:2: per is "contract_adress", expected a column that there is (did you mean contract_address?)',
  ],
  [
    "limit,counts,at_most\na,wieght,1\n",
    'limits.csv:2: counts is "wieght", expected a column that there is (did you mean weight?)',
  ],
  [
    "limit,per,at_most\na,contract_address,budget_lft\n",
    'limits.csv:2: at_most is "budget_lft", expected a column that there is (did you mean budget_left?)',
  ],
  ["limit,at_most\n,1\n", 'limits.csv:2: limit is "", expected a name'],
  [
    "limit,at_most\na,1\na,2\n",
    'limits.csv:3: limit is "a", expected a name that no other limit has',
  ],
  [
    "limit,at_most,share_of\na,1,users\n",
    'limits.csv:2: share_of is "users", expected "offers", or nothing',
  ],
  [
    "limit,at_most,share_of\na,0.5,offers\n",
    'limits.csv:2: share_of is "offers", expected a selector beside it, of a column that is not in per: without one all offers count, of themselves',
  ],
  [
    "limit,per,at_least,share_of,city\na,city,0.5,offers,rome\n",
    'limits.csv:2: share_of is "offers", expected a selector beside it, of a column that is not in per: without one all offers count, of themselves',
  ],
  [
    "limit,at_most,share_of\na,5,users\n",
    'limits.csv:2: share_of is "users", expected "offers", or nothing',
  ],
  [
    "limit,at_most\na,1e400\n",
    'limits.csv:2: at_most is "1e400", expected a number of at least 0, or a column',
  ],
  [
    "limit,at_most,per\na,1,brand_id+\n",
    'limits.csv:2: per is "brand_id+", expected columns joined with +, each once',
  ],
  [
    "limit,at_most,per\na,1,city + city\n",
    'limits.csv:2: per is "city+city", expected columns joined with +, each once',
  ],
  [
    "limit,at_most,per\na,1,foo\n",
    'limits.csv:2: per is "foo", expected a column of caps, user_groups, group_ratios or elig',
  ],
  [
    "limit,at_most,counts\na,1,city\n",
    'limits.csv:2: counts is "city", expected "offers", or a column of numbers in caps or elig, not user_groups',
  ],
  [
    "limit,at_most,counts\na,1,kind\n",
    'elig.csv:2: kind is "new", expected a finite number of at least 0, as a limit counts it',
  ],
  [
    "limit,at_most,per\na,foo,contract_address\n",
    'limits.csv:2: at_most is "foo", expected a number, or a column of the table that has contract_address',
  ],
  ...["", "contract_address"].map((per): [string, string] => [
    `limit,per,at_most\na,${per},50%\n`,
    'limits.csv:2: at_most is "50%", expected a number; a share is 0.5 here, with offers as share_of',
  ]),
  [
    "limit,at_most,is_sponsored\na,1,maybe\n",
    'limits.csv:2: is_sponsored is "maybe", expected true/false, t/f, yes/no, y/n or 1/0',
  ],
  [
    "limit,at_most,city\na,1,rome||oslo\n",
    'limits.csv:2: city is "rome||oslo", expected values with | between them, none of them blank',
  ],
  ["limit,at_most,city\na,1\n", "limits.csv:2: the row has 2 fields, expected 3"],
  ["", "limits.csv: the file is empty, expected columns limit"],
];

Deno.test("every fault of a limits file is one line that names file, line, column and value", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, FILES);
    for (const [text, message] of FAULTS) {
      await Deno.writeTextFile(files.limits, text);
      const error = await assertRejects(() => readDrop(files), InputError, undefined, text);
      assertEquals(error.message.replace(`${folder}/`, ""), message);
    }
  });
});

Deno.test("counted numbers that are none are refused by file and line, in CSV and Parquet", async () => {
  await withFolder(async (folder) => {
    const limits = "limit,counts,at_most\na,weight,4\n";
    const elig = FILES.elig.replace("u2,s2,1,1,", "u2,s2,1,-1,");
    const files = await writeFiles(folder, { ...FILES, limits, elig });
    const expected = "expected a finite number of at least 0, as a limit counts it";
    await assertRejects(
      () => readDrop(files),
      InputError,
      `elig.csv:5: weight is "-1", ${expected}`,
    );
    const parts = await writeFiles(folder, {
      elig: parquetBytes({
        user_id: ["STRING", ["u1", "u2"]],
        contract_address: ["STRING", ["s1", "s2"]],
        score: ["DOUBLE", [1, 1]],
        weight: ["DOUBLE", [2, null]],
      }),
    }, ".parquet");
    await assertRejects(
      () => readDrop({ ...files, ...parts }),
      InputError,
      `elig.parquet:2: weight is missing, ${expected}`,
    );
    // No number either is what a programming language would take for one.
    for (const text of ["x", "0x10", "0b11", "1_000", ""]) {
      const caps = FILES.caps.replace("b2,3,5", `b2,${text},5`);
      const counted = { ...FILES, caps, limits: "limit,counts,at_most\na,cost,4\n" };
      const taken = { ...counted, limits: "limit,per,at_most\na,contract_address,cost\n" };
      for (const [files, column] of [[counted, "counts"], [taken, "at_most"]] as const) {
        await assertRejects(
          async () => readDrop(await writeFiles(folder, files)),
          InputError,
          `limits.csv:2: ${column} is "cost", expected a column of numbers of at least 0; ` +
            `caps has "${text}" for "s2"`,
        );
      }
    }
  });
});

Deno.test("a column that stands in two tables is refused, unless it is the drop's own", async () => {
  await withFolder(async (folder) => {
    const elig = FILES.elig.split("\n")
      .map((row, i) => row === "" ? "" : row + (i === 0 ? ",city,brand_id" : ",x,y")).join("\n");
    const limits = "limit,at_most,brand_id\na,1,b1\n";
    const files = await writeFiles(folder, { ...FILES, elig, limits });
    assertEquals(told((await readDrop(files)).instance), ["a[] ≤ 1: 1·u1:s1 1·u1:t1 1·u2:s1"]);
    await Deno.writeTextFile(files.limits, "limit,at_most,city\na,1,rome\n");
    await assertRejects(
      () => readDrop(files),
      InputError,
      'limits.csv:2: city is "city", expected a column of one table: it stands in user_groups and elig',
    );
  });
});

Deno.test({
  name: "pairs that can't be read again are refused where a limit needs that, and only there",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withFolder(async (folder) => {
      const files = await writeFiles(folder, FILES);
      const pipe = `${folder}/pipe`;
      const made = await new Deno.Command("mkfifo", { args: [pipe] }).output();
      assert(made.success);
      const write = () => Deno.writeTextFile(pipe, FILES.elig);
      const elig = pipe;
      const [error] = await Promise.all([
        assertRejects(() => readDrop({ ...files, elig }), InputError),
        write(),
      ]);
      assert(
        /pipe: it can't be read twice.*kind, weight|weight, kind/.test(error.message),
        error.message,
      );
      await Deno.writeTextFile(files.limits, "limit,per,at_most,city\na,brand_id,1,rome\n");
      const [drop] = await Promise.all([readDrop({ ...files, elig }), write()]);
      assertEquals(told(drop.instance), ["a[brand_id=b1] ≤ 1: 1·u1:s1 1·u1:t1"]);
    });
  },
});

Deno.test("in_previous without previous offers names what would give them", async () => {
  await withFolder(async (folder) => {
    for (
      const limits of [
        "limit,at_most,in_previous\na,1,false\n",
        "limit,at_most,per\na,1,in_previous\n",
      ]
    ) {
      const files = await writeFiles(folder, { ...FILES, limits });
      await assertRejects(
        () => readDrop(files),
        InputError,
        "expected previous offers to compare with (previous)",
      );
    }
  });
});

Deno.test("limits that are no list and no file are a usage error", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, FILES);
    await assertRejects(
      () => readDrop({ ...files, limits: 3 as unknown as string }),
      UsageError,
      "limits is 3, expected a file, folder, glob, - or address, or a list of limits",
    );
  });
});

Deno.test("limits and the columns that they name in another dialect: encoding, separator, decimals, names", async () => {
  await withFolder(async (folder) => {
    const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
    const theirs = (text: string) =>
      latin1(
        text.replaceAll(",", ";").replaceAll(".", ",").replaceAll("brand_id", "Marke")
          .replaceAll("user_id", "K\u00e4ufer").replaceAll("oslo", "\u00f8slo"),
      );
    const plain = await writeFiles(folder, FILES);
    const files = Object.fromEntries(
      Object.keys(FILES).map((name) => [name, `${folder}/their_${name}.csv`]),
    ) as typeof plain;
    for (const [name, text] of Object.entries(FILES)) {
      await Deno.writeFile(files[name as keyof typeof files], theirs(text));
    }
    const columns = { brand_id: "Marke", user_id: "K\u00e4ufer" };
    const drop = await readDrop(files, { encoding: "latin1", decimal: ",", columns });
    assertEquals(told(drop.instance), TOLD);
    assertEquals(drop.input.read_as?.length, 5);
    const error = await assertRejects(
      () => readDrop(files, { encoding: "latin1", columns }),
      InputError,
    );
    assert(error.message.endsWith('(decimal: "," reads decimal commas)'), error.message);
    const large = await assertRejects(
      () => readDrop(plain, { limits: { table: 100 } }),
      InputError,
    );
    assert(large.message.includes("limits"), large.message);
    assert(
      large.message.endsWith(
        "the table is larger than 100 bytes, the limit (limits.table raises it)",
      ),
    );
  });
});

Deno.test("of repeated pairs the row whose score counts gives the columns, in files and in memory", async () => {
  await withFolder(async (folder) => {
    const elig =
      "user_id,contract_address,score,weight\nu1,s1,1,2\nu2,s1,1,5\nu1,s1,3,7\nu1,s1,3,8\n";
    const files = await writeFiles(folder, {
      ...FILES,
      elig,
      limits: "limit,counts,at_most\nweight,weight,9\n",
    });
    const columns = {
      user_id: ["BYTE_ARRAY", ["u1", "u2", "u1", "u1"]],
      contract_address: ["BYTE_ARRAY", ["s1", "s1", "s1", "s1"]],
      score: ["DOUBLE", [1, 1, 3, 3]],
      weight: ["DOUBLE", [2, 5, 7, 8]],
    } as unknown as Record<string, [BasicType, unknown[]]>;
    await Deno.writeFile(`${folder}/elig.parquet`, parquetBytes(columns));
    const rows = elig.trim().split("\n").slice(1).map((row) => row.split(","));
    for (const [duplicates, weight] of [["first", 2], ["largest", 7]] as const) {
      const expected = [`weight[] ≤ 9: ${weight}·u1:s1 5·u2:s1`];
      assertEquals(told((await readDrop(files, { duplicates })).instance), expected);
      const other = { ...files, elig: `${folder}/elig.parquet` };
      assertEquals(told((await readDrop(other, { duplicates })).instance), expected);
      const drop = Drop.from({
        contracts: [{ id: "s1", cap: 5, sponsored: true }],
        groups: [{ id: "g1", ratio: 0 }],
        users: [{ id: "u1", group: "g1" }, { id: "u2", group: "g1" }],
        pairs: rows.map(([user, contract, score, weight]) => ({
          user,
          contract,
          score: Number(score),
          attributes: { weight: Number(weight) },
        })),
        limits: [{ limit: "weight", counts: "weight", atMost: 9 }],
      }, { duplicates });
      assertEquals(told(drop.instance), expected);
    }
    await assertRejects(() => readDrop(files, { duplicates: "error" }), InputError, "come again");
  });
});

Deno.test("a pair that a pin made has blanks in the columns of pairs; a number to count it lacks", async () => {
  await withFolder(async (folder) => {
    const files = {
      ...await writeFiles(folder, {
        ...FILES,
        limits: "limit,per,at_most,kind\nkinds,kind,1,\nnew,,1,new\nregions,region,2,\n",
      }),
      pins: `${folder}/pins.csv`,
    };
    await Deno.writeTextFile(files.pins, "user_id,contract_address,score\nu1,s2,0.5\n");
    const { instance } = await readDrop(files, { pinsCreate: true });
    assertEquals(told(instance), [
      "kinds[kind=new] ≤ 1: 1·u1:s1 1·u2:s1",
      "kinds[kind=old] ≤ 1: 1·u1:t1",
      "new[] ≤ 1: 1·u1:s1 1·u2:s1",
      "regions[region=N] ≤ 2: 1·u2:s1 1·u2:s2",
      "regions[region=S] ≤ 2: 1·u1:s1 1·u1:s2 1·u1:t1",
    ]);
    await Deno.writeTextFile(files.limits!, "limit,counts,at_most\nweight,weight,9\n");
    const error = await assertRejects(() => readDrop(files, { pinsCreate: true }), InputError);
    assertEquals(
      error.message.replaceAll(`${folder}/`, ""),
      "pins.csv:2: the pinned pair of u1 and s2 has no weight, which a limit counts, expected a row in elig.csv",
    );
  });
});

Deno.test("JSON Lines of limits have no header: a fault of its columns is the file's, that of a limit is on its line", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, FILES), limits = `${folder}/limits.jsonl`;
    const faults: readonly (readonly [string, number | undefined, string])[] = [
      [
        '{"limit":"a","at_most":1,"citi":"x"}',
        undefined,
        'limits.jsonl: there is no column "citi" in caps',
      ],
      ['{"limit":"a","atmost":1}', undefined, "limits.jsonl: missing column at_most or at_least"],
      [
        '{"limit":"a","at_most":1}\n{"limit":"b","at_most":1,"city":"oslo","region":"S"}',
        2,
        'limits.jsonl:2: no eligible pair counts toward limit "b"',
      ],
    ];
    for (const [text, line, message] of faults) {
      await Deno.writeTextFile(limits, `${text}\n`);
      const error = await assertRejects(() => readDrop({ ...files, limits }), InputError, message);
      assertEquals(error.line, line);
    }
  });
});
