/** What DuckDB reads from files is what the local solver reads from the same files. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { openDuckDb } from "../../../lib/deps/duckdb.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import type { EngineOptions } from "../../../lib/engine/run/allocate_in_engine.ts";
import { LARGEST_SCORE } from "../../../lib/engine/sql/files/largest_score.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { readGroupRatios } from "../../../lib/io/tables/group_ratios_table.ts";
import { readRows, writeFiles } from "../../support/engine_files.ts";
import { judgeRows } from "../../support/engine_judge.ts";
import { assertTallied } from "../../support/engine_tally.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { solveHere } from "../../support/local_solution.ts";

const policy = { ...defaultPolicy, k: 2 };

/** Scores with many digits, so that narrow types cut them. */
const instance = randomInstance({
  seed: 31,
  users: 300,
  contracts: 12,
  groups: 4,
  ratios: [0.2, 0.5],
  capShare: 0.4,
  scoreStep: 1 / 999_983,
});

/** Allocates files in DuckDB, and judges the result by what the file reader makes of them. */
async function compared(
  folder: string,
  change: (files: { elig: string; userGroups: string }) => Promise<string | void>,
  options: EngineOptions = {},
) {
  const files = await writeFiles(instance, folder);
  const elig = await change(files) ?? files.elig;
  const result = await allocateInDuckDb({ ...files, elig, policy, memory: "500MB" }, options);
  const { caps, groupRatios } = files;
  const tables = { caps: `${folder}/caps.csv`, groupRatios: `${folder}/group_ratios.csv` };
  await Deno.writeTextFile(
    tables.caps,
    "contract_address,cap_face,is_sponsored\n" +
      caps.contracts.map((id, c) => `${id},${caps.cap[c]},${caps.sponsored[c]}\n`).join(""),
  );
  await Deno.writeTextFile(
    tables.groupRatios,
    "group_id,sponsorship_ratio\n" +
      groupRatios.groups.map((id, g) => `${id},${groupRatios.ratio[g]}\n`).join(""),
  );
  const drop = await readDrop({ userGroups: files.userGroups, ...tables, elig }, {
    duplicates: "largest",
    topN: options.topN,
    minScore: options.minScore,
  });
  judgeRows(drop.instance, policy, await readRows(files.out), result);
  const local = await solveHere(drop.instance, policy);
  assert(local.objective <= result.bound + 1e-9 && result.objective <= local.bound! + 1e-9);
  assertEquals(result.gathered.pairs, drop.instance.score.length);
  assertTallied(result, drop.input);
  return { result, drop };
}

/** Rewrites a CSV file line by line, its header apart. */
async function rewrite(path: string, line: (text: string, at: number) => string | string[]) {
  const [head, ...lines] = (await Deno.readTextFile(path)).trimEnd().split("\n");
  await Deno.writeTextFile(path, `${[head, ...lines.flatMap(line)].join("\n")}\n`);
}

Deno.test("DuckDB: Float32 scores of Parquet count as the text that files have", () =>
  withFolder(async (folder) => {
    const { drop } = await compared(folder, async ({ elig }) => {
      const path = `${folder}/elig.parquet`;
      const database = await openDuckDb(":memory:", {});
      const connection = await database.connect();
      await connection.run(
        `COPY (SELECT user_id, contract_address, score::FLOAT AS score FROM '${elig}') TO '${path}' (FORMAT parquet)`,
      );
      connection.closeSync();
      database.closeSync();
      return path;
    });
    assert(drop.instance.score.some((s) => s !== Math.fround(s)), "the type cuts digits");
  }));

Deno.test("DuckDB: repeated pairs count with their largest score", () =>
  withFolder(async (folder) => {
    let n = 0;
    const { result } = await compared(folder, ({ elig }) =>
      rewrite(elig, (line) => {
        const [user, contract, score] = line.split(",");
        return n++ % 4 === 0
          ? [line, `${user},${contract},${(n % 3 - 1) / 8 + Number(score)}`]
          : line;
      }));
    assert(result.gathered.conflicts > 50);
    assert(result.gathered.duplicates > result.gathered.conflicts);
    const files = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
    await rewrite(files.elig, (line, at) => at === 3 ? [line, line] : line);
    await assertRejects(
      () => allocateInDuckDb(files, { duplicates: "error" }),
      InputError,
      "1 pair comes again, expected each once",
    );
  }));

