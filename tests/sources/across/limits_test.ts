/** Servers that say nothing do not keep anybody waiting, and what is no such server is named. */
import { InputError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { openStatement, runStatement } from "../../../lib/deps/clickhouse.ts";
import { postgresLogin } from "../../../lib/sources/credentials.ts";
import { connectPostgres } from "../../../lib/sources/postgres_connection.ts";
import { parseSourceUrl } from "../../../lib/sources/source_url.ts";
import { extractTable } from "../../../lib/transfer/extract.ts";
import { hasOpenssl, makeCertificates } from "../../support/certificates.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { clickhouseAt, postgresUrl } from "../../support/database.ts";
import { serverTest, startClickHouse, startPostgres } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** A port where `talk` deals with each connection. */
function listening(talk: (connection: Deno.Conn) => Promise<void> | void) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const done = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      Promise.resolve(talk(connection)).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // Closed by the other side.
        }
      }
      await done.catch(() => {});
    },
  };
}

/** A server of HTTP that answers everything with the same. */
function answering(body: string, headers: Record<string, string>, ping = body) {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => new Response(new URL(request.url).pathname === "/ping" ? ping : body, { headers }),
  );
}

/** The message of an extraction that fails, which leaves no file. */
function failure(url: string): Promise<string> {
  return withFolder(async (folder) => {
    try {
      await extractTable(url, `${folder}/x.csv`, "csv");
    } catch (error) {
      assertEquals([...Deno.readDirSync(folder)], []);
      const { message } = error as Error;
      assert(!message.includes("\n"), message);
      return message;
    }
    throw new Error(`${url} was extracted`);
  });
}

const clickhouse = (port: number, rest = "?table=t") => `clickhouse://127.0.0.1:${port}/d${rest}`;

Deno.test("a server that accepts and says nothing is given up", async () => {
  await using silent = listening(() => {});
  for (const scheme of ["postgres", "clickhouse"]) {
    const settings = scheme === "postgres" ? ["", "&sslmode=disable", "&sslmode=require"] : [""];
    for (const more of settings) {
      const url = `${scheme}://127.0.0.1:${silent.port}/d?table=t&connect_timeout=0.3${more}`;
      assert(
        (await failure(url)).includes(
          "can't connect: no answer for 0.3 s (connect_timeout=S in its address waits longer)",
        ),
      );
    }
  }
});

Deno.test("what is no such server is named", async () => {
  await using native = listening(async (connection) => {
    await connection.read(new Uint8Array(1000));
    const text =
      "Port 9000 is for clickhouse-client program.\r\nYou must use port 8123 for HTTP.\r\n";
    await connection.write(new TextEncoder().encode(`HTTP/1.0 400 Bad Request\r\n\r\n${text}`));
    connection.close();
  });
  const said = await failure(clickhouse(native.port));
  assert(said.includes("is that of the native protocol, expected the HTTP port"), said);
  await using odd = listening(async (connection) => {
    await connection.write(new TextEncoder().encode("220 mail.example ESMTP\r\n"));
  });
  assert((await failure(clickhouse(odd.port))).includes("does not speak HTTP"));
  await using page = answering("<html>hello</html>", { "content-type": "text/html" });
  assert((await failure(clickhouse(page.addr.port))).includes("is not ClickHouse"));
  await using wrong = answering("who,what\n1,2\n", {}, "Ok.\n");
  const missing = (columns: string[]) =>
    withFolder(async (folder) => {
      const error = await assertRejects(
        () => extractTable(clickhouse(wrong.addr.port), `${folder}/x.csv`, "csv", { columns }),
        InputError,
      );
      assertEquals([...Deno.readDirSync(folder)], []);
      return error.message;
    });
  assertStringIncludes(
    await missing(["user_id", "what"]),
    "column user_id is missing, found who, what",
  );
  assertStringIncludes(
    await missing(["user_id", "score"]),
    "columns user_id, score are missing, found who, what",
  );
  await using twice = answering("what,user_id,user_id\n1,2,3\n", {}, "Ok.\n");
  await assertRejects(
    () =>
      extractTable(clickhouse(twice.addr.port), "/nowhere/x.csv", "csv", { columns: ["user_id"] }),
    InputError,
    "column user_id occurs twice, expected once",
  );
  await using later = answering("<html>log in</html>", { "content-type": "text/html" }, "Ok.\n");
  assert((await failure(clickhouse(later.addr.port))).includes("is not ClickHouse"));
  assert(
    (await failure("clickhouse://no.such.host.invalid/d?table=t")).includes(
      "there is no host no.such.host.invalid",
    ),
  );
  assert(
    (await failure("postgres://no.such.host.invalid/d?table=t")).includes(
      "there is no host no.such.host.invalid",
    ),
  );
});

