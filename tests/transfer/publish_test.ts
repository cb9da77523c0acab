/** Assignments into tables, whole or not at all. */
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { openSource } from "../../lib/sources/open_source.ts";
import { publishAssignments } from "../../lib/transfer/publish.ts";
import { divvy, TempFolder } from "../support/cli.ts";
import { onClickHouse, postgresClient, postgresUrl } from "../support/database.ts";
import { serverTest, startClickHouse, startPostgres } from "../support/servers.ts";

/** The rows of CSV in another form, by the file's ending. */
async function as(path: string, csv: string): Promise<string> {
  const { writeTableAs } = await import("../../lib/io/records/record_sinks.ts");
  const { fileFormat } = await import("../../lib/io/records/table_format.ts");
  const { writeAtomic } = await import("../../lib/io/bytes/atomic_file.ts");
  await writeAtomic(path, (sink) =>
    writeTableAs(
      fileFormat(path),
      sink,
      (text) =>
        text.write(
          new TextEncoder().encode(
            csv.replaceAll(",true,", ",True,").replaceAll(",false,", ",False,"),
          ),
        ),
    ));
  return path;
}

/** Assignments with ids that need quotes. */
function rows(n: number, from = 0): string {
  const line = (i: number) => `"u,""${i}""",c${i % 7},${i / 8},${i % 2 === 0},g${i % 3},0.5\n`;
  return "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio\n" +
    Array.from({ length: n }, (_, i) => line(from + i)).join("");
}

serverTest(["postgres"], "publish to PostgreSQL: one transaction, privileges kept", async () => {
  await using group = await startPostgres();
  const [{ port }] = group.servers;
  await using folder = new TempFolder();
  const at = (name: string, text: string) => `${folder.path}/${folder.write(name, text)}`;
  const client = await postgresClient(port);
  try {
    const url = postgresUrl(port, "?table=assigned");
    assertEquals(await publishAssignments(at("a.csv", rows(50_000)), url), 50_000);
    const told = async () =>
      (await client`SELECT count(*)::int AS n, min(user_id) AS u, sum(score) AS s FROM assigned`)[
        0
      ];
    assertEquals(await told(), { n: 50_000, u: 'u,"0"', s: 50_000 * 49_999 / 2 / 8 });
    for (const ending of ["jsonl.gz", "xlsx"]) {
      const path = await as(`${folder.path}/a.${ending}`, rows(1000));
      assertEquals(await publishAssignments(path, url), 1000);
      const sum = 1000 * 999 / 2 / 8;
      assertEquals(await told(), { n: 1000, u: 'u,"0"', s: sum }, ending);
    }
    await client`CREATE VIEW seen AS SELECT * FROM assigned`;
    const run = await divvy(["publish", "--assign", at("b.csv", rows(10, 5)), "--to", url], {
      cwd: folder.path,
      permissions: ["--allow-all"],
    });
    assertEquals(run.code, 0, run.stderr);
    assert(run.stderr.includes("10 rows") && !run.stderr.includes("s3cret"), run.stderr);
    assertEquals((await client`SELECT count(*)::int AS n FROM seen`)[0].n, 10);
    const before = await told();
    const faults: [string, string][] = [
      [at("x.csv", "user_id,contract_address,score\nu,c,1\n"), "has the columns user_id"],
      [at("y.csv", rows(3).replace(",true,", ",maybe,")), "127.0.0.1"],
      [at("z.csv", "user_id,contract_address,score\nu,c,x\n"), 'score is "x"'],
    ];
    for (const [file, expected] of faults) {
      await assertRejects(() => publishAssignments(file, url), InputError, expected);
      assertEquals(await told(), before);
    }
    await assertRejects(
      () => publishAssignments(at("a.csv", rows(1)), "sqlite://x?table=t"),
      UsageError,
      "is no place for assignments",
    );
  } finally {
    await client.end();
  }
});

async function toClickHouse(port: number, folder: TempFolder) {
  const at = (name: string, text: string) => `${folder.path}/${folder.write(name, text)}`;
  const url = `clickhouse://127.0.0.1:${port}/default?table=assigned`;
  assertEquals(await publishAssignments(at("a.csv", rows(50_000)), url), 50_000);
  const told = () => onClickHouse(port, "SELECT count(), sum(score), min(user_id) FROM assigned");
  assertEquals((await told()).trim(), `50000\t${50_000 * 49_999 / 2 / 8}\tu,"0"`);
  const json = await as(`${folder.path}/a.json`, rows(1000));
  assertEquals(await publishAssignments(json, url), 1000);
  const flags =
    "SELECT arrayStringConcat(arraySort(groupUniqArray(is_sponsored)), ' ') FROM assigned";
  assertEquals((await onClickHouse(port, flags)).trim(), "False True");
  // Single quotes are part of an id, wherever they stand.
  await publishAssignments(at("q.csv", rows(2).replace(/"u,""\d"""/g, "'; u'")), url);
  assertEquals(await onClickHouse(port, "SELECT DISTINCT user_id FROM assigned"), "\\'; u\\'\n");
  await publishAssignments(at("b.csv", rows(10, 5)), url);
  const before = await told();
  assert(before.startsWith("10\t"));
  await assertRejects(
    () => publishAssignments(at("x.csv", "user_id,contract_address,score\nu,c,1\n"), url),
    ...[InputError, "has the columns user_id"] as const,
  );
  await onClickHouse(port, "CREATE VIEW seen AS SELECT * FROM assigned");
  await assertRejects(
    () => publishAssignments(at("a.csv", rows(5)), url.replace("assigned", "seen")),
    InputError,
    "seen is a View",
  );
  assertEquals(await told(), before);
  const left = "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'";
  assertEquals((await onClickHouse(port, left)).trim(), "0");
}

