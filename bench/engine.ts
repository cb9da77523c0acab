/**
 * The engine beside the local solver, on tables of a ClickHouse server.
 *
 * deno run -A bench/engine.ts URL DROP_DIR            a drop of `divvy generate`: engine and local solver, both models
 * deno run -A bench/engine.ts URL DROP_DIR policies   the same under other policies
 * deno run -A bench/engine.ts URL USERS               made inside the server, about 28 pairs a user: the engine alone
 */
import { solveOptimal } from "../lib/allocator/optimal/optimal.ts";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import {
  allocateInClickHouse,
  type ClickHouseInput as EngineInput,
} from "../lib/engine/clickhouse/open_drop.ts";
import { rowsOf, runToEnd } from "../lib/engine/clickhouse/shards.ts";
import { readCaps } from "../lib/io/tables/caps_table.ts";
import { readDrop } from "../lib/io/drop_reader.ts";
import { readGroupRatios } from "../lib/io/tables/group_ratios_table.ts";
import { clickhouseLogin } from "../lib/sources/credentials.ts";
import { parseSourceUrl } from "../lib/sources/source_url.ts";
import { dropFiles } from "./divvy_run.ts";

const [url, what, which] = Deno.args;

const MODELS: Record<string, Partial<Policy>> = {
  coverage: { model: "coverage" },
  uniform: { model: "uniform" },
};
const mixing: Partial<Policy> = { mixTail: true, maxMixedShare: 0.1 };
const POLICIES: Record<string, Partial<Policy>> = {
  "assignment ratio": { enforceAssignmentRatio: true },
  "mixing, 10 %": mixing,
  "both": { ...mixing, enforceAssignmentRatio: true },
  "one per brand": { maxPerBrand: 1 },
};
const server = await clickhouseLogin(parseSourceUrl(url));
const tables = { eligTable: "bench_elig", userGroupsTable: "bench_groups", outTable: "bench_out" };

async function makeTables(userType: string): Promise<void> {
  const order = "ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id";
  for (const table of [tables.eligTable, tables.userGroupsTable]) {
    await runToEnd(server, `DROP TABLE IF EXISTS ${table}`);
  }
  await runToEnd(
    server,
    `CREATE TABLE bench_elig (user_id ${userType}, contract_address String, score Float64) ${order}`,
  );
  await runToEnd(
    server,
    `CREATE TABLE bench_groups (user_id ${userType}, group_id String) ${order}`,
  );
}

async function engine(input: Omit<EngineInput, "policy">, name: string, change: Partial<Policy>) {
  let peak = 0;
  const timer = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 50);
  const begun = performance.now();
  const policy = { ...defaultPolicy, ...change };
  const result = await allocateInClickHouse({ ...input, policy }, {
    onProgress: ({ phase, detail }) => {
      peak = Math.max(peak, Deno.memoryUsage().rss);
      if (detail !== undefined) {
        console.error(((performance.now() - begun) / 1000).toFixed(1), phase, detail);
      }
    },
  });
  clearInterval(timer);
  const seconds = (performance.now() - begun) / 1000;
  const { gap, objective, bound, passes, rounds, gathered } = result;
  console.log(JSON.stringify({
    by: "engine",
    policy: name,
    users: gathered.users,
    pairs: gathered.pairs,
    seconds,
    gap,
    objective,
    bound,
    passes,
    rounds,
    steps: result.seconds,
    peak_rss_mb: Math.round(peak / 1e6),
  }));
}

if (/^\d+$/.test(what)) {
  const users = Number(what);
  await makeTables("UInt64");
  const group = "toUInt32(floor(150 * pow((cityHash64(number, 11) % 1000000) / 1000000, 2.2)))";
  await runToEnd(
    server,
    `INSERT INTO bench_groups SELECT number, concat('g', toString(${group})) FROM numbers(${users})`,
  );
  // A fifth of 110 contracts for all groups, the others for a third of them; skewed scores, 15 % of them zero.
  const score =
    "round(pow((cityHash64(u, c, 5) % 1000000) / 1000000, 3) * (0.3 + 0.7 * (cityHash64(c) % 1000) / 1000), 6)";
  const begun = performance.now();
  await runToEnd(
    server,
    `INSERT INTO bench_elig SELECT u, concat('c', toString(c)), if(h % 100 < 15, 0.0, ${score})
FROM (SELECT u, g, c, cityHash64(u, c) AS h FROM (SELECT number AS u, ${group} AS g FROM numbers(${users}))
ARRAY JOIN range(110) AS c)
WHERE (c % 5 = 0 OR cityHash64(g, c) % 3 = 0) AND h % 100 < 55`,
  );
  console.error(`made in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const ids = (await rowsOf(server, "SELECT DISTINCT group_id FROM bench_groups")).map(([id]) =>
    id
  );
  const contracts = Array.from({ length: 110 }, (_, c) => `c${c}`);
  const input = {
    server,
    shardServers: [],
    ...tables,
    caps: {
      contracts,
      sponsored: Uint8Array.from(contracts, (_, c) => c % 2),
      // About four fifths of what users could hold, spread unevenly.
      cap: Float64Array.from(
        contracts,
        (_, c) => Math.round((users * 3 * 0.8 / 110) * (0.3 + 1.4 * ((c * 37) % 100) / 100)),
      ),
      brands: null,
    },
    groupRatios: {
      groups: ids,
      ratio: Float64Array.from(ids, (_, g) => [0, 0.2, 0.35, 0.5][g % 4]),
    },
  };
  for (const [name, change] of Object.entries(MODELS)) await engine(input, name, change);
} else {
  await makeTables("String");
  const files = dropFiles(what);
  const { instance } = await readDrop(files);
  // What the reader made of the files, so that both solve the same drop: of repeated pairs the first in the file counts.
  const batch: string[] = [], groups: string[] = [];
  const flush = async () => {
    await runToEnd(server, `INSERT INTO bench_elig FORMAT TabSeparated\n${batch.join("")}`);
    batch.length = 0;
  };
  for (let u = 0; u < instance.group.length; u++) {
    const id = instance.users.at(u);
    groups.push(`${id}\t${instance.groups[instance.group[u]]}\n`);
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      batch.push(`${id}\t${instance.contracts[instance.contract[p]]}\t${instance.score[p]}\n`);
    }
    if (batch.length > 500_000) await flush();
  }
  await flush();
  await runToEnd(server, `INSERT INTO bench_groups FORMAT TabSeparated\n${groups.join("")}`);
  const input = {
    server,
    shardServers: [],
    ...tables,
    caps: await readCaps(files.caps),
    groupRatios: await readGroupRatios(files.groupRatios!),
  };
  for (const [name, change] of Object.entries(which === "policies" ? POLICIES : MODELS)) {
    await engine(input, name, change);
    const begun = performance.now();
    const local = await solveOptimal(instance, { ...defaultPolicy, ...change });
    const seconds = (performance.now() - begun) / 1000;
    const { objective, bound, gap } = local;
    console.log(
      JSON.stringify({
        by: "local",
        policy: name,
        users: instance.group.length,
        pairs: instance.score.length,
        seconds,
        gap,
        objective,
        bound,
      }),
    );
  }
}
