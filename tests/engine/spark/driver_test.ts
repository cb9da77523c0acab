/** The driver answers, whatever starts it. */
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import { SparkDialect } from "../../../lib/engine/spark/dialect.ts";
import { SparkDriver } from "../../../lib/engine/spark/driver.ts";
import { assertWords } from "../../support/dialect_words.ts";
import { pythonWith, SMALL_SPARK } from "../../support/spark.ts";
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
