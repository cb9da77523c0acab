/** What the engine reads from tables is what the local solver reads from files made of them. */
import { pairsComeAgain } from "../../../lib/allocator/drop/pairs/repeated_pairs.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { onClickHouse } from "../../support/database.ts";
import { type EngineDrop, putDrop } from "../../support/engine_drop.ts";
import { judge } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { type ClickHouseTestServer, serverTest, startClickHouse } from "../../support/servers.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";
import { solveHere } from "../../support/local_solution.ts";

const policy = { ...defaultPolicy, model: "coverage" as const };

/** Scores with many digits, so that narrow types cut them. */
function instanceOf(seed: number): Instance {
  return randomInstance({
    seed,
    users: 300,
    contracts: 12,
    groups: 4,
    ratios: [0.2, 0.5],
    capShare: 0.4,
    scoreStep: 1 / 999_983,
  });
}

/** The drop as files of the server's CSV give it. */
function filesOf(
  port: number,
  { caps, groupRatios, eligTable, userGroupsTable }: EngineDrop,
  duplicates: "first" | "largest" = "first",
): Promise<Instance> {
  const table = (columns: string, name: string) =>
    onClickHouse(port, `SELECT ${columns} FROM ${name} FORMAT CSVWithNames`);
  return withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\n" +
        caps.contracts.map((id, c) => `${id},${caps.cap[c]},${caps.sponsored[c]}\n`).join(""),
      groupRatios: "group_id,sponsorship_ratio\n" +
        groupRatios.groups.map((id, g) => `${id},${groupRatios.ratio[g]}\n`).join(""),
      elig: await table("user_id, contract_address, score", eligTable),
      userGroups: await table("user_id, group_id", userGroupsTable),
    });
    return (await readDrop(files, { duplicates })).instance;
  });
}

/** Makes a table of the pairs with scores of another type; returns the drop that reads it. */
async function withScores(port: number, drop: EngineDrop, type: string): Promise<EngineDrop> {
  const eligTable = `${drop.eligTable}_narrow`;
  await onClickHouse(
    port,
    `DROP TABLE IF EXISTS ${eligTable};
CREATE TABLE ${eligTable} (user_id String, contract_address String, score ${type}) ENGINE = Memory;
INSERT INTO ${eligTable} SELECT user_id, contract_address, toFloat32(score * if(cityHash64(user_id) % 9 = 0, 1e-9, 1)) FROM ${drop.eligTable}`,
  );
  return { ...drop, eligTable };
}

/** The engine's result of scores of a narrow type is right by files of the same table. */
async function narrow(port: number, drop: EngineDrop, type: string) {
  const table = await withScores(port, drop, type);
  const result = await allocateInClickHouse({ ...table, outTable: "narrow_out", policy });
  const files = await filesOf(port, table);
  assert(files.score.some((s) => s !== Math.fround(s)), "the type cuts digits");
  await judge(files, policy, port, "narrow_out", result);
  const local = await solveHere(files, policy);
  assert(local.objective <= result.bound + 1e-9 && result.objective <= local.bound! + 1e-9);
}

serverTest(["clickhouse"], "Float32 scores count as the text that files have", async () => {
  await using one = await startClickHouse(1);
  const drop = await putDrop(one.servers, "drop", instanceOf(31));
  for (const type of ["Float32", "Nullable(Float32)"]) {
    await narrow(one.servers[0].port, drop, type);
  }
});

chdbTest("Float32 scores on the current ClickHouse", async () => {
  await using chdb = await startChdb();
  const drop = await putDrop([asServer(chdb.port)], "drop", instanceOf(32));
  await narrow(chdb.port, drop, "Float32");
});

function asServer(port: number): ClickHouseTestServer {
  const never = () => Promise.reject(new Error("chdb lives and dies with its test"));
  return { port, tcpPort: 0, kill: never, restart: never };
}

serverTest(["clickhouse"], "repeated pairs: one rule for tables and files", async () => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers;
  const drop = await putDrop(one.servers, "drop", instanceOf(33));
  await onClickHouse(
    port,
    "INSERT INTO drop_elig SELECT user_id, contract_address, score + (cityHash64(user_id, contract_address) % 3 - 1.0) / 8 FROM drop_elig",
  );
  const result = await allocateInClickHouse({ ...drop, outTable: "out", policy });
  assert(result.gathered.conflicts > 100);
  const files = await filesOf(port, drop, "largest");
  await judge(files, policy, port, "out", result);
  assert(files.score.some((s, i) => s !== instanceOf(33).score[i]));
  await assertRejects(
    () => allocateInClickHouse({ ...drop, outTable: "out", policy }, { duplicates: "error" }),
    InputError,
    `table drop_elig: ${pairsComeAgain(result.gathered.duplicates)}, expected each once`,
  );
});

serverTest(["clickhouse"], "ids with blanks around them are those of files", async () => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers;
  const drop = await putDrop(one.servers, "drop", instanceOf(34));
  // Floats and lists are no ids anywhere; the first would make one id of two.
  for (const [type, values] of [["Float64", "(1, 'g1')"], ["Array(UInt8)", "([1], 'g1')"]]) {
    await onClickHouse(
      port,
      `DROP TABLE IF EXISTS no_ids;
CREATE TABLE no_ids (user_id ${type}, group_id String) ENGINE = Memory;
INSERT INTO no_ids VALUES ${values}`,
    );
    await assertRejects(
      () => allocateInClickHouse({ ...drop, userGroupsTable: "no_ids", outTable: "never", policy }),
      InputError,
      `table no_ids: user_id is of type ${type}, expected text, integers, dates, timestamps or UUIDs`,
    );
  }
  const clean = await allocateInClickHouse({ ...drop, outTable: "clean", policy });
  await onClickHouse(
    port,
    String
      .raw`CREATE TABLE padded_elig (user_id String, contract_address Nullable(String), score Float64) ENGINE = Memory;
CREATE TABLE padded_groups (user_id String, group_id String) ENGINE = Memory;
INSERT INTO padded_elig SELECT if(cityHash64(user_id) % 3 = 0, concat(' ', user_id, '\t'), user_id),
  if(cityHash64(user_id, contract_address) % 4 = 0, concat('\xC2\xA0', contract_address, '\xE3\x80\x80'), contract_address), score FROM drop_elig;
INSERT INTO padded_groups SELECT concat(user_id, if(cityHash64(user_id) % 5 = 0, '\n', '')), concat(if(cityHash64(user_id) % 7 = 0, '  ', ''), group_id) FROM drop_groups`,
  );
  const padded = { ...drop, eligTable: "padded_elig", userGroupsTable: "padded_groups" };
  const result = await allocateInClickHouse({ ...padded, outTable: "out", policy });
  assertEquals([result.users, result.pairs.unknownContracts], [clean.users, 0]);
  assertEquals(result.objective, clean.objective);
  await judge(await filesOf(port, padded), policy, port, "out", result);
});
