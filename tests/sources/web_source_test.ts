/** Files of a web server as inputs. */
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { extractTable } from "../../lib/transfer/extract.ts";
import { openWebFile } from "../../lib/sources/web_source.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../support/cli.ts";
import { withFolder, writeFiles } from "../support/temp_folder.ts";

Deno.test("a drop from a web server: CSV, gzip, Parquet; passwords and pages", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/q.sql`,
      "SELECT 'u' || range AS user_id, 'c' AS contract_address, range / 8 AS score FROM range(1000)",
    );
    await extractTable(`duckdb://?query=${folder}/q.sql`, `${folder}/elig.parquet`, "parquet");
    const users = Array.from({ length: 1000 }, (_, i) => `u${i},g\n`).join("");
    const zipped = new Blob([`user_id,group_id\n${users}`]).stream().pipeThrough(
      new CompressionStream("gzip"),
    );
    const files: Record<string, Uint8Array | string> = {
      "/caps.csv": "contract_address,cap_face,is_sponsored\nc,5,true\n",
      "/ratios.csv": "group_id,sponsorship_ratio\ng,0\n",
      "/groups.csv.gz": new Uint8Array(await new Response(zipped).arrayBuffer()),
      "/elig.parquet": await Deno.readFile(`${folder}/elig.parquet`),
    };
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { pathname } = new URL(request.url);
        if (
          pathname === "/caps.csv" &&
          request.headers.get("authorization") !== `Basic ${btoa("ann:hu/sh")}`
        ) {
          return new Response("no", { status: 401, statusText: "Unauthorized" });
        }
        if (pathname === "/page") {
          return new Response("<html>", { headers: { "content-type": "text/html" } });
        }
        const file = files[pathname];
        return file === undefined
          ? new Response("none", { status: 404 })
          : new Response(file as BodyInit);
      },
    );
    const at = `127.0.0.1:${server.addr.port}`;
    const sources = {
      caps: `http://ann:hu%2Fsh@${at}/caps.csv`,
      elig: `http://${at}/elig.parquet`,
      userGroups: `http://${at}/groups.csv.gz`,
      groupRatios: `http://${at}/ratios.csv`,
    };
    const { instance } = await readDrop(sources);
    assertEquals([instance.users.length, instance.score.length], [1000, 1000]);
    const faults: [Partial<typeof sources>, string][] = [
      [{ caps: `http://ann:wr%2Fong@${at}/caps.csv` }, "the server answers 401"],
      [{ elig: `http://${at}/none` }, "the server answers 404"],
      [{ elig: `http://${at}/page` }, "a web page came, expected a file"],
      [{ elig: "http://no.such.host.invalid/x.csv" }, "there is no host no.such.host.invalid"],
    ];
    for (const [change, expected] of faults) {
      const { message } = await assertRejects(
        () => readDrop({ ...sources, ...change }),
        InputError,
        expected,
      );
      assert(!message.includes("wr%2Fong") && !message.includes("\n"), message);
    }
  }));

/**
 * A server of one file that gives ranges of it and counts their bytes; `state` is its ETag. How much of a whole answer is under way
 * before the client has ended it depends on the machine.
 */
function ranging(file: Uint8Array, state: () => string) {
  let sent = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const headers = new Headers({ "accept-ranges": "bytes", etag: state() });
      const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
      if (from === undefined) {
        headers.set("content-length", String(file.length));
        let at = 0;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            if (at >= file.length) return controller.close();
            controller.enqueue(file.slice(at, at += 1 << 16));
          },
        }, { highWaterMark: 0 });
        return new Response(body, { headers });
      }
      const bytes = file.slice(Number(from), Number(last) + 1);
      sent += bytes.length;
      headers.set("content-range", `bytes ${from}-${last}/${file.length}`);
      return new Response(bytes, { status: 206, headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/elig.parquet`,
    sent: () => sent,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

Deno.test("Parquet of a web server: only the columns that are needed are asked for", () =>
  withFolder(async (folder) => {
    const users = 130_000, path = `${folder}/elig.parquet`;
    const note = "hash(range) || '-' || hash(range + 1) || '-' || hash(range + 2)";
    await Deno.writeTextFile(
      `${folder}/q.sql`,
      `SELECT 'u' || range AS user_id, ${note} AS note, 'c' AS contract_address, range / 8 AS score, ${note} AS other FROM range(${users})`,
    );
    await extractTable(`duckdb://?query=${folder}/q.sql`, path, "parquet");
    const text = (name: string, body: string) => {
      Deno.writeTextFileSync(`${folder}/${name}`, body);
      return `${folder}/${name}`;
    };
    const others = {
      caps: text("caps.csv", "contract_address,cap_face,is_sponsored\nc,5,true\n"),
      groupRatios: text("ratios.csv", "group_id,sponsorship_ratio\ng,0\n"),
      userGroups: text(
        "groups.csv",
        `user_id,group_id\n${Array.from({ length: users }, (_, i) => `u${i},g\n`).join("")}`,
      ),
    };
    const file = await Deno.readFile(path);
    await using steady = ranging(file, () => '"1"');
    const near = await readDrop({ ...others, elig: path });
    const far = await readDrop({ ...others, elig: steady.url });
    assertEquals(far.instance.score, near.instance.score);
    assertEquals(far.instance.contract, near.instance.contract);
    assertEquals(far.input.elig, { ...near.input.elig });
    assert(steady.sent() < file.length / 2, `${steady.sent()} of ${file.length} bytes`);
    let asked = 0;
    await using changing = ranging(file, () => `"${asked++ >> 2}"`);
    await assertRejects(
      () => readDrop({ ...others, elig: changing.url }),
      InputError,
      "changed while it was read",
    );
  }));

