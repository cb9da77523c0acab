/** History and bans in Spark are what they are to the reader of this machine. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInSpark } from "../../../lib/engine/spark/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineBefore, writeBefore, writeTables } from "../../support/engine_before.ts";
import { compareWithLocal } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { pythonWith } from "../../support/spark.ts";
import { withFolder } from "../../support/temp_folder.ts";

const python = pythonWith("pyspark");

Deno.test({
  name: "Spark: history and bans keep out and scale the pairs that they do on one machine",
  ignore: python === null,
  fn: () =>
    withFolder(async (folder) => {
      const instance = randomInstance({
        ...{ seed: 81, users: 200, contracts: 12, groups: 3, brands: 5 },
        ...{ capShare: 0.3, ratios: [0.1, 0.3] },
      });
      const { engine, sources } = await writeTables(instance, folder);
      const files = await writeBefore(instance, folder, { seed: 9, rows: 400, dated: true });
      const options = {
        asOf: "2025-08-29",
        cooldown: "contract=8d",
        declineFactor: 0.8,
        rotate: 1,
      };
      const policy = defaultPolicy, before = await engineBefore(files, options);
      const result = await allocateInSpark({
        ...{ ...engine, out: `${folder}/assignments.parquet`, policy, before },
        ...{ python: python!, master: "local[2]" },
        // Small drops: compiling what runs once takes longer than running it.
        configuration: [
          "spark.sql.shuffle.partitions=2",
          "spark.sql.codegen.wholeStage=false",
          "spark.sql.codegen.factoryMode=NO_CODEGEN",
        ],
      }, { sampleUsers: 100, passes: 2 });
      const drop = await readDrop({ ...sources, ...files }, {
        ...{ duplicates: "largest", ...options },
      });
      const { instance: local, input } = drop;
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
