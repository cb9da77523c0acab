/** Files of a web server as inputs. */
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { extractTable } from "../../lib/sources/extract.ts";
import { withFolder } from "../support/temp_folder.ts";

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
      ...{ caps: `http://ann:hu%2Fsh@${at}/caps.csv`, elig: `http://${at}/elig.parquet` },
      ...{ userGroups: `http://${at}/groups.csv.gz`, groupRatios: `http://${at}/ratios.csv` },
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
