/** The driver answers, whatever starts it. */
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { SparkDialect } from "../../../lib/engine/spark/dialect.ts";
import { SparkDriver } from "../../../lib/engine/spark/driver.ts";
import { formatOf } from "../../../lib/engine/spark/spark_run.ts";
import { parse } from "../../../lib/deps/std_csv.ts";
import { assertWords } from "../../support/dialect_words.ts";
import { ALL_TESTS } from "../../support/effort.ts";
import { pythonWith, readFolder, SMALL_SPARK } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { sparkTexts } from "../../../lib/sources/id_types.ts";

const python = pythonWith("pyspark");

/** Runs with a folder of Spark's defaults, as those of a cluster are. */
async function withDefaults<T>(
  folder: string,
  defaults: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = Deno.env.get("SPARK_CONF_DIR");
  await Deno.mkdir(`${folder}/conf`);
  await Deno.writeTextFile(`${folder}/conf/spark-defaults.conf`, defaults);
  Deno.env.set("SPARK_CONF_DIR", `${folder}/conf`);
  try {
    return await work();
  } finally {
    if (before === undefined) Deno.env.delete("SPARK_CONF_DIR");
    else Deno.env.set("SPARK_CONF_DIR", before);
  }
}

/** The ways that a driver is started in: by spark-submit, and by Python, which a usual run has in `open_drop_test.ts`. */
const STARTS: readonly [by: string, ignored: boolean][] = [
  ["spark-submit", false],
  ["Python", !ALL_TESTS],
];

for (const [by, ignored] of STARTS) {
  Deno.test({
    name:
      `Spark by ${by}: all functions of the dialect, no table of a run in a catalog of the cluster's, CSV with doubled quotes, times in UTC`,
    ignore: python === null || ignored,
    fn: () =>
      withFolder(async (folder) => {
        const settings = {
          python: python!,
          master: "local[1]",
          configuration: [...SMALL_SPARK, "spark.sql.session.timeZone=America/New_York"],
          ...(by === "spark-submit" && { sparkSubmit: python!.replace(/python$/, "spark-submit") }),
          work: `file:${folder}/work`,
        };
        const hive = "spark.sql.catalogImplementation hive\n";
        const driver = await withDefaults(folder, hive, () => SparkDriver.start(settings, {}));
        try {
          await answers(driver);
          await keepsTables(driver, folder);
          await givesTimes(driver);
        } finally {
          await driver.close();
        }
      }),
  });
}

/** Rows, errors, and what each function of the dialect gives. */
async function answers(driver: SparkDriver): Promise<void> {
  const rows = (sql: string) => driver.ask({ op: "rows", sql }, {}) as Promise<string[][]>;
  assertEquals(await rows("SELECT 1, array(0.5D, 2D), 'é'"), [["1", "[0.5,2.0]", "é"]]);
  const { message } = await assertRejects(
    () => driver.ask({ op: "run", sql: "SELECT nothing" }, {}),
    InputError,
  );
  assertMatch(message, /^Spark: .*nothing/);
  await assertWords(new SparkDialect(), rows);
}

/** Tables are the session's own; ids with quotes are read and written. */
async function keepsTables(driver: SparkDriver, folder: string): Promise<void> {
  const rows = (sql: string) => driver.ask({ op: "rows", sql }, {}) as Promise<string[][]>;
  const [[, catalog]] = await rows("SET spark.sql.catalogImplementation");
  assertEquals(catalog, "in-memory");
  const ids = [['u"1', "a,b"], ["u\\", "'c'"]];
  const csv = ids.map((row) => row.map((id) => `"${id.replaceAll('"', '""')}"`).join(","));
  await Deno.writeTextFile(`${folder}/given.csv`, `user_id,group_id\n${csv.join("\n")}\n`);
  const view = (table: string, path: string) =>
    driver.ask({ op: "view", table, path, ...formatOf(path) }, {});
  await view("given", `${folder}/given.csv`);
  const sql = "SELECT user_id, group_id FROM given ORDER BY group_id";
  assertEquals(await rows(sql), [ids[1], ids[0]]);
  const path = `${folder}/written.csv`;
  await driver.ask({ op: "write", path, ...formatOf(path), sql }, {});
  const written = await readFolder(path, async (file) => {
    const [, ...rows] = parse(await Deno.readTextFile(file));
    return rows;
  });
  assertEquals(written, [ids[1], ids[0]]);
}

/** Times are the same texts as in Parquet that one machine reads, whatever the session's zone. */
async function givesTimes(driver: SparkDriver): Promise<void> {
  const times = ["2024-03-01 09:00:00", "2024-07-01 09:00:00.1", "1969-12-31 23:59:59.000001"];
  const rows = times.map((time) => `(TIMESTAMP'${time}Z', TIMESTAMP_NTZ'${time}', 7)`);
  await driver.ask({
    op: "run",
    sql: `CREATE TEMP VIEW times AS SELECT * FROM VALUES ${
      rows.join(", ")
    } AS t(at, \`as it is\`, n)`,
  }, {});
  const columns = [["at", "timestamp"], ["as it is", "timestamp_ntz"], ["n", "int"]] as const;
  const sql = `SELECT at, \`as it is\`, n FROM ${sparkTexts("times", columns)}`;
  const texts = ["2024-03-01T09:00:00Z", "2024-07-01T09:00:00.100Z", "1969-12-31T23:59:59.000001Z"];
  assertEquals(
    await driver.ask({ op: "rows", sql }, {}),
    texts.map((text) => [text, text, "7"]),
  );
}

Deno.test("Spark: a spark-submit that is not there, or ends, is said in a line", () =>
  withFolder(async (folder) => {
    const start = (sparkSubmit: string) => SparkDriver.start({ sparkSubmit, work: folder }, {});
    await assertRejects(
      () => start("no-such-submit"),
      InputError,
      "there is no no-such-submit to run PySpark with (--spark-submit names another)",
    );
    const ends = `${folder}/ends`;
    await Deno.writeTextFile(ends, "#!/bin/sh\necho 'Error: no master there' >&2\nexit 1\n");
    await Deno.chmod(ends, 0o755);
    await assertRejects(() => start(ends), InputError, "Spark ended: Error: no master there");
  }));
