import { fc } from "../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { clickhouseLogin, postgresLogin } from "../../lib/sources/credentials.ts";
import type { Environment } from "../../lib/sources/environment.ts";
import { openSource } from "../../lib/sources/open_source.ts";
import { hideSecrets } from "../../lib/base/text/secrets.ts";
import { isSourceUrl, parseSourceUrl, shownName } from "../../lib/sources/source_url.ts";

/** A file of certificates, as far as it is looked at. */
const PEM = "-----BEGIN CERTIFICATE-----";

/** An environment of variables and files. */
function environment(
  variables: Record<string, string>,
  files: Record<string, string> = {},
): Environment {
  return {
    variable: (name) => variables[name],
    file: (path) => Promise.resolve(files[path]),
    othersMayRead: (path) => Promise.resolve(path.includes("open")),
  };
}

Deno.test("an address is taken apart into its settings, and named without its password", () => {
  const address = parseSourceUrl(
    "clickhouse://ann:p%40ss@ch.local:9123/shop?query=sql/elig.sql&param_drop_id=7&secure=1",
  );
  assertEquals({ ...address, parameters: Object.fromEntries(address.parameters) }, {
    kind: "clickhouse",
    name: "clickhouse://ann:***@ch.local:9123/shop?query=sql/elig.sql&secure=1",
    host: "ch.local",
    port: 9123,
    database: "shop",
    user: "ann",
    password: "p@ss",
    secure: true,
    sslmode: null,
    sslrootcert: null,
    connectTimeout: null,
    idleTimeout: null,
    service: null,
    queryFile: "sql/elig.sql",
    table: null,
    file: null,
    parameters: { drop_id: "7" },
  });
  assertEquals(parseSourceUrl("postgresql:///shop?table=t").host, null);
  assertEquals(parseSourceUrl("SQLite://a%20b/c.db?table=t").file, "a b/c.db");
  assertEquals(parseSourceUrl("duckdb://?query=q.sql").file, null);
  assertEquals(isSourceUrl("caps.csv"), false);
  assertEquals(isSourceUrl("postgresql://db/x?table=t"), true);
});

Deno.test("addresses at fault are refused, without their password", () => {
  const cases: [string, string][] = [
    ["postgres://a:hush@h:port/x", "is not a database address"],
    ["postgres://a:hush@h/x?quary=f", "setting quary is not known"],
    ["postgres://a:hush@h/x?query=f&table=t", "has both query and table"],
    ["postgres://a:hu#sh@h/x?table=t", "is not a database address"],
    [
      "postgres://a:12#hush@h/x?table=t",
      "has a # or @ after its host; in a password write # / ? @ %",
    ],
    ["postgres://a:12/hush@h/x?table=t", "has a # or @ after its host"],
    ["postgres://a:12?hush@h/x?table=t", "setting is not known"],
    ["Postgres://a:h/us?h#hush@h:port/x", "is not a database address"],
    ["postgres://a@h/x?table=t&passwd=hush", "setting passwd is not known"],
    ["postgres://a:hush@h/x?table=t&sslmode=bogus", 'sslmode is "bogus", expected disable, allow'],
    ["postgres://a:hush@h/x?table=t&secure=1", "setting secure is not known"],
    ["clickhouse://a:hush@h/x?table=t&sslmode=require", "setting sslmode is not known"],
    ["clickhouse://a:hush@h/x?table=t&secure=maybe", 'secure is "maybe", expected 1 or 0'],
    ["clickhouse://a:hush@h/x?table=t&connect_timeout=soon", 'connect_timeout is "soon", expected'],
    ["postgres://a:%zzhush@h/x?table=t", "has a broken percent escape"],
  ];
  for (const [url, expected] of cases) {
    const error = assertThrows(() => parseSourceUrl(url), UsageError, expected);
    assert(!error.message.includes("hush"), error.message);
  }
});

Deno.test("no password is ever shown", () => {
  fc.assert(fc.property(fc.string({ minLength: 8, maxLength: 20 }), (password) => {
    const encoded = encodeURIComponent(password);
    const shown = shownName(`postgres://ann:${encoded}@db/shop?table=t`);
    assertEquals(shown, "postgres://ann:***@db/shop?table=t");
    assert(!hideSecrets(`server says ${password}.`, [password]).includes(password));
  }));
  assertEquals(
    hideSecrets("tried clickhouse://a:x@y@h:1/d and postgres://b:z@i/e"),
    "tried clickhouse://a:***@h:1/d and postgres://b:***@i/e",
  );
});

