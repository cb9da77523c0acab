/**
 * `--engine clickhouse`.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { ClickHouseError } from "../../../deps/clickhouse.ts";
import { type ClickHouseLogin, clickhouseLogin } from "../../../sources/credentials.ts";
import { sourceError } from "../../../sources/source_error.ts";
import { parseSourceUrl, shownName } from "../../../sources/source_url.ts";
import type { OptionValues } from "../../frame/command.ts";
import type { EngineCommand } from "./engine.ts";

/** Options of this engine. */
interface Values {
  url: string;
  shardUrl?: string[];
  eligTable: string;
  userGroupsTable: string;
  outTable: string;
}

/** The engine in a ClickHouse server or cluster. */
export const CLICKHOUSE: EngineCommand = {
  name: "clickhouse",
  where: "in a ClickHouse cluster",
  example: {
    title: "Inside the ClickHouse cluster that holds the pairs",
    line: "divvy allocate --engine clickhouse --url clickhouse://drops@ch:8123/shop \\\n" +
      "      --elig-table elig --user-groups-table user_groups --out-table assigned \\\n" +
      "      --caps caps.csv --group-ratios group_ratios.csv --resume run.json",
  },
  own: [
    { flags: "--url <url>", note: "its server: clickhouse://user@host:8123/database" },
    {
      flags: "--shard-url <url>",
      note: "a shard's server, in the order of shards (repeatable)",
      isRepeated: true,
    },
    {
      flags: "--elig-table <table>",
      note: "in place of --elig; may be Distributed by user_id",
    },
    { flags: "--user-groups-table <table>", note: "in place of --user-groups" },
    { flags: "--out-table <table>", note: "in place of --out; replaced whole" },
  ],
  needed: ["url", "eligTable", "userGroupsTable", "outTable"],
  understood: [],
  alternates: {
    isFile: false,
    fault: (name, { outTable }) =>
      name === outTable ? "is the table of --out-table, expected another" : null,
  },
  reads: [],
  writes: [],
  async prepare(options: Values & OptionValues) {
    const { url, shardUrl, eligTable, userGroupsTable, outTable } = options;
    // Loaded where it is used, as all of these are.
    const { dryRun } = await import("../../../engine/clickhouse/dry_run.ts");
    const { allocateInClickHouse } = await import("../../../engine/clickhouse/open_drop.ts");
    const server = await serverOf(url);
    const shardServers = await Promise.all((shardUrl ?? []).map(serverOf));
    const places = { server, shardServers, eligTable, userGroupsTable, outTable };
    return {
      out: outTable,
      dryRun: (tables, limits) => dryRun({ ...places, ...tables }, limits),
      run: (tables, limits) => allocateInClickHouse({ ...places, ...tables }, limits),
      explained(error, stands) {
        // An error of a shard names the shard's address.
        const at = error instanceof ClickHouseError ? error.at : "";
        const own = at === "" || at === `${server.host}:${server.port}`;
        const shown = sourceError(own ? shownName(url) : `clickhouse://${at}`, server, error);
        if (shown !== error) shown.message += ` (${stands})`;
        return shown;
      },
    };
  },
};

async function serverOf(url: string): Promise<ClickHouseLogin> {
  const address = parseSourceUrl(url);
  if (address.kind !== "clickhouse" || address.queryFile !== null || address.table !== null) {
    throw new UsageError(
      `${address.name} is not a server's address, expected clickhouse://user@host:8123/database`,
    );
  }
  return await clickhouseLogin(address);
}
