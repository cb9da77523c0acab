/** Limits and own k in Spark are what they are on one machine. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInSpark } from "../../../lib/engine/spark/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { compareWithLocal } from "../../support/engine_judge.ts";
import { engineInstance } from "../../support/engine_instance.ts";
import { pythonWith } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { ALL_TESTS } from "../../support/effort.ts";

const python = pythonWith("pyspark");

Deno.test({
  name: "Spark: limits and own k are kept as on one machine",
  // Its statements take Spark a minute or more.
  ignore: python === null || !ALL_TESTS,
  fn: () =>
    withFolder(async (folder) => {
      const instance = engineInstance({ seed: 81, users: 150, contracts: 10 });
      const { files } = await writeLimited(instance, folder, 1, LIMITS[0][1], { ownK: true });
      const policy = defaultPolicy;
      const result = await allocateInSpark({
        ...files,
        ...await engineLimits(files),
        out: `${folder}/assignments.parquet`,
        policy,
        python: python!,
        master: "local[2]",
        // Small drops: compiling what runs once takes longer than running it.
        configuration: [
          "spark.sql.shuffle.partitions=2",
          "spark.sql.codegen.wholeStage=false",
          "spark.sql.codegen.factoryMode=NO_CODEGEN",
        ],
      }, { sampleUsers: 100, passes: 1, timeout: 1 });
      const { instance: local } = await readDrop(files);
      assertEquals(result.broken, []);
      assertEquals(result.gathered.pairs, local.score.length);
      await compareWithLocal(local, policy, result);
    }),
});
