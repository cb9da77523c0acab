/** A run goes on from a state that is that of the same drop. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import type { EngineOptions } from "../../../lib/engine/run/options.ts";
import { engineLimits, writeLimited } from "../../support/engine_limits.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";

Deno.test("a state is another's where columns that limits name have changed in caps or ratios", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({
      ...{ seed: 7, users: 60, contracts: 10, groups: 3, brands: 4, capShare: 0.4, ratios: [0.2] },
    });
    const limits =
      "limit,per,counts,at_most\nbudget,contract_address,cost,budget\nby cost,cost,,9\n";
    const { files, out } = await writeLimited(instance, folder, 1, limits);
    const stateFile = `${folder}/state.json`;
    const run = async (options: EngineOptions = {}) =>
      await allocateInDuckDb(
        { ...files, ...await engineLimits(files), policy: defaultPolicy, out, memory: "500MB" },
        { ...options, stateFile },
      );
    const stopped = async () => {
      const controller = new AbortController();
      await assertRejects(() =>
        run({
          signal: controller.signal,
          onProgress: ({ phase }) => phase === "certify" && controller.abort(),
        })
      );
    };
    await stopped();
    const caps = await Deno.readTextFile(files.caps);
    // Another cost is a further row of a limit, and a further price.
    await Deno.writeTextFile(files.caps, caps.replace(/,(0\.5|1\.25|2),(\d+)\n$/, ",77,$2\n"));
    await assertRejects(() => run(), InputError, "the state of another run");
    await Deno.writeTextFile(files.caps, caps);
    assertEquals((await run()).broken, []);
  }));
