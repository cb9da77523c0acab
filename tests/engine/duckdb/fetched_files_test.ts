/** Inputs that are no files here, read by DuckDB. */
import { assert, assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { FetchedFiles } from "../../../lib/engine/duckdb/fetched_files.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { resolveSource } from "../../../lib/io/bytes/source.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { divvy } from "../../support/cli.ts";
import { writeFiles } from "../../support/engine_files.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { namesIn, withFolder } from "../../support/temp_folder.ts";

/** Serves what `files` has by path. */
function serving(files: ReadonlyMap<string, string | Uint8Array>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const file = files.get(new URL(request.url).pathname);
    return file === undefined
      ? new Response("none", { status: 404 })
      : new Response(file as BodyInit);
  });
  return { server, at: `http://127.0.0.1:${server.addr.port}` };
}

async function zipped(text: string): Promise<Uint8Array> {
  const bytes = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

Deno.test("DuckDB: pairs and groups of a web server give what the same files give, and faults have their address", () =>
  withFolder(async (folder) => {
    const files = await writeFiles(
      randomInstance({ seed: 3, users: 200, contracts: 12, groups: 3 }),
      folder,
    );
    const elig = await Deno.readTextFile(files.elig);
    const served = new Map<string, string | Uint8Array>([
      ["/elig.csv", elig],
      ["/groups.csv.gz", await zipped(await Deno.readTextFile(files.userGroups))],
      ["/short.csv", `${elig}u1,c1\n`],
      ["/words.csv", `${elig}u1,c1,much\n`],
      ["/other.csv", "user_id,contract_address\nu1,c1\n"],
    ]);
    const { server, at } = serving(served);
    try {
      const input = { ...files, policy: defaultPolicy, memory: "500MB" };
      const here = await allocateInDuckDb(input);
      const rows = await Deno.readTextFile(files.out);
      const named = `${at}/elig.csv#connect_timeout=20`;
      const web = { ...input, elig: named, userGroups: `${at}/groups.csv.gz` };
      const phases = new Set<string>();
      const there = await allocateInDuckDb(web, { onProgress: ({ phase }) => phases.add(phase) });
      assertEquals(await Deno.readTextFile(files.out), rows);
      assertEquals(there.objective, here.objective);
      assert(phases.has(`fetch ${at}/elig.csv`), [...phases].join());
      const left = ["assignments.csv", "elig.csv", "user_groups.csv"];
      assertEquals(namesIn(folder), left);
      const lines = elig.trim().split("\n").length + 1;
      for (
        const [name, said] of [
          ["none.csv", /none\.csv: the server answers 404/],
          [
            "short.csv",
            new RegExp(`^${at}/short\\.csv:${lines}: the row has 2 fields, expected 3$`),
          ],
          [
            "words.csv",
            new RegExp(`^${at}/words\\.csv:${lines}: score is "much", expected a finite number$`),
          ],
          ["other.csv", new RegExp(`^${at}/other\\.csv:1: missing column score`)],
        ] as const
      ) {
        const { message } = await assertRejects(
          () => allocateInDuckDb({ ...web, elig: `${at}/${name}#connect_timeout=20` }),
          InputError,
        );
        assertMatch(message, said);
        assertEquals(namesIn(folder), left);
      }
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("what is fetched is known to have changed by its bytes", () =>
  withFolder(async (folder) => {
    const served = new Map([["/elig.csv", "user_id\nu\n"]]);
    const { server, at } = serving(served);
    try {
      const [part] = await resolveSource(`${at}/elig.csv`);
      const fetch = async (run: string) =>
        (await new FetchedFiles(`${folder}/${run}`).localFile(part, {})).fingerprint;
      const first = await fetch("first");
      assertEquals(await fetch("second"), first);
      served.set("/elig.csv", "user_id\nv\n");
      assert(await fetch("third") !== first);
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("DuckDB: a run that goes on fetches its inputs anew, and keeps no copy of them", () =>
  withFolder(async (folder) => {
    const files = await writeFiles(
      randomInstance({ seed: 5, users: 200, contracts: 12, groups: 3 }),
      folder,
    );
    const { server, at } = serving(new Map([["/elig.csv", await Deno.readTextFile(files.elig)]]));
    try {
      const input = { ...files, elig: `${at}/elig.csv`, policy: defaultPolicy, memory: "500MB" };
      const stateFile = `${folder}/state.json`, ending = new AbortController();
      await assertRejects(() =>
        allocateInDuckDb(input, {
          stateFile,
          signal: ending.signal,
          onProgress: ({ phase }) => {
            if (phase === "certify") ending.abort();
          },
        })
      );
      const work = `${folder}/.assignments.csv.divvy-work`;
      assert(namesIn(work).includes("run.duckdb") && !namesIn(work).includes("fetched"));
      const notes: string[] = [];
      const { broken } = await allocateInDuckDb(input, {
        stateFile,
        onNote: (note) => notes.push(note),
      });
      assertEquals([broken, notes.filter((note) => /starting anew/.test(note))], [[], []]);
      assertEquals(namesIn(folder).includes(".assignments.csv.divvy-work"), false);
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("a file that the folder has no room for is told, in one line", () =>
  withFolder(async (folder) => {
    const { server, at } = serving(new Map([["/elig.csv", "user_id\nu\n"]]));
    try {
      const [part] = await resolveSource(`${at}/elig.csv`);
      await Deno.writeTextFile(`${folder}/taken`, "");
      const { message } = await assertRejects(
        () => new FetchedFiles(`${folder}/taken`).localFile(part, {}),
        InputError,
      );
      assertMatch(message, /elig\.csv: can't be kept in .*taken: /);
      assert(!message.includes("\n"));
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("--engine duckdb --elig - reads standard input; the rows of a database are refused", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 200 });
    const args = ["allocate", "--dir", ".", "--engine", "duckdb", "--memory", "500MB"];
    const permissions = ["--allow-all"];
    const here = await divvy([...args, "--out", "here.csv"], { cwd, permissions });
    assertEquals(here.code, 0, here.stderr);
    const stdin = await Deno.readTextFile(`${cwd}/elig.csv`);
    const piped = await divvy([...args, "--elig", "-", "--out", "piped.csv"], {
      cwd,
      permissions,
      stdin,
    });
    assertEquals(piped.code, 0, piped.stderr);
    assertEquals(
      await Deno.readTextFile(`${cwd}/piped.csv`),
      await Deno.readTextFile(`${cwd}/here.csv`),
    );
    const refused = await divvy(
      [...args, "--elig", "sqlite://shop.sqlite?table=elig", "--out", "no.csv"],
      { cwd, permissions },
    );
    assertEquals(refused.code, 1);
    assertMatch(
      refused.stderr,
      /reads files, expected one, not the database sqlite:.*divvy extract/,
    );
  }));
