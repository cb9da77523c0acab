/**
 * Real PostgreSQL and ClickHouse servers for tests: on loopback, on free ports, their data in a temporary folder.
 */

import type { Certificate } from "./certificates.ts";

/** A running server. */
export interface TestServer {
  /** Port it listens on (HTTP for ClickHouse). */
  readonly port: number;
  /** Ends it, at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/** A ClickHouse server. */
export interface ClickHouseTestServer extends TestServer {
  /** Port of the native protocol, by which the servers reach each other. */
  readonly tcpPort: number;
}

/** Servers that end, and whose data goes, when they are disposed of. */
export interface TestServers<T extends TestServer> extends AsyncDisposable {
  readonly servers: readonly T[];
}

/** Password of the PostgreSQL user `postgres` and of the ClickHouse user `divvy`, which the default user lacks. */
export const PASSWORD = "s3cret pass/word:@%";

/** PostgreSQL's folder of programs, or null where it is not installed. */
export const postgresPrograms: string | null = newestPostgres();
/** The ClickHouse server's program, or null where it is not installed. */
export const clickhouseProgram: string | null = firstFile([
  "/usr/sbin/clickhouse-server",
  "/usr/bin/clickhouse-server",
  "/usr/bin/clickhouse",
]);

/** Registers a test that needs servers; where they are not installed it says so and counts as skipped. */
export function serverTest(
  needs: readonly ("postgres" | "clickhouse")[],
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  const missing = needs.filter((need) =>
    (need === "postgres" ? postgresPrograms : clickhouseProgram) === null
  );
  if (missing.length > 0) {
    console.error(`skipped, as ${missing.join(" and ")} is not installed: ${name}`);
  }
  Deno.test({ name, fn, ignore: missing.length > 0 });
}

/** How a PostgreSQL server speaks TLS. */
export interface PostgresTlsOptions {
  /** What it shows. */
  readonly certificate: Certificate;
  /** Lines of pg_hba.conf in place of its own. */
  readonly hba?: string;
}

/** Starts one PostgreSQL server with an empty database `postgres`. */
export async function startPostgres(tls?: PostgresTlsOptions): Promise<TestServers<TestServer>> {
  const folder = await Deno.makeTempDir({ prefix: "divvy_postgres_" });
  const data = `${folder}/data`;
  await Deno.writeTextFile(`${folder}/password`, PASSWORD);
  await Deno.mkdir(data);
  // The server refuses to run as root.
  const asUser = Deno.uid() === 0
    ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    : [];
  if (asUser.length > 0) await run(["chown", "-R", "postgres", folder]);
  const initdb = [
    `${postgresPrograms}/initdb`,
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
  ];
  await run([
    ...asUser,
    ...initdb,
    `--pwfile=${folder}/password`,
    "-E",
    "UTF8",
    "--no-locale",
    "-N",
  ]);
  const port = freePort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
  ];
  if (tls !== undefined) {
    await Deno.copyFile(tls.certificate.certificate, `${folder}/server.pem`);
    await Deno.copyFile(tls.certificate.key, `${folder}/server.key`);
    await Deno.chmod(`${folder}/server.key`, 0o600);
    if (tls.hba !== undefined) await Deno.writeTextFile(`${data}/pg_hba.conf`, tls.hba);
    if (asUser.length > 0) {
      await run(["chown", "postgres", `${folder}/server.pem`, `${folder}/server.key`]);
    }
    settings.push(
      "ssl=on",
      `ssl_cert_file=${folder}/server.pem`,
      `ssl_key_file=${folder}/server.key`,
    );
  }
  const server = new ServerProcess(
    [...asUser, `${postgresPrograms}/postgres`, "-D", data, ...settings.flatMap((s) => ["-c", s])],
    folder,
    () => accepts(port),
    // An immediate shutdown: the postmaster takes its children along.
    "SIGQUIT",
  );
  await server.restart();
  const handle = { port, kill: () => server.kill(), restart: () => server.restart() };
  return disposable([handle], folder);
}

/**
 * Starts ClickHouse servers that form the cluster `divvy`, a shard each, and `divvy_replicas`, replicas of one shard. The users
 * `default` and `reader`, who can only read, have no password, `divvy` has {@link PASSWORD}.
 */
export async function startClickHouse(count: 1 | 2): Promise<TestServers<ClickHouseTestServer>> {
  const folder = await Deno.makeTempDir({ prefix: "divvy_clickhouse_" });
  const ports = Array.from({ length: count }, () => ({
    http: freePort(),
    tcp: freePort(),
    replicas: freePort(),
  }));
  const servers = await Promise.all(ports.map(async (port, i) => {
    const home = `${folder}/${i}`;
    await Deno.mkdir(home);
    await Deno.writeTextFile(
      `${home}/config.xml`,
      clickhouseConfig(home, port, ports.map((p) => p.tcp)),
    );
    await Deno.writeTextFile(`${home}/users.xml`, clickhouseUsers(await sha256(PASSWORD)));
    const program = clickhouseProgram!.endsWith("/clickhouse")
      ? [clickhouseProgram!, "server"]
      : [clickhouseProgram!];
    const server = new ServerProcess(
      [...program, `--config-file=${home}/config.xml`],
      home,
      () => answers(`http://127.0.0.1:${port.http}/ping`),
      "SIGKILL",
    );
    await server.restart();
    return {
      port: port.http,
      tcpPort: port.tcp,
      kill: () => server.kill(),
      restart: () => server.restart(),
    };
  }));
  return disposable(servers, folder);
}