Deno.test("a server that hangs up, or speaks otherwise than PostgreSQL, is named at once", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const heard = (connection: Deno.Conn) => connection.read(new Uint8Array(1000));
  await using closes = listening((connection) => connection.close());
  await using hears = listening(async (connection) => {
    await heard(connection);
    connection.close();
  });
  await using talks = listening(async (connection) => {
    await connection.write(bytes("220 mail.example ESMTP\r\n"));
  });
  await using web = answering("hello", {});
  await using injects = listening(async (connection) => {
    await heard(connection);
    await connection.write(bytes("Sand more"));
    await heard(connection);
  });
  const hangsUp = "hangs up without an answer: is it PostgreSQL?";
  const cases: [number, string | RegExp][] = [
    [closes.port, /hangs up without an answer|the connection was lost/],
    [hears.port, hangsUp],
    [talks.port, "what answers there is not PostgreSQL"],
    [web.addr.port, "what answers there is not PostgreSQL"],
    [injects.port, /sent more than an answer|is not PostgreSQL/],
  ];
  for (const [port, expected] of cases) {
    for (const mode of ["disable", "allow", "prefer", "require"]) {
      const url = `postgres://127.0.0.1:${port}/d?table=t&connect_timeout=20&sslmode=${mode}`;
      const message = await failure(url);
      const isSaid = typeof expected === "string"
        ? message.includes(expected)
        : expected.test(message);
      assert(isSaid, `${mode}: ${message}, not ${expected}`);
    }
  }
  const message = await failure(clickhouse(hears.port));
  assert(message.includes("hangs up without an answer: is it ClickHouse's HTTP port"), message);
});

Deno.test("connecting ends when it is to stop", async () => {
  await using silent = listening(() => {});
  for (const scheme of ["postgres", "clickhouse"]) {
    const control = { signal: AbortSignal.timeout(200) };
    const begun = performance.now();
    const url = `${scheme}://127.0.0.1:${silent.port}/d?table=t&connect_timeout=60`;
    await assertRejects(() => extractTable(url, "/nowhere/x.csv", "csv", control));
    assert(performance.now() - begun < 30_000);
  }
});

serverTest(["postgres"], "a lost connection is not made anew inside a transaction", async () => {
  await using group = await startPostgres();
  const login = await postgresLogin(parseSourceUrl(postgresUrl(group.servers[0].port, "?table=t")));
  const client = await connectPostgres(login, { writes: true });
  const [{ pid }] = await client.unsafe("SELECT pg_backend_pid() AS pid");
  const other = await connectPostgres(login);
  await other.unsafe("SELECT pg_terminate_backend($1)", [pid]);
  await other.end();
  for (const sql of ["CREATE TABLE outside (x int)", "CREATE TABLE outside2 (x int)"]) {
    await assertRejects(async () => await client.unsafe(sql));
  }
  await client.end({ timeout: 0 });
  const last = await connectPostgres(login);
  assertEquals(
    [...await last.unsafe("SELECT relname FROM pg_class WHERE relname ~ 'outside'")],
    [],
  );
  await last.end();
});

