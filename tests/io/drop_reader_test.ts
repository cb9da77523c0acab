import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import type { Drop } from "../../lib/allocator/drop/drop.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { generateDrop } from "../../lib/generate/generate.ts";
import { readDrop, type ReadOptions } from "../../lib/io/drop_reader.ts";
import { withFolder, writeFiles } from "../support/temp_folder.ts";

const TINY = {
  caps:
    "contract_address,cap_face,is_sponsored\ns2,5,true\nt1,0,false\ns1,2.5,Yes\ns3,0,1\nt1,3,no\n",
  elig: "user_id,contract_address,score\n" +
    "u2,t1,0.5\nu1,s1,0.25\nu2,s1,1\nu1,s1,0.75\nu1,s2,0\nu9,s1,1\nu1,zz,1\nu1,s3,1\nu2,t1,0.5\n",
  userGroups: "user_id,group_id\nu1,g1\nu2,g2\nu3,g2\nu2,g1\n",
  groupRatios: "group_id,sponsorship_ratio\ng2,0.5\ng1,1\ng3,0\ng1,1\n",
};

Deno.test("a tiny drop, read into canonical columns with every count", async () => {
  await withFolder(async (folder) => {
    const { instance, input } = await readDrop(await writeFiles(folder, TINY));
    assertEquals(instance.users.toArray(), ["u1", "u2"]);
    assertEquals(instance.contracts, ["s1", "s2", "t1"]);
    assertEquals(instance.sponsoredContracts, 2);
    assertEquals([...instance.cap], [2, 5, 10_000]);
    assertEquals(instance.groups, ["g1", "g2"]);
    assertEquals([...instance.ratio], [1, 0.5]);
    assertEquals([...instance.groupSize], [1, 1]);
    assertEquals([...instance.group], [0, 1]);
    assertEquals([...instance.start], [0, 2, 4]);
    assertEquals([...instance.middle], [2, 3]);
    assertEquals([...instance.contract], [0, 1, 0, 2]);
    assertEquals([...instance.score], [0.25, 0, 1, 0.5]);
    assertEquals(input, {
      caps: {
        rows: 5,
        blank_rows: 0,
        contracts: 3,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 1,
        fractional_caps: 1,
        sponsored_without_cap: 1,
        unsponsored_default_cap: 1,
      },
      elig: {
        rows: 9,
        blank_rows: 0,
        pairs: 4,
        users: 2,
        duplicate_pairs: 2,
        conflicting_duplicate_pairs: 1,
        pairs_without_group: 1,
        users_without_group: 1,
        pairs_with_unknown_contract: 1,
        unknown_contracts: 1,
        pairs_without_cap: 1,
        pairs_below_min_score: 0,
        pairs_beyond_top_n: 0,
      },
      user_groups: {
        rows: 4,
        blank_rows: 0,
        users: 3,
        users_without_pairs: 1,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 1,
      },
      group_ratios: {
        rows: 4,
        blank_rows: 0,
        groups: 3,
        groups_without_users: 1,
        default_ratio_groups: 0,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 0,
      },
    });
  });
});

/** Reads TINY with some files changed. */
function readTiny(changes: Partial<typeof TINY>, options: ReadOptions = {}): Promise<Drop> {
  return withFolder(async (folder) =>
    readDrop(await writeFiles(folder, { ...TINY, ...changes }), options)
  );
}

/** What makes two drops the same: columns and counts. */
function plain({ instance, input }: Drop) {
  return { ...instance, users: instance.users.toArray(), input };
}