Deno.test("DuckDB: repeated pairs are counted as in files, those below the least score among them", () =>
  withFolder(async (folder) => {
    const minScore = 0.3, shares = [1, 0.5, 0.5, 0.9];
    let repeated = 0, lower = 0, gathered = 0;
    const { result } = await compared(folder, ({ elig }) =>
      rewrite(elig, (line, at) => {
        if (at % 3 > 0) return line;
        const [user, contract, text] = line.split(",");
        const scores = shares.map((share) => share * Number(text));
        const others = scores.filter((score) => score >= minScore).length - 1;
        repeated += scores.length - 1;
        lower += scores.filter((score) => score < Math.max(...scores)).length;
        gathered += Math.max(0, others);
        return scores.map((score) => `${user},${contract},${score}`);
      }), { minScore });
    const { duplicates, conflicts } = result.tally;
    assertEquals([duplicates, conflicts], [repeated, lower]);
    assertEquals([result.gathered.duplicates, result.gathered.conflicts], [gathered, gathered]);
    assert(result.tally.belowLeast > 50);
  }));

Deno.test("DuckDB: ids with blanks around them are those of files", () =>
  withFolder(async (folder) => {
    const { result } = await compared(folder, async ({ elig, userGroups }) => {
      await rewrite(elig, (line, at) => at % 3 === 0 ? ` ${line.replace(",", "\t,\u00a0")}` : line);
      await rewrite(userGroups, (line, at) => at % 5 === 0 ? `${line} \u3000` : line);
    });
    assertEquals(result.pairs.unknownContracts, 0);
  }));

Deno.test("DuckDB: the best pairs of a user, and those above a score, are those of files", () =>
  withFolder(async (folder) => {
    const { result } = await compared(folder, () => Promise.resolve(), { topN: 4, minScore: 0.1 });
    assert(result.gathered.beyondTopN > 100 && result.tally.belowLeast > 50);
  }));

Deno.test("DuckDB: the largest scores that are taken are allocated as others are", () =>
  withFolder(async (folder) => {
    const tables = {
      elig: "user_id,contract_address,score\n" +
        [1, 2, 3].map((u) => `u${u},c,${u === 1 ? LARGEST_SCORE : 1}\nu${u},d,-${LARGEST_SCORE}\n`)
          .join(""),
      userGroups: "user_id,group_id\nu1,g\nu2,g\nu3,g\n",
      caps: "contract_address,cap_face,is_sponsored\nc,1,false\nd,2,SPONSORED\n",
      groupRatios: "group_id,sponsorship_ratio\ng,0.5\n",
    };
    const path = (name: string) => `${folder}/${name}.csv`, out = path("out");
    // Without a sponsored contract no minimum can be met: what that costs stands beside the scores.
    for (const isSponsored of [true, false]) {
      for (const [name, text] of Object.entries(tables)) {
        await Deno.writeTextFile(path(name), text.replace("SPONSORED", `${isSponsored}`));
      }
      const [elig, userGroups, caps, groupRatios] = Object.keys(tables).map(path);
      const result = await allocateInDuckDb({
        ...{ elig, userGroups, out, policy, memory: "500MB" },
        caps: await readCaps(caps),
        groupRatios: await readGroupRatios(groupRatios),
      });
      const { instance } = await readDrop({ elig, userGroups, caps, groupRatios });
      judgeRows(instance, policy, await readRows(out), result);
    }
  }));

Deno.test("DuckDB: bad input is one line that names file, column and value", () =>
  withFolder(async (folder) => {
    const files = { ...await writeFiles(instance, folder), policy, memory: "500MB" };
    const cases: [change: string, RegExp][] = [
      ["u9,c1,abc", /elig\.csv:10: score is "abc", expected a finite number$/],
      ["u9,c1,nan", /elig\.csv:10: score is "nan", expected a finite number$/],
      ["u9,c1,0x10", /elig\.csv:10: score is "0x10", expected a finite number$/],
      ["u9,c1,1e999", /elig\.csv:10: score is "1e999", expected a finite number$/],
      ["u9,c1,1e308", /:10: score is "1e308", expected a number of at most ±1e\+60, so that sums/],
      [" ,c1,0.5", /elig\.csv:10: user_id is "", expected an id$/],
      ["u9,,0.5", /elig\.csv:10: contract_address is "", expected an id$/],
    ];
    for (const [row, expected] of cases) {
      await writeFiles(instance, folder);
      await rewrite(files.elig, (line, at) => at === 7 ? [line, row] : line);
      const error = await assertRejects(() => allocateInDuckDb(files), InputError);
      assert(expected.test(error.message) && !error.message.includes("\n"), error.message);
      await assertRejects(() => Deno.stat(files.out), Deno.errors.NotFound);
    }
    await Deno.writeTextFile(files.elig, "user_id,contract,score\nu1,c1,1\n");
    await assertRejects(
      () => allocateInDuckDb(files),
      InputError,
      ':1: missing column contract_address (the header has "user_id", "contract", "score"',
    );
  }));