serverTest(
  ["postgres", "clickhouse"],
  "silence has a limit; a server at work is waited for",
  async () => {
    await using postgres = await startPostgres();
    await using clickhouse = await startClickHouse(1);
    const [{ port: pg }] = postgres.servers, [{ port: ch }] = clickhouse.servers;
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/slow.sql`, "SELECT pg_sleep(60)");
      const url = postgresUrl(pg, `?query=${folder}/slow.sql&idle_timeout=0.5`);
      assert(
        (await failure(url)).includes(
          "no byte came for 0.5 s (idle_timeout=S in its address waits longer)",
        ),
      );
    });
    // Longer at work than the limit, without a byte.
    const server = { ...clickhouseAt(ch), idleTimeout: 0.4 };
    assertEquals(
      (await runStatement(
        server,
        "SELECT sum(sleep(0.5)) FROM numbers(3) SETTINGS max_block_size = 1",
      )).trim(),
      "0",
    );
  },
);

Deno.test("a ClickHouse that falls silent in the middle is given up", async () => {
  await using mute = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/ping") return new Response("Ok.\n");
      return new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([65, 10])) }),
      );
    },
  );
  const server = { ...clickhouseAt(mute.addr.port), idleTimeout: 0.4, connectTimeout: 0.2 };
  const body = await openStatement(server, "SELECT 1");
  const message = await new Response(body).text().then(() => "", (error) => error.message);
  assertEquals(message, "no byte came for 0.4 s (idle_timeout=S in its address waits longer)");
});

Deno.test("the engine gives a mute ClickHouse up, its KILL included, whatever connecting may take", async () => {
  const killed: string[] = [];
  await using mute = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (new URL(request.url).pathname === "/ping") return new Response("Ok.\n");
      const text = await request.text().catch(() => "");
      if (text.startsWith("KILL")) killed.push(text);
      return await new Promise<Response>((resolve) =>
        request.signal.addEventListener("abort", () => resolve(new Response()))
      );
    },
  );
  await using folder = new TempFolder();
  folder.write("caps.csv", "contract_address,cap_face,is_sponsored\nc,1,true\n");
  folder.write("ratios.csv", "group_id,sponsorship_ratio\ng,0\n");
  for (const connect of ["0.3", "0"]) {
    const { code, stderr } = await divvy([
      ...["allocate", "--engine", "clickhouse", "--url", clickhouse(mute.addr.port, "")],
      ...["--elig-table", "e", "--user-groups-table", "u", "--out-table", "o"],
      ...["--caps", "caps.csv", "--group-ratios", "ratios.csv"],
      ...["--idle-timeout", "0.5", "--connect-timeout", connect],
    ], { cwd: folder.path, permissions: ["--allow-all"] });
    assertEquals(code, 1, stderr);
    assert(stderr.includes("no byte came for 0.5 s (--idle-timeout S waits longer)"), stderr);
  }
  assert(killed.length >= 2, "statements are stopped on the server");
});

Deno.test("TLS to ClickHouse is verified, and an authority of one's own can be named", {
  ignore: !hasOpenssl,
}, () =>
  withFolder(async (folder) => {
    const made = await makeCertificates(folder);
    const cases = [
      ["right", "of an authority that is not trusted", null],
      ["wrongHost", "of an authority that is not trusted", "is for another host than 127.0.0.1"],
      ["expired", "certificate", "has expired"],
      ["selfSigned", "of an authority that is not trusted", "of an authority that is not trusted"],
    ] as const;
    for (const [which, unknown, known] of cases) {
      const { certificate, key } = made[which];
      await using server = Deno.serve({
        hostname: "127.0.0.1",
        port: 0,
        onListen: () => {},
        cert: await Deno.readTextFile(certificate),
        key: await Deno.readTextFile(key),
      }, (request) => new Response(new URL(request.url).pathname === "/ping" ? "Ok.\n" : "x\n1\n"));
      const url = clickhouse(server.addr.port, "?table=t&secure=1");
      const untrusted = await failure(url);
      assert(untrusted.includes(unknown), `${which}: ${untrusted}`);
      const trusted = `${url}&sslrootcert=${made.authority}`;
      if (known === null) {
        assertEquals(await extractTable(trusted, `${folder}/x.csv`, "csv"), 1);
      } else {
        const message = await failure(trusted);
        assert(message.includes(known), `${which}: ${message}`);
      }
    }
  }));

Deno.test("a missing permission is named", async () => {
  await using folder = new TempFolder();
  for (const scheme of ["postgres", "clickhouse"]) {
    const args = ["extract", "--caps", `${scheme}://127.0.0.1:5999/d?table=t`, "--dir", "x"];
    const permissions = [
      "--no-prompt",
      "--deny-net",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "--allow-sys",
    ];
    const { code, stderr } = await divvy(args, { cwd: folder.path, permissions });
    assertEquals(code, 1);
    assert(stderr.includes("not permitted to connect (--allow-net=127.0.0.1:5999)"), stderr);
  }
});
