import { UsageError } from "../../lib/base/errors.ts";
import { assert, assertEquals, assertNotEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { serveStudio } from "../../lib/studio/server.ts";

/** A server whose session answers with what it is asked. */
async function withServer(
  body: (server: ReturnType<typeof serveStudio>, origin: string, token: string) => Promise<void>,
): Promise<void> {
  const server = serveStudio({
    session: {
      call: (name, ask) => {
        if (name === "wrong") return Promise.reject(new UsageError("that can't be"));
        if (name === "broken") return Promise.reject(new Error("oh"));
        return Promise.resolve({ name, ask });
      },
    },
    title: "A & B",
    script: "let a;",
    style: "a{}",
    port: 0,
  });
  const { origin, pathname } = new URL(server.url);
  try {
    await body(server, origin, pathname.slice(1, -1));
  } finally {
    await server.close();
  }
}

/** Status and text. */
async function ask(url: string, init: RequestInit = {}): Promise<[number, string, Headers]> {
  const response = await fetch(url, init);
  return [response.status, await response.text(), response.headers];
}

Deno.test("studio's server: page, script, style and calls behind the token", async () => {
  await withServer(async ({ url }) => {
    const [status, page, headers] = await ask(url);
    assertEquals(status, 200);
    assert(page.includes("<title>A &amp; B · Divvy studio</title>"));
    const policy = headers.get("content-security-policy")!;
    assert(policy.startsWith("default-src 'none';script-src 'self';"));
    assert(!policy.includes("unsafe"));
    assertEquals(headers.get("access-control-allow-origin"), null);
    assertEquals((await ask(`${url}page.js`))[1], "let a;");
    assertEquals((await ask(`${url}page.css`))[1], "a{}");
    const posted = (name: string, body: string) =>
      ask(`${url}api/${name}`, { method: "POST", body });
    assertEquals((await posted("undo", '{"a":1}'))[1], '{"name":"undo","ask":{"a":1}}');
    assertEquals((await posted("undo", "{")).slice(0, 2), [400, '{"error":"expected JSON"}']);
    assertEquals((await posted("wrong", "null")).slice(0, 2), [400, '{"error":"that can\'t be"}']);
    assertEquals((await posted("broken", "null"))[0], 500);
    assertEquals((await ask(`${url}api/undo`))[0], 405);
    assertEquals((await ask(`${url}page.js`, { method: "POST" }))[0], 405);
    assertEquals((await ask(`${url}nothing`))[0], 404);
    assertEquals((await ask(`${url}toString`))[0], 404);
  });
});

Deno.test("studio's server: without the token, or from elsewhere, there is nothing", async () => {
  await withServer(async ({ url }, origin, token) => {
    const wrong = token.replace(/.$/, (digit) => digit === "0" ? "1" : "0");
    for (
      const path of ["", "page.js", "api/open", `${wrong}/`, token, `${token}0/`, "__proto__/"]
    ) {
      const [status, told] = await ask(`${origin}/${path}`);
      assertEquals(status, 403, path);
      // Whoever loads a page of a studio that was stopped again is told where to go.
      assert(told.includes("open the one that it printed"), told);
    }
    for (const other of ["http://evil.test", "null", "http://127.0.0.1:1"]) {
      const headers = { origin: other };
      assertEquals((await ask(url, { headers }))[0], 403, other);
      assertEquals((await ask(`${url}api/open`, { method: "POST", headers }))[0], 403, other);
    }
    assertEquals((await ask(url, { headers: { "sec-fetch-site": "cross-site" } }))[0], 403);
    assertEquals((await ask(url, { headers: { "sec-fetch-site": "same-site" } }))[0], 403);
    assertEquals((await ask(`${url}api/x`, { method: "POST", headers: { origin } }))[0], 200);
  });
});

Deno.test("studio's server: a host name that points here is none of its own", async () => {
  await withServer(async ({ url }, origin) => {
    const { port } = new URL(origin);
    const asked = async (host: string): Promise<string> => {
      const socket = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      const path = new URL(url).pathname;
      const lines = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
      await socket.write(new TextEncoder().encode(lines));
      return (await new Response(socket.readable).text()).slice(9, 12);
    };
    assertEquals(await asked(`127.0.0.1:${port}`), "200");
    assertEquals(await asked(`evil.test:${port}`), "403");
    assertEquals(await asked("127.0.0.1"), "403");
  });
});

Deno.test("studio's server: events reach every page, until it closes", async () => {
  await withServer(async (server) => {
    const open = async () => {
      const response = await fetch(`${server.url}events`);
      return response.body!.pipeThrough(new TextDecoderStream()).getReader();
    };
    const pages = [await open(), await open()];
    // What a page begins with comes first, in the same stream.
    const begin = 'retry: 1000\n\nevent: opening\ndata: {"name":"open","ask":null}\n\n';
    for (const page of pages) {
      let text = "";
      while (text.length < begin.length) text += (await page.read()).value;
      assertEquals(text, begin);
    }
    server.send("progress", { version: 1, phase: "a\nb" });
    for (const page of pages) {
      assertEquals(
        (await page.read()).value,
        'event: progress\ndata: {"version":1,"phase":"a\\nb"}\n\n',
      );
    }
    await pages[0].cancel();
    server.send("rows", []);
    assertEquals((await pages[1].read()).value, "event: rows\ndata: []\n\n");
    await server.close();
    // The connection ends, with or without a word.
    assertEquals(await pages[1].read().then(({ done }) => done, () => true), true);
  });
});

Deno.test("studio's server: a call of more bytes than it may have, or of other text than UTF-8", async () => {
  await withServer(async ({ url }) => {
    const post = async (body: BodyInit) =>
      (await ask(`${url}api/undo`, { method: "POST", body })).slice(0, 2);
    const tooMuch = [413, '{"error":"that is too much for one call"}'];
    const text = new TextEncoder().encode(`"${"x".repeat(9 << 20)}"`);
    assertEquals(await post(text), tooMuch);
    // A stream has no length that is told beforehand.
    assertEquals(await post(new Blob([text]).stream()), tooMuch);
    assertEquals(await post(new Blob(['{"a":', "1}"]).stream()), [
      200,
      '{"name":"undo","ask":{"a":1}}',
    ]);
    assertEquals(await post(Uint8Array.of(0x22, 0xff, 0x22)), [400, '{"error":"expected JSON"}']);
  });
});

Deno.test("studio's server: it closes while somebody's call has not come to its end", async () => {
  let begun: Deno.Conn | undefined;
  await withServer(async ({ url }) => {
    const { host, port, pathname } = new URL(url);
    begun = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    const lines = `POST ${pathname}api/undo HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 9`;
    await begun.write(new TextEncoder().encode(`${lines}\r\n\r\n{`));
    assertEquals((await ask(url))[0], 200);
  });
  begun!.close();
});

Deno.test("studio's server: tokens differ, and a port in use is said in a line", async () => {
  await withServer(async (one, origin) => {
    const served = { session: { call: () => Promise.resolve() }, title: "", script: "", style: "" };
    const port = Number(new URL(origin).port);
    assertThrows(() => serveStudio({ ...served, port }), UsageError, `port ${port} is in use`);
    const two = serveStudio({ ...served, port: 0 });
    assertNotEquals(new URL(one.url).pathname, new URL(two.url).pathname);
    assertEquals(new URL(two.url).pathname.length, 34);
    await two.close();
  });
});
