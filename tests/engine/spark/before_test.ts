/** Limits, own k, history and bans in Spark are what they are on one machine: one run, as starting Spark takes its time. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInSpark } from "../../../lib/engine/spark/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineBefore, writeBefore } from "../../support/engine_before.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { compareWithLocal } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { pythonWith } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";

const python = pythonWith("pyspark");

Deno.test({
  name: "Spark: limits, own k, history and bans are kept as on one machine",
  ignore: python === null,
  fn: () =>
    withFolder(async (folder) => {
      const instance = randomInstance({
        ...{ seed: 81, users: 150, contracts: 10, groups: 3, brands: 5 },
        ...{ capShare: 0.4, ratios: [0.1, 0.3] },
      });
      const { files } = await writeLimited(instance, folder, 1, LIMITS[0][1], { ownK: true });
      const earlier = await writeBefore(instance, folder, { seed: 9, rows: 300, dated: true });
      const options = { asOf: "2025-08-29", cooldown: "contract=8d", declineFactor: 0.8 };
      const policy = defaultPolicy, before = await engineBefore(earlier, options);
      const result = await allocateInSpark({
        ...{ ...files, ...await engineLimits(files), before },
        ...{ out: `${folder}/assignments.parquet`, policy, python: python!, master: "local[2]" },
        // Small drops: compiling what runs once takes longer than running it.
        configuration: [
          "spark.sql.shuffle.partitions=2",
          "spark.sql.codegen.wholeStage=false",
          "spark.sql.codegen.factoryMode=NO_CODEGEN",
        ],
      }, { sampleUsers: 100, passes: 1, timeout: 1 });
      const { instance: local, input } = await readDrop({ ...files, ...earlier }, {
        ...{ duplicates: "largest", ...options },
      });
      assertEquals(result.broken, []);
      assertEquals(result.gathered.pairs, local.score.length);
      const { history: _, ...facts } = result.before!;
      assertEquals(facts, {
        banned: input.bans!.pairs,
        coolingByContract: input.history!.pairs_cooling_by_contract,
        coolingByBrand: input.history!.pairs_cooling_by_brand,
        declined: input.history!.pairs_declined,
      });
      await compareWithLocal(local, policy, result);
    }),
});