/** A small Parquet file of pairs, and the other inputs of its drop, in a folder. */
async function smallDrop(folder: string) {
  await Deno.writeTextFile(
    `${folder}/q.sql`,
    "SELECT 'u' || range AS user_id, 'c' AS contract_address, range / 8 AS score FROM range(40)",
  );
  await extractTable(`duckdb://?query=${folder}/q.sql`, `${folder}/elig.parquet`, "parquet");
  const users = Array.from({ length: 40 }, (_, i) => `u${i},g\n`).join("");
  return {
    parquet: await Deno.readFile(`${folder}/elig.parquet`),
    ...await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\nc,5,true\n",
      groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      userGroups: `user_id,group_id\n${users}`,
    }),
  };
}

Deno.test("servers that answer requests for ranges in their own way", () =>
  withFolder(async (folder) => {
    const { parquet, ...others } = await smallDrop(folder);
    let whole = 0;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { pathname } = new URL(request.url);
        const headers = new Headers({ "accept-ranges": "bytes" });
        const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
        if (from === undefined || pathname !== "/unsized") {
          if (from !== undefined) whole++;
          const body = pathname === "/other" && from !== undefined ? parquet.slice(1) : parquet;
          headers.set("content-length", String(body.length));
          return new Response(body, { headers });
        }
        headers.set("content-range", `bytes ${from}-${last}/*`);
        const bytes = parquet.slice(Number(from), Number(last) + 1);
        return new Response(bytes, { status: 206, headers });
      },
    );
    const at = `http://127.0.0.1:${server.addr.port}`;
    const near = await readDrop({ ...others, elig: `${folder}/elig.parquet` });
    // One that does not say how large the file is, and one that sends all of it whatever it said.
    for (const path of ["/unsized", "/whole"]) {
      const { instance, input } = await readDrop({ ...others, elig: at + path });
      assertEquals(instance.score, near.instance.score, path);
      assertEquals(input.elig, near.input.elig, path);
    }
    assertEquals(whole, 1);
    const change = () => readDrop({ ...others, elig: `${at}/other` });
    await assertRejects(change, InputError, "changed while it was read");
  }));

Deno.test("a part of a file is not taken for the file, and what a server says beside an error may never end", async () => {
  const endless = new Uint8Array(1 << 16).fill(120);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/part") {
        const headers = { "content-range": "bytes 0-3/500" };
        return new Response("a\n1\n", { status: 206, headers });
      }
      if (pathname === "/endless") {
        const body = new ReadableStream({ pull: (controller) => controller.enqueue(endless) });
        return new Response(body, { status: 404 });
      }
      return new Response("a\n1\n", { headers: { "content-encoding": "gzip" } });
    },
  );
  const at = `127.0.0.1:${server.addr.port}`;
  const read = async (address: string) => {
    const { bytes } = await openWebFile(address);
    return await new Response(bytes).text();
  };
  const faults: [string, string][] = [
    [`http://${at}/part`, "the server sent a part of the file, expected all of it"],
    [`http://${at}/endless`, "the server answers 404 Not Found"],
    [`http://${at}/broken`, "or what came as content-encoding gzip is damaged"],
    [`http://a%zz:b@${at}/`, "has a broken percent escape, expected % as %25"],
    [`https://${at}/`, "the server does not speak TLS: is it http://?"],
  ];
  for (const [address, expected] of faults) {
    await assertRejects(() => read(address), InputError, expected);
  }
});