serverTest(
  ["postgres"],
  "publish that is stopped, or loses its server, leaves the table",
  async () => {
    await using group = await startPostgres();
    const [server] = group.servers, url = postgresUrl(server.port, "?table=assigned");
    await using folder = new TempFolder();
    const small = `${folder.path}/${folder.write("a.csv", rows(10))}`;
    const large = `${folder.path}/${folder.write("b.csv", rows(200_000))}`;
    await publishAssignments(small, url);
    const stopping = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase.startsWith("publish")) setTimeout(() => stopping.abort(), 30);
    };
    await assertRejects(() =>
      publishAssignments(large, url, { signal: stopping.signal, onProgress })
    );
    const count = async () => {
      const { bytes } = await openSource(url);
      return (await new Response(bytes).text()).trim().split("\n").length - 1;
    };
    assertEquals(await count(), 10);
    const dying = ({ phase }: { phase: string }) => {
      if (phase.startsWith("publish")) setTimeout(() => server.kill(), 30);
    };
    const { message } = await assertRejects(
      () => publishAssignments(large, url, { onProgress: dying }),
      InputError,
    );
    assert(!message.includes("refused the rows"), message);
    await server.restart();
    assertEquals(await count(), 10);
  },
);

serverTest(["clickhouse"], "publish to ClickHouse: swapped in whole", async () => {
  await using one = await startClickHouse(1);
  await using folder = new TempFolder();
  await toClickHouse(one.servers[0].port, folder);
});

Deno.test("publish: what is no table of a database that takes assignments is named, with what is", async () => {
  const expected = "expected postgres://…?table=NAME or clickhouse://…?table=NAME";
  for (const to of ["x.csv", "sqlite://x?table=t", "https://host/x"]) {
    await assertRejects(
      () => publishAssignments("a.csv", to),
      UsageError,
      `${to} is no place for assignments, ${expected}`,
    );
  }
  const query = " (query is for reading)";
  for (
    const [to, kind, more] of [
      ["postgres://u@db/shop", "postgres", ""],
      ["postgres://u@db/shop?query=t", "postgres", query],
      ["clickhouse://db?query=t.sql", "clickhouse", query],
    ]
  ) {
    await assertRejects(
      () => publishAssignments("a.csv", to),
      UsageError,
      `${to} names no table, expected ${kind}://…?table=NAME${more}`,
    );
  }
});

/** Scores of every size: shares of one, decimals, and any bits of a double. */
function oddScores(): number[] {
  const random = seededRandom(7), bits = new DataView(new ArrayBuffer(8));
  const any = () => {
    for (let byte = 0; byte < 8; byte++) bits.setUint8(byte, random.below(256));
    return Number.isFinite(bits.getFloat64(0)) ? bits.getFloat64(0) : 0;
  };
  const many = Array.from({ length: 500 }, () => [any(), random.next(), random.below(1e6) / 1e6]);
  return [5e-324, 1e-310, Number.MAX_VALUE, -0.1, 0.1 + 0.2, 0, ...many.flat()];
}

serverTest(
  ["clickhouse", "postgres"],
  "publish: every score arrives as the double that it is, from every form of file",
  async () => {
    await using clickhouse = await startClickHouse(1);
    await using postgres = await startPostgres();
    await using folder = new TempFolder();
    const scores = oddScores();
    const header = "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio\n";
    const csv = header +
      scores.map((score, i) => `u${i},c,${score},true,g,${(i % 7) / 7}\n`).join("");
    const files = [
      `${folder.path}/${folder.write("a.csv", csv)}`,
      await as(`${folder.path}/a.jsonl`, csv),
    ];
    const clickhousePort = clickhouse.servers[0].port;
    for (
      const url of [
        `clickhouse://127.0.0.1:${clickhousePort}/default?table=assigned`,
        postgresUrl(postgres.servers[0].port, "?table=assigned"),
      ]
    ) {
      for (const file of files) {
        await publishAssignments(file, url);
        const { pairs } = await readAssignmentsOf(url);
        assertEquals(pairs.length, scores.length);
        const changed = pairs.filter(([user, score]) => !Object.is(score + 0, scores[user] + 0));
        assertEquals(changed, [], `${file} ${url.slice(0, 10)}`);
      }
    }
    // Columns of other types take their numbers as the server reads them.
    await onClickHouse(clickhousePort, "CREATE TABLE other AS assigned");
    await onClickHouse(
      clickhousePort,
      "ALTER TABLE other MODIFY COLUMN sponsorship_ratio Float32",
    );
    await publishAssignments(
      files[0],
      `clickhouse://127.0.0.1:${clickhousePort}/default?table=other`,
    );
    const told = await onClickHouse(clickhousePort, "SELECT count() FROM other");
    assertEquals(told.trim(), `${scores.length}`);
  },
);

/** The pairs of a table: the number of each user, and the score. */
async function readAssignmentsOf(url: string): Promise<{ pairs: [user: number, score: number][] }> {
  const { bytes } = await openSource(url);
  const [header, ...lines] = (await new Response(bytes).text()).trim().split("\n");
  const names = header.replaceAll('"', "").split(",");
  const at = (name: string) => names.indexOf(name);
  return {
    pairs: lines.map((line) => {
      const cells = line.replaceAll('"', "").split(",");
      return [Number(cells[at("user_id")].slice(1)), Number(cells[at("score")])];
    }),
  };
}
