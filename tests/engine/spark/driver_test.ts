/** The driver answers, whatever starts it. */
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { SparkDialect } from "../../../lib/engine/spark/dialect.ts";
import { SparkDriver } from "../../../lib/engine/spark/driver.ts";
import { formatOf } from "../../../lib/engine/spark/spark_run.ts";
import { parse } from "../../../lib/deps/std_csv.ts";
import { assertWords } from "../../support/dialect_words.ts";
import { pythonWith, readFolder, SMALL_SPARK } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";

const python = pythonWith("pyspark");

Deno.test({
  name:
    "Spark: the driver that spark-submit runs answers as the one of a Python does, all functions of the dialect",
  ignore: python === null,
  fn: () =>
    withFolder(async (folder) => {
      const driver = await SparkDriver.start({
        python: python!,
        sparkSubmit: python!.replace(/python$/, "spark-submit"),
        master: "local[1]",
        configuration: SMALL_SPARK,
        work: `file:${folder}/work`,
      }, {});
      const sql = "SELECT 1, array(0.5D, 2D), 'é'";
      assertEquals(await driver.ask({ op: "rows", sql }, {}), [["1", "[0.5,2.0]", "é"]]);
      const { message } = await assertRejects(
        () => driver.ask({ op: "run", sql: "SELECT nothing" }, {}),
        InputError,
      );
      assertMatch(message, /^Spark: .*nothing/);
      const rows = (text: string) =>
        driver.ask({ op: "rows", sql: text }, {}) as Promise<string[][]>;
      await assertWords(new SparkDialect(), rows);
      await driver.close();
    }),
});

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

Deno.test({
  name: "Spark: tables of a run are in no catalog of the cluster's, and CSV has doubled quotes",
  ignore: python === null,
  fn: () =>
    withFolder(async (folder) => {
      const settings = {
        ...{ python: python!, master: "local[1]", configuration: SMALL_SPARK },
        work: `file:${folder}/work`,
      };
      const hive = "spark.sql.catalogImplementation hive\n";
      const driver = await withDefaults(folder, hive, () => SparkDriver.start(settings, {}));
      const rows = (sql: string) => driver.ask({ op: "rows", sql }, {});
      const [[, catalog]] = await rows("SET spark.sql.catalogImplementation") as string[][];
      assertEquals(catalog, "in-memory");
      const ids = [['u"1', "a,b"], ["u\\", "'c'"]];
      const csv = ids.map((row) => row.map((id) => `"${id.replaceAll('"', '""')}"`).join(","));
      await Deno.writeTextFile(`${folder}/given.csv`, `user_id,group_id\n${csv.join("\n")}\n`);
      const view = (table: string, path: string) =>
        driver.ask({ op: "view", table, path, ...formatOf(path) }, {});
      await view("given", `${folder}/given.csv`);
      const sql = "SELECT user_id, group_id FROM given ORDER BY group_id";
      const found = await rows(sql);
      assertEquals(found, [ids[1], ids[0]]);
      const path = `${folder}/written.csv`;
      await driver.ask({ op: "write", path, ...formatOf(path), sql }, {});
      const written = await readFolder(path, async (file) => {
        const [, ...rows] = parse(await Deno.readTextFile(file));
        return rows;
      });
      assertEquals(written, [ids[1], ids[0]]);
      await driver.close();
    }),
});

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