Deno.test("ClickHouse: the address, then the environment, then the server's defaults", async () => {
  const login = (url: string, variables = {}) =>
    clickhouseLogin(parseSourceUrl(url), environment(variables));
  const set = { CLICKHOUSE_USER: "eve", CLICKHOUSE_PASSWORD: "hush", CLICKHOUSE_HOST: "ch" };
  assertEquals(await login("clickhouse://?table=t", set), {
    host: "ch",
    port: 8123,
    database: "default",
    user: "eve",
    password: "hush",
    secure: false,
    connectTimeout: 10,
    idleTimeout: 300,
  });
  assertEquals((await login("clickhouse://ann:x@h/shop?table=t", set)).user, "ann");
  assertEquals((await login("clickhouse://h?table=t")).user, "default");
  for (const [yes, port] of [["1", 8443], ["true", 8443], ["yes", 8443], ["0", 8123]] as const) {
    assertEquals((await login(`clickhouse://h?table=t&secure=${yes}`)).port, port);
  }
});

Deno.test("PostgreSQL: address, service file, environment, password file", async () => {
  const login = (url: string, variables: Record<string, string>, files = {}) =>
    postgresLogin(parseSourceUrl(url), environment({ HOME: "/home/ann", ...variables }, files));
  const files = {
    "/home/ann/.pg_service.conf":
      "[other]\nhost=x\n[drops]\nhost=db2\nport=6000\n# c\ndbname=shop\nuser=bob\n[z]\nuser=q\n",
    "/home/ann/.pgpass": "# c\ndb1:5432:shop:ann:wrong\ndb2:*:shop:bob:a\\:b\\\\c\n*:*:*:*:last\n",
  };
  const found = await login("postgres://?service=drops&table=t", {}, files);
  assertEquals(found, {
    host: "db2",
    port: 6000,
    database: "shop",
    user: "bob",
    password: "a:b\\c",
    secure: true,
    connectTimeout: 10,
    idleTimeout: 300,
    tls: { mode: "prefer", authorities: null },
  });
  assertEquals(
    (await login("postgres://db9/x?table=t", { PGUSER: "ann" }, files)).password,
    "last",
  );
  assertEquals(
    (await login("postgres://db9/x?table=t", { PGPASSWORD: "env" }, files)).password,
    "env",
  );
  assertEquals(
    (await login("postgres://u:own@db9/x?table=t", { PGPASSWORD: "env" })).password,
    "own",
  );
  assertEquals((await login("postgres://u@db9/x?table=t", {})).password, "");
  await assertRejects(
    () => login("postgres://?service=nope&table=t", {}, files),
    UsageError,
    '"nope" is in no service file',
  );
});

Deno.test("settings of the environment that are none are refused by name", async () => {
  const login = (variables: Record<string, string>, files = {}) =>
    postgresLogin(parseSourceUrl("postgres://u@db/x?table=t"), environment(variables, files));
  const cases: [Record<string, string>, string][] = [
    [{ PGPORT: "abc" }, 'PGPORT is "abc", expected a port from 1 to 65535'],
    [{ PGPORT: "70000" }, "expected a port"],
    [{ PGSSLMODE: "bogus" }, 'sslmode is "bogus", expected disable, allow, prefer'],
    [{ PGSSLMODE: "verify-full" }, "sslmode=verify-full needs the certificate of an authority"],
    [{ PGSSLMODE: "require", PGSSLROOTCERT: "system" }, "too weak with sslrootcert=system"],
    [{ PGCONNECT_TIMEOUT: "x" }, 'PGCONNECT_TIMEOUT is "x", expected a whole number'],
    [{ PGPASSFILE: "/open" }, "/open: others may read it, expected permissions of 0600"],
  ];
  for (const [variables, expected] of cases) {
    await assertRejects(() => login(variables, { "/open": "*:*:*:*:p" }), UsageError, expected);
  }
  assertEquals((await login({ PGPASSFILE: "/closed" }, { "/closed": "*:*:*:*:p" })).password, "p");
  assertEquals((await login({ PGPASSFILE: "/open" }, { "/open": "other:*:*:*:p" })).password, "");
  const tls = async (variables: Record<string, string>, files = {}) =>
    (await login({ HOME: "/h", ...variables }, files)).tls;
  assertEquals(await tls({ PGSSLMODE: "prefer" }), { mode: "prefer", authorities: null });
  assertEquals(await tls({ PGSSLROOTCERT: "system" }), {
    mode: "verify-full",
    authorities: "system",
  });
  assertEquals(await tls({ PGSSLMODE: "require" }, { "/h/.postgresql/root.crt": PEM }), {
    mode: "require",
    authorities: PEM,
  });
  assertEquals((await login({ PGCONNECT_TIMEOUT: "0" })).connectTimeout, 0);
});

Deno.test("a query or table of no name names no rows", async () => {
  for (const setting of ["query=", "table="]) {
    const address = parseSourceUrl(`sqlite://x.db?${setting}`);
    assertEquals([address.queryFile, address.table], [null, null]);
    await assertRejects(
      () => openSource(`sqlite://x.db?${setting}`),
      UsageError,
      "names no rows, expected ?query=FILE or ?table=NAME",
    );
  }
});
