import { assertEquals } from "../../lib/deps/std_assert.ts";
import { reasonOf } from "../../lib/sources/web_reason.ts";

/** An error as `fetch` of Node.js throws it. */
const caused = (cause: string) => new TypeError("fetch failed", { cause: new Error(cause) });

Deno.test("why a request failed: what Deno and Node.js throw, in the same words", () => {
  const cases: [string, Error, string][] = [
    ["http://h/x", caused("redirect count exceeded"), "the redirects don't end"],
    [
      "http://h/x",
      caused("URL scheme must be a HTTP(S) scheme"),
      "a redirect leads to no address of http:// or https://",
    ],
    [
      "http://h/x",
      caused("getaddrinfo ENOTFOUND other"),
      "can't connect: there is no host other (a redirect led to other)",
    ],
    ["http://h/x", caused("getaddrinfo ENOTFOUND h"), "can't connect: there is no host h"],
    [
      "https://h/x",
      caused("error:0A00010B:SSL routines:ssl3_get_record:wrong version number"),
      "the server does not speak TLS: is it http://?",
    ],
    ["http://h:9/x", caused("bad port"), "port 9 is blocked for web requests"],
    [
      "http://h/x",
      new Error('NotCapable: Requires net access to "h:80", run again with the --allow-net flag'),
      "not permitted to connect (--allow-net=h)",
    ],
    [
      "https://h/x",
      new Error('NotCapable: Requires net access to "o:80", run again with the --allow-net flag'),
      "not permitted to connect (--allow-net=o:80) (a redirect led to o:80)",
    ],
    [
      "http://h:81/x",
      caused("error sending request for url (http://h:82/x): client error (Connect): refused"),
      "connection refused: is the server running? (a redirect led to h:82)",
    ],
    ["http://h/x", caused("other side closed"), "the connection was lost"],
  ];
  for (const [url, error, words] of cases) assertEquals(reasonOf(error, new URL(url)), words);
});