Deno.test("a redirect's end is named where that is what fails", async () => {
  const ends: Record<string, string> = {
    "/again": "/again",
    "/file": "file:///x",
    "/blocked": "http://127.0.0.1:1/x",
    "/host": "http://no.such.host.invalid/x",
    "/garbage": "http://[::",
  };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      new Response(null, {
        status: 302,
        headers: { location: ends[new URL(request.url).pathname] },
      }),
  );
  const faults = {
    "/again": "the redirects don't end",
    "/file": "a redirect leads to no address of http:// or https://",
    "/garbage": "a redirect leads to no address of http:// or https://",
    "/blocked": "port 1 is blocked for web requests",
    "/host": "can't connect: there is no host no.such.host.invalid (a redirect led to",
  };
  for (const [path, expected] of Object.entries(faults)) {
    const address = `http://127.0.0.1:${server.addr.port}${path}`;
    const { message } = await assertRejects(() => openWebFile(address), InputError, expected);
    assert(message.startsWith(`${address}: `), message);
  }
});

Deno.test("limits of time of the web: behind the address, and by options", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  try {
    const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/caps.csv`;
    const silent = `${url}: can't connect: no answer for 0.2 s`;
    const shown = `${silent} (--connect-timeout S waits longer)`;
    await using folder = new TempFolder();
    writeDrop(folder);
    const file = (name: string) => `${folder.path}/${name}.csv`;
    const read = (caps: string) =>
      readDrop({
        caps,
        elig: file("elig"),
        userGroups: file("user_groups"),
        groupRatios: file("group_ratios"),
      });
    await assertRejects(
      () => read(`${url}#connect_timeout=0.2`),
      InputError,
      `${silent} (connect_timeout=S in its address waits longer)`,
    );
    await assertRejects(
      () => read(`${url}#connect_timeout=0.2&idle_timeout=x`),
      InputError,
      'idle_timeout is "x", expected seconds',
    );
    for (
      const line of [
        ["allocate", ...INPUTS, "--caps", url],
        ["allocate", ...INPUTS, "--history", url],
        ["diff", url, "caps.csv"],
      ]
    ) {
      const out = line[0] === "diff" ? "--changes" : "--out";
      const { code, stderr } = await divvy([...line, out, "o.csv", "--connect-timeout", "0.2"], {
        cwd: folder.path,
        permissions: ["--allow-all"],
      });
      assertEquals(code, 1);
      assert(stderr.includes(shown), stderr);
    }
  } finally {
    listener.close();
    for (const connection of open) connection.close();
    await accepting.catch(() => {});
  }
});

Deno.test("S3: requests are signed as its documentation has it, by the environment's key", async () => {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const mac = (key: string | Uint8Array, text: string) =>
    createHmac("sha256", key).update(text).digest();
  /** Whether the signature is right, worked out from the request (Signature Version 4). */
  const isSigned = (request: Request): boolean => {
    const header = request.headers.get("authorization") ?? "";
    const [, scope, names, signature] =
      /^AWS4-HMAC-SHA256 Credential=key\/([^,]*), SignedHeaders=([^,]*), Signature=(.*)$/.exec(
        header,
      ) ?? [];
    if (scope === undefined) return false;
    const { pathname, search } = new URL(request.url);
    const headers = names.split(";").map((name) => `${name}:${request.headers.get(name)}\n`).join(
      "",
    );
    const body = request.headers.get("x-amz-content-sha256")!;
    const canonical = ["GET", pathname, search.slice(1), headers, names, body].join("\n");
    const text = ["AWS4-HMAC-SHA256", request.headers.get("x-amz-date"), scope, hash(canonical)];
    const key = scope.split("/").reduce<string | Uint8Array>(
      (key, part) => mac(key, part),
      "AWS4secret",
    );
    return Buffer.from(mac(key, text.join("\n"))).toString("hex") === signature;
  };
  const asked: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      asked.push(new URL(request.url).pathname);
      const may = isSigned(request) && request.headers.get("x-amz-security-token") === "token";
      return may ? new Response("a\n1\n") : new Response("no", { status: 403 });
    },
  );
  const variables: Record<string, string> = {
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.addr.port}/`,
  };
  const open = (address: string, change: Record<string, string | undefined> = {}) =>
    openWebFile(address, {
      variable: (name) => ({ ...variables, ...change })[name],
      file: () => Promise.resolve(undefined),
      othersMayRead: () => Promise.resolve(false),
    });
  const { bytes } = await open("s3://drops/a/b c.csv");
  assertEquals(await new Response(bytes).text(), "a\n1\n");
  assertEquals(asked, ["/drops/a/b%20c.csv"]);
  for (const change of [{ AWS_SECRET_ACCESS_KEY: "other" }, { AWS_ACCESS_KEY_ID: undefined }]) {
    await assertRejects(
      () => open("s3://drops/a.csv", change),
      InputError,
      "the server answers 403",
    );
  }
  await assertRejects(() => open("s3://drops"), InputError, "names no object");
});