/** The message of the error that reading throws, without the folder. */
async function messageOf(
  changes: Partial<typeof TINY>,
  options: ReadOptions = {},
): Promise<string> {
  const error = await assertRejects(() => readTiny(changes, options), InputError);
  assert(!error.message.includes("\n"));
  return error.message.replaceAll(/[^ ("]*[/\\](?=\w+\.csv)/g, "");
}

Deno.test("BOM, CRLF, quotes, blanks, free column order and extra columns change nothing", async () => {
  const awkward = {
    caps:
      '\ufeff is_sponsored ,note,contract_address,cap_face\r\nT,x, s2 ,5\r\nN,,t1,0\r\nF,"a,b\nc",s1,2.5\r\n',
    elig:
      '"score", extra ,user_id,contract_address\n 0.5 ,,"u2",t1\n\n2.5e-1,"x ""y""",\tu1,"s1"\n1e0,,u2,s1\n \n',
    userGroups: '\ufeffgroup_id,user_id\r\n"g1",u1\r\ng2,"u2"\r\n\r\n\r\n',
    groupRatios: "sponsorship_ratio,group_id,note\n.5,g2,\n1.,g1,x",
  };
  const easy = {
    caps: "contract_address,cap_face,is_sponsored\ns2,5,true\nt1,0,false\ns1,2.5,false\n",
    elig: "user_id,contract_address,score\nu2,t1,0.5\nu1,s1,0.25\nu2,s1,1\n",
    userGroups: "user_id,group_id\nu1,g1\nu2,g2\n",
    groupRatios: "group_id,sponsorship_ratio\ng2,0.5\ng1,1\n",
  };
  assertEquals(plain(await readTiny(awkward)), plain(await readTiny(easy)));
});

Deno.test("ids are opaque: NA, null, 001 and 1 are four users, and case counts", async () => {
  const users = ["NA", "null", "001", "1", "n/a", "Null", "é", "🙂"];
  const { instance } = await readTiny({
    elig: ["user_id,contract_address,score", ...users.map((u) => `${u},s1,1`)].join("\n"),
    userGroups: ["user_id,group_id", ...users.map((u) => ` ${u} ,g1`)].join("\n"),
  });
  assertEquals(instance.users.toArray(), ["001", "1", "NA", "Null", "n/a", "null", "é", "🙂"]);
});

Deno.test("is_sponsored takes its words in any case", async () => {
  const words = ["true", "T", "Yes", "y", "1", "FALSE", "f", "No", "N", "0"];
  const rows = words.map((word, i) => `c${i},1,${word}`);
  const { instance } = await readTiny({
    caps: ["contract_address,cap_face,is_sponsored", ...rows, "s1,1,t"].join("\n"),
  });
  assertEquals(instance.sponsoredContracts, 6);
});

Deno.test("the order of rows changes nothing", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({
      dir: folder,
      users: 150,
      contracts: 30,
      groups: 9,
      pairs: 8,
    });
    // Repeated pairs with another score depend on which comes first, so each row is taken once.
    const rows = async (path: string) => {
      const [header, ...lines] = (await Deno.readTextFile(path)).trimEnd().split("\n");
      const firsts = new Map(lines.reverse().map((l) => [l.split(",").slice(0, 2).join(), l]));
      return { header, lines: [...firsts.values()] };
    };
    const write = async (path: string, order: (lines: string[]) => string[]) => {
      const { header, lines } = await rows(path);
      await Deno.writeTextFile(path, [header, ...order(lines)].join("\n"));
    };
    for (const path of Object.values(files)) await write(path, (lines) => lines.sort());
    const sorted = plain(await readDrop(files));
    const random = seededRandom(3);
    for (let round = 0; round < 5; round++) {
      for (const path of Object.values(files)) {
        await write(path, (lines) => {
          const keys = new Map(lines.map((line) => [line, random.next()]));
          return lines.sort((a, b) => keys.get(a)! - keys.get(b)!);
        });
      }
      assertEquals(plain(await readDrop(files)), sorted);
    }
  });
});

Deno.test("--min-score, --top-n, --default-ratio and --unsponsored-cap", async () => {
  const { instance, input } = await readTiny(
    { groupRatios: "group_id,sponsorship_ratio\ng1,1\n" },
    {
      minScore: 0.25,
      topN: 1,
      defaultRatio: 0.125,
      unsponsoredCap: 7,
    },
  );
  assertEquals([...instance.score], [0.25, 1]);
  assertEquals([...instance.cap], [2, 5, 7]);
  assertEquals([...instance.ratio], [1, 0.125]);
  assertEquals(input.elig.pairs_below_min_score, 1);
  assertEquals(input.elig.pairs_beyond_top_n, 1);
  assertEquals(input.group_ratios.default_ratio_groups, 1);
});

