/** A file that is replaced or written to while it is read is refused; old and new never mix. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { buildDirectory } from "../../../lib/allocator/drop/instance/directory.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { EligPool } from "../../../lib/io/elig/elig_pool.ts";
import { readElig } from "../../../lib/io/elig/elig_reader.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const USERS = Array.from({ length: 3000 }, (_, user) => `u${user}`);
const directory = buildDirectory(
  {
    contracts: ["a", "b", "c"],
    sponsored: Uint8Array.of(0, 0, 0),
    cap: Float64Array.of(5, 5, 5),
    brands: null,
  },
  {
    userIds: IdPool.from(USERS),
    groupIds: ["g"],
    user: Uint32Array.from(USERS, (_, user) => user),
    group: new Uint32Array(USERS.length),
  },
  { groups: ["g"], ratio: Float64Array.of(0) },
  1,
);

/** Every user with every contract, at the same score, in many blocks, ranges or row groups. */
function pairs(format: "csv" | "parquet", score: number): Uint8Array {
  const rows = USERS.flatMap((user) => ["a", "b", "c"].map((contract) => [user, contract]));
  if (format === "csv") {
    const note = "x".repeat(200);
    const text = rows.map(([user, contract]) => `${user},${contract},${score},${note}\n`).join("");
    return new TextEncoder().encode(`user_id,contract_address,score,note\n${text}`);
  }
  return new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "user_id", data: rows.map(([user]) => user), type: "STRING" },
      { name: "contract_address", data: rows.map(([, contract]) => contract), type: "STRING" },
      { name: "score", data: rows.map(() => score), type: "DOUBLE" },
    ],
    rowGroupSize: 500,
  }));
}

/** What happens to the file; each leaves a file that reads well, or half of one. */
const CHANGES: Record<string, (path: string, other: Uint8Array) => void> = {
  "replaced": (path, other) => {
    Deno.writeFileSync(`${path}.new`, other);
    Deno.renameSync(`${path}.new`, path);
  },
  "written over": (path, other) => Deno.writeFileSync(path, other),
  "cut in half": (path, other) => Deno.truncateSync(path, other.length >> 1),
  "added to": (path, other) => Deno.writeFileSync(path, other, { append: true }),
  "removed": (path) => Deno.removeSync(path),
};

for (const format of ["csv", "parquet"] as const) {
  for (const workers of [1, 2]) {
    Deno.test(`${format} that changes while ${workers} read it is refused`, async () => {
      const before = pairs(format, 0.25), after = pairs(format, 0.75);
      await withFolder(async (folder) => {
        for (const [how, change] of Object.entries(CHANGES)) {
          const path = `${folder}/elig.${format}`;
          Deno.writeFileSync(path, before);
          // What is written in the same millisecond and at the same size can't be told by anyone.
          Deno.utimeSync(path, 1e9, 1e9);
          const pool = workers > 1 ? EligPool.start(workers - 1) : null;
          try {
            if (pool !== null) assert(await pool.ready);
            let isChanged = false;
            const onProgress = () => {
              if (!isChanged) change(path, after);
              isChanged = true;
            };
            const control = { pool, rangeBytes: 20_000, onProgress };
            const error = await assertRejects(
              () => readElig(path, directory, control),
              InputError,
              undefined,
              how,
            );
            assertEquals(error.message, `${path}: changed while it was read`, how);
            assert(isChanged);
          } finally {
            pool?.close();
          }
        }
      });
    });
  }

  Deno.test(`${format} that is replaced before or while readDrop opens it is read whole or refused`, async () => {
    const before = pairs(format, 0.25), after = pairs(format, 0.75);
    await withFolder(async (folder) => {
      const files = await writeFiles(folder, {
        caps: "contract_address,cap_face,is_sponsored\na,5,false\nb,5,false\nc,5,false\n",
        userGroups: "user_id,group_id\n" + USERS.map((user) => `${user},g\n`).join(""),
        groupRatios: "group_id,sponsorship_ratio\ng,0\n",
      });
      const elig = `${folder}/elig.${format}`;
      for (const [workers, at] of [[1, 0], [1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]) {
        Deno.writeFileSync(elig, before);
        let calls = 0;
        const onProgress = () => {
          if (calls++ === at) CHANGES.replaced(elig, after);
        };
        const scores = await readDrop({ ...files, elig }, { workers, onProgress }).then(
          ({ instance }) => {
            assertEquals(instance.score.length, 3 * USERS.length);
            return new Set(instance.score);
          },
          (error) => {
            assertEquals(error.message, `${elig}: changed while it was read`);
            return new Set([0]);
          },
        );
        assert(calls > at);
        assertEquals(scores.size, 1, `${workers} workers, replaced at ${at}`);
      }
    });
  });
}
