/** Tables of databases become files: the columns asked for are found however the bytes arrive. */
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { extractTable } from "../../lib/transfer/extract.ts";
import { withFolder } from "../support/temp_folder.ts";

Deno.test("extract: a column is found where its name arrives in two pieces, cut within a letter", async () => {
  const bytes = new TextEncoder().encode(`user_id,näme\n${"ann,north\n".repeat(4_000)}`);
  // So many bytes are held back until more come, so this first piece ends within the ä.
  const held = 16 * 1024, cut = held + "user_id,n".length + 1;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      if (new URL(request.url).pathname === "/ping") return new Response("Ok.\n");
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
      return new Response(
        new ReadableStream({
          async pull(controller) {
            const piece = pieces.shift();
            if (piece === undefined) return controller.close();
            controller.enqueue(piece);
            // So that the two are sent one by one.
            await new Promise((resolve) => setTimeout(resolve, 50));
          },
        }),
      );
    },
  );
  await withFolder(async (folder) => {
    const url = `clickhouse://127.0.0.1:${server.addr.port}/default?table=users`;
    const path = `${folder}/users.csv`;
    assertEquals(await extractTable(url, path, "csv", { columns: ["user_id", "näme"] }), 4_000);
    assertEquals(await Deno.readFile(path), bytes);
  });
});
