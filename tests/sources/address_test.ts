import { fc } from "../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { clickhouseLogin, postgresLogin } from "../../lib/sources/credentials.ts";
import type { Environment } from "../../lib/sources/environment.ts";
import { hideSecrets } from "../../lib/sources/secrets.ts";
import { isSourceUrl, parseSourceUrl, shownName } from "../../lib/sources/source_url.ts";

/** An environment of variables and files. */
function environment(
  variables: Record<string, string>,
  files: Record<string, string> = {},
): Environment {
  return { variable: (name) => variables[name], file: (path) => Promise.resolve(files[path]) };
}

Deno.test("an address comes apart", () => {
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
    service: null,
    queryFile: "sql/elig.sql",
    table: null,
    parameters: { drop_id: "7" },
  });
  assertEquals(parseSourceUrl("postgresql:///shop?table=t").host, null);
  assertEquals(isSourceUrl("caps.csv"), false);
  assertEquals(isSourceUrl("postgresql://db/x?table=t"), true);
});

Deno.test("addresses at fault are refused, without their password", () => {
  const cases: [string, string][] = [
    ["postgres://a:hush@h:port/x", "is not a database address"],
    ["postgres://a:hush@h/x?quary=f", "setting quary is not known"],
    ["postgres://a:hush@h/x?query=f&table=t", "has both query and table"],
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

Deno.test("ClickHouse: the address, then the environment, then the server's defaults", () => {
  const login = (url: string, variables = {}) =>
    clickhouseLogin(parseSourceUrl(url), environment(variables));
  const set = { CLICKHOUSE_USER: "eve", CLICKHOUSE_PASSWORD: "hush", CLICKHOUSE_HOST: "ch" };
  assertEquals(login("clickhouse://?table=t", set), {
    ...{ host: "ch", port: 8123, database: "default", user: "eve", password: "hush" },
    secure: false,
  });
  assertEquals(login("clickhouse://ann:x@h/shop?table=t", set).user, "ann");
  assertEquals(login("clickhouse://h?table=t").user, "default");
  assertEquals(login("clickhouse://h?table=t&secure=1").port, 8443);
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
    ...{ host: "db2", port: 6000, database: "shop", user: "bob", password: "a:b\\c" },
    secure: false,
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
