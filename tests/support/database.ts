/** Statements for test servers. */
import { fileURLToPath } from "node:url";
import { type ClickHouseServer, runStatement } from "../../lib/deps/clickhouse.ts";
import { loadPostgres } from "../../lib/deps/postgres.ts";
import { PASSWORD } from "./servers.ts";

/** Path of a file of `sql/`. */
export function sqlFile(name: string): string {
  return fileURLToPath(new URL(`../../sql/${name}`, import.meta.url));
}

/** `?query=` with a file of `sql/`, to be put behind an address. */
export function sqlQuery(name: string): string {
  return `?query=${encodeURIComponent(sqlFile(name))}`;
}

/** A test server of ClickHouse as its user `default`. */
export function clickhouseAt(port: number): ClickHouseServer {
  return {
    host: "127.0.0.1",
    port,
    database: "default",
    user: "default",
    password: "",
    secure: false,
  };
}

/** The user `postgres` of a test server, in an address. */
export function postgresUrl(port: number, rest: string): string {
  return `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres${rest}`;
}

/** Runs statements with `;` between them on ClickHouse. */
export async function onClickHouse(port: number, script: string): Promise<string> {
  let out = "";
  for (const statement of script.replace(/^--.*$/gm, "").split(/;\s*(?:\n|$)/)) {
    if (statement.trim() !== "") out = await runStatement(clickhouseAt(port), statement);
  }
  return out;
}

/** A connection to a PostgreSQL of the tests. */
export async function postgresClient(port: number) {
  const connect = await loadPostgres();
  return connect({
    host: "127.0.0.1",
    port,
    username: "postgres",
    password: PASSWORD,
    database: "postgres",
    max: 1,
    onnotice: () => {},
  });
}

/** Runs statements with `;` between them on PostgreSQL. */
export async function onPostgres(port: number, script: string): Promise<void> {
  const client = await postgresClient(port);
  try {
    await client.unsafe(script);
  } finally {
    await client.end({ timeout: 1 });
  }
}