function clickhouseConfig(
  home: string,
  port: { http: number; tcp: number; replicas: number },
  shards: number[],
): string {
  const replica = (tcp: number) => `<replica><host>127.0.0.1</host><port>${tcp}</port></replica>`;
  const shard = (tcp: number) =>
    `<shard><internal_replication>true</internal_replication>${replica(tcp)}</shard>`;
  return `<yandex>
<logger><level>warning</level><log>${home}/server.log</log><errorlog>${home}/error.log</errorlog></logger>
<http_port>${port.http}</http_port><tcp_port>${port.tcp}</tcp_port>
<interserver_http_port>${port.replicas}</interserver_http_port>
<listen_host>127.0.0.1</listen_host>
<path>${home}/data/</path><tmp_path>${home}/tmp/</tmp_path><user_files_path>${home}/files/</user_files_path>
<format_schema_path>${home}/schemas/</format_schema_path>
<users_config>${home}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>100000000</mark_cache_size>
<remote_servers><divvy>${shards.map(shard).join("")}</divvy>
<divvy_replicas><shard>${shards.map(replica).join("")}</shard></divvy_replicas></remote_servers>
</yandex>
`;
}

function clickhouseUsers(hash: string): string {
  const user = (name: string, password: string, profile = "default") =>
    `<${name}>${password}<networks><ip>127.0.0.1</ip></networks><profile>${profile}</profile><quota>default</quota></${name}>`;
  return `<yandex>
<profiles><default></default><reader><readonly>1</readonly></reader></profiles>
<users>${user("default", "<password></password>")}${
    user("divvy", `<password_sha256_hex>${hash}</password_sha256_hex>`) +
    user("reader", "<password></password>", "reader")
  }</users>
<quotas><default></default></quotas>
</yandex>
`;
}

/** A server's process, started, ended and started again. */
class ServerProcess {
  #child: Deno.ChildProcess | null = null;
  /** Ends of the processes killed so far: the next one must not start while an old one still holds the port. */
  #ended: Promise<unknown> = Promise.resolve();
  readonly #command: string[];
  readonly #folder: string;
  readonly #ready: () => Promise<boolean>;
  readonly #signal: Deno.Signal;

  constructor(
    command: string[],
    folder: string,
    ready: () => Promise<boolean>,
    signal: Deno.Signal,
  ) {
    this.#command = command;
    this.#folder = folder;
    this.#ready = ready;
    this.#signal = signal;
  }

  async restart(): Promise<void> {
    await this.#ended;
    const [program, ...args] = this.#command;
    const child = this.#child = new Deno.Command(program, {
      args,
      cwd: this.#folder,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    child.status.then(() => ended = true);
    for (let tries = 0; tries < 1200; tries++) {
      if (ended) throw new Error(`${program} ended at once`);
      if (await this.#ready()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${program} does not answer`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    // At once, not after the wait: whoever does not await this may have started the next process by then.
    this.#child = null;
    if (child !== null) {
      child.kill(this.#signal);
      this.#ended = child.status;
    }
    await this.#ended;
  }
}

function disposable<T extends TestServer>(servers: T[], folder: string): TestServers<T> {
  return {
    servers,
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function run(command: string[]): Promise<void> {
  const [program, ...args] = command;
  const { success, stderr } = await new Deno.Command(program, { args, stdout: "null" }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
}

/** Ports that tests' servers use: below those that the system hands out to clients and to port 0. */
const FIRST_PORT = 20_000, PORTS = 12_000;

/**
 * A port that nobody listens on. Tests run side by side, so each takes the next one after the last that any of them was given,
 * which a file records: a port that is free now may otherwise be another test's before the server has it.
 */
export function freePort(): number {
  const path = `${Deno.env.get("TMPDIR") ?? "/tmp"}/divvy_test_port_${Deno.uid()}`;
  using file = Deno.openSync(path, { read: true, write: true, create: true });
  file.lockSync(true);
  const text = new Uint8Array(8), length = file.readSync(text) ?? 0;
  let last = length === 8
    ? Number(new TextDecoder().decode(text))
    : FIRST_PORT + Math.floor(PORTS * Math.random());
  for (;;) {
    last = FIRST_PORT + (last + 1 - FIRST_PORT) % PORTS;
    try {
      Deno.listen({ hostname: "127.0.0.1", port: last }).close();
      break;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode(String(last).padStart(8)));
  return last;
}

/** Whether PostgreSQL takes sessions: it listens a while before. */
async function accepts(port: number): Promise<boolean> {
  const args = ["-q", "-h", "127.0.0.1", "-p", String(port)];
  return (await new Deno.Command(`${postgresPrograms}/pg_isready`, { args }).output()).success;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function firstFile(paths: string[]): string | null {
  for (const path of paths) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not there; the next one may be.
    }
  }
  return null;
}

function newestPostgres(): string | null {
  try {
    const versions = [...Deno.readDirSync("/usr/lib/postgresql")].map((entry) =>
      Number(entry.name)
    );
    const newest = Math.max(...versions.filter(Number.isFinite));
    return firstFile([`/usr/lib/postgresql/${newest}/bin/postgres`]) === null
      ? null
      : `/usr/lib/postgresql/${newest}/bin`;
  } catch {
    return null;
  }
}