Deno.test("groups without a ratio are named, up to five", async () => {
  const groups = ["a", "b", "c", "d", "e", "f", "g"];
  const changes = {
    elig: ["user_id,contract_address,score", ...groups.map((g) => `u${g},s1,1`)].join("\n"),
    userGroups: ["user_id,group_id", ...groups.map((g) => `u${g},${g}`)].join("\n"),
  };
  assertEquals(
    await messageOf(changes),
    'groupRatios.csv: 7 groups have eligible users and no sponsorship_ratio: "a", "b", "c", "d", "e" ' +
      "and 2 more (defaultRatio fills it in)",
  );
});

Deno.test("where no pair is left the error says why, with a sample of each", async () => {
  const elig = (...rows: string[]) => ["user_id,contract_address,score", ...rows].join("\n");
  const cases: [Partial<typeof TINY>, ReadOptions, string][] = [
    [{ elig: elig() }, {}, "it has no rows"],
    [
      { elig: elig("u1,S1,1", "u2,T1,1") },
      {},
      'of 2 rows 2 have a contract_address that is not in caps.csv (elig.csv has "S1", caps.csv "s1": they differ only by case)',
    ],
    [
      { elig: elig("u1,zz,1") },
      {},
      'of 1 row 1 has a contract_address that is not in caps.csv (elig.csv has for example "zz", caps.csv "s2")',
    ],
    [
      { elig: elig("U1,s1,1", "u1,s3,1", "u1,q,0") },
      {},
      'of 3 rows 1 has a contract_address that is not in caps.csv (elig.csv has for example "q", caps.csv "s2"), ' +
      '1 has a user_id that is not in userGroups.csv (elig.csv has "U1", userGroups.csv "u1": they differ only by case), ' +
      "1 has a contract without capacity",
    ],
    [{ elig: elig("u1,s1,0.5") }, { minScore: 0.75 }, "of 1 row 1 has a score below 0.75"],
    [
      { elig: elig("u1,s1,0.5"), userGroups: "user_id,group_id\n" },
      {},
      "of 1 row 1 has a user_id that is not in userGroups.csv (userGroups.csv has no rows)",
    ],
  ];
  for (const [changes, options, why] of cases) {
    assertEquals(await messageOf(changes, options), `elig.csv: no pair is left: ${why}`);
  }
});

Deno.test("sources that are not there, empty folders and standard input named twice", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, TINY);
    await Deno.mkdir(`${folder}/empty`);
    const messages: [string, string][] = [
      [`${folder}/none.csv`, `${folder}/none.csv: no such file`],
      [`${folder}/none-*.csv`, `${folder}/none-*.csv: no file matches`],
      [`${folder}/empty`, `${folder}/empty: the folder has no files`],
    ];
    for (const [elig, message] of messages) {
      const error = await assertRejects(() => readDrop({ ...files, elig }), InputError);
      assertEquals(error.message, message);
    }
    await assertRejects(() => readDrop({ ...files, elig: "-", caps: "-" }), UsageError);
    await assertRejects(() => readDrop(files, { topN: 0 }), UsageError);
    await assertRejects(() => readDrop(files, { defaultRatio: 1.5 }), UsageError);
    await assertRejects(() => readDrop(files, { unsponsoredCap: -1 }), UsageError);
  });
});

Deno.test("a fault in a shard names the shard and its line", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, TINY);
    await Deno.mkdir(`${folder}/elig`);
    await Deno.writeTextFile(`${folder}/elig/1.csv`, TINY.elig);
    await Deno.writeTextFile(
      `${folder}/elig/2.csv`,
      "score,user_id,contract_address\n1,u1,s1\nx,u1,s1\n",
    );
    const error = await assertRejects(
      () => readDrop({ ...files, elig: `${folder}/elig` }),
      InputError,
    );
    assertEquals(error.message, `${folder}/elig/2.csv:3: score is "x", expected a finite number`);
    assertEquals(error.line, 3);
  });
});
