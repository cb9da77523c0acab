/** Random drops in ClickHouse tables, on one server or on the shards of a cluster. */
import { assemble } from "../../lib/allocator/drop/assemble.ts";
import { buildDirectory } from "../../lib/allocator/drop/instance/directory.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
} from "../../lib/allocator/drop/instance/table_columns.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { noRows, PairRows } from "../../lib/allocator/drop/pairs/pair_rows.ts";
import type { ClickHouseServer } from "../../lib/deps/clickhouse.ts";
import { sqlString } from "../../lib/engine/clickhouse/literal.ts";
import { clickhouseAt, onClickHouse } from "./database.ts";
import type { ClickHouseTestServer } from "./servers.ts";

/** Where a drop was put. */
export interface EngineDrop {
  readonly server: ClickHouseServer;
  readonly shardServers: ClickHouseServer[];
  readonly eligTable: string;
  readonly userGroupsTable: string;
  readonly caps: CapsColumns;
  readonly groupRatios: GroupRatioColumns;
}

/** The caps and ratios of an instance as tables have them. */
export function tablesOf(
  instance: Instance,
): { caps: CapsColumns; groupRatios: GroupRatioColumns } {
  return {
    caps: {
      contracts: instance.contracts,
      sponsored: Uint8Array.from(
        instance.contracts,
        (_, c) => c < instance.sponsoredContracts ? 1 : 0,
      ),
      cap: instance.cap,
      brands: instance.brand && Array.from(instance.brand, (b) => instance.brands[b]),
    },
    groupRatios: { groups: instance.groups, ratio: instance.ratio },
  };
}

/** Puts an instance into tables `NAME_elig` and `NAME_groups`; on several servers they are Distributed by user_id. */
export async function putDrop(
  servers: readonly ClickHouseTestServer[],
  name: string,
  instance: Instance,
): Promise<EngineDrop> {
  const pairs: string[][] = servers.map(() => []), groups: string[][] = servers.map(() => []);
  const users = instance.users.toArray();
  users.forEach((id, u) => {
    const shard = u % servers.length;
    groups[shard].push(`${id}\t${instance.groups[instance.group[u]]}\n`);
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      pairs[shard].push(
        `${id}\t${instance.contracts[instance.contract[p]]}\t${instance.score[p]}\n`,
      );
    }
  });
  const split = servers.length > 1;
  const local = split ? "_local" : "";
  const columns = {
    elig: "user_id String, contract_address String, score Float64",
    groups: "user_id String, group_id String",
  };
  for (const [i, { port }] of servers.entries()) {
    for (const [kind, rows] of [["elig", pairs[i]], ["groups", groups[i]]] as const) {
      const table = `${name}_${kind}`;
      await createTable(port, table, local, columns[kind]);
      if (rows.length > 0) {
        await onClickHouse(
          port,
          `INSERT INTO ${table}${local} FORMAT TabSeparated\n${rows.join("")}`,
        );
      }
    }
  }
  return { ...tablesAt(servers, name), ...tablesOf(instance) };
}

/** The instance with each user's best pairs only, by the code that files are read with. */
export function bestPairs(instance: Instance, topN: number, minScore: number): Instance {
  const { caps, groupRatios } = tablesOf(instance);
  const users = instance.group.length;
  const directory = buildDirectory(
    caps,
    {
      userIds: instance.users,
      groupIds: instance.groups,
      user: Uint32Array.from({ length: users }, (_, u) => u),
      group: instance.group,
    },
    groupRatios,
    0,
  );
  const { start, contract, score } = instance, rows = new PairRows(instance.contracts.length);
  for (let u = 0; u < users; u++) rows.pushRun(u, contract, score, start[u], start[u + 1]);
  return assemble(directory, rows.chunks, noRows(), { topN, minScore }).instance;
}

/** Copies of a drop's tables on one server whose columns may be NULL: one row of the groups is, and nothing else. */
export async function putNullable(port: number, drop: EngineDrop): Promise<EngineDrop> {
  const { eligTable, userGroupsTable } = drop;
  const text = "Nullable(String)";
  await onClickHouse(
    port,
    `CREATE TABLE ${eligTable}_n (user_id ${text}, contract_address ${text}, score Nullable(Float64)) ENGINE = Memory;
CREATE TABLE ${userGroupsTable}_n (user_id ${text}, group_id ${text}) ENGINE = Memory;
INSERT INTO ${eligTable}_n SELECT user_id, contract_address, score FROM ${eligTable};
INSERT INTO ${userGroupsTable}_n SELECT user_id, group_id FROM ${userGroupsTable};
INSERT INTO ${userGroupsTable}_n VALUES (NULL, NULL)`,
  );
  return { ...drop, eligTable: `${eligTable}_n`, userGroupsTable: `${userGroupsTable}_n` };
}

/** Puts files with further columns into tables `NAME_elig` and `NAME_groups` of one server or of the shards of a cluster. */
export async function putLimited(
  servers: readonly ClickHouseTestServer[],
  name: string,
  { elig, userGroups }: { elig: string; userGroups: string },
) {
  const split = servers.length > 1, local = split ? "_local" : "";
  for (const [kind, path] of [["elig", elig], ["groups", userGroups]] as const) {
    const [head, ...lines] = (await Deno.readTextFile(path)).trimEnd().split("\n");
    const names = head.split(","), user = names.indexOf("user_id");
    const types = names.map((column) =>
      `${column} ${column === "score" ? "Float64" : column === "weight" ? "UInt8" : "String"}`
    );
    const table = `${name}_${kind}`;
    for (const [i, { port }] of servers.entries()) {
      await createTable(port, table, local, types.join(", "));
      const own = lines.filter((line) =>
        Number(line.split(",")[user].slice(1)) % servers.length === i
      );
      await onClickHouse(port, `INSERT INTO ${table}${local} FORMAT CSV\n${own.join("\n")}\n`);
    }
  }
  return tablesAt(servers, name);
}

/** Where the tables `NAME_elig` and `NAME_groups` are. */
function tablesAt(servers: readonly ClickHouseTestServer[], name: string) {
  return {
    server: clickhouseAt(servers[0].port),
    shardServers: servers.length > 1 ? servers.map(({ port }) => clickhouseAt(port)) : [],
    eligTable: `${name}_elig`,
    userGroupsTable: `${name}_groups`,
  };
}

/** Makes a table of a server: `local` is what the name of its own part ends with where all servers have one, else "". */
async function createTable(port: number, table: string, local: string, columns: string) {
  await onClickHouse(
    port,
    `CREATE TABLE ${table}${local} (${columns}) ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id`,
  );
  if (local === "") return;
  await onClickHouse(
    port,
    `CREATE TABLE ${table} AS ${table}${local} ENGINE = Distributed(divvy, default, ${
      sqlString(table + local)
    }, cityHash64(user_id))`,
  );
}
