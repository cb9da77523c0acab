import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { ceilShare } from "../../lib/base/numbers/share.ts";
import { generateAnswers } from "../../lib/generate/generate_answers.ts";
import { generateDrop } from "../../lib/generate/generate.ts";
import { generateInstance } from "../../lib/generate/generate_instance.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { withFolder } from "../support/temp_folder.ts";

/** An instance with ids as text, so that two can be compared whole. */
function plain(instance: Instance) {
  return { ...instance, users: instance.users.toArray() };
}

Deno.test("a drop that is not written to its end leaves no folder, with weeks or without", async () => {
  for (const weeks of [0, 2]) {
    await withFolder(async (dir) => {
      const onProgress = () => {
        throw new Error("stopped");
      };
      const options = { dir: `${dir}/new`, users: 5, weeks, onProgress };
      await assertRejects(() => generateDrop(options), Error, "stopped");
      assertEquals([...Deno.readDirSync(dir)], []);
    });
  }
});

Deno.test("the files of a generated drop read back to the instance made in memory", async () => {
  const shapes = [
    { users: 1, pairs: 1, contracts: 2, groups: 1 },
    { users: 7, pairs: 3, contracts: 5, groups: 3, seed: 9 },
    { users: 700, ties: true, infeasible: 0.1 },
  ];
  for (const shape of shapes) {
    await withFolder(async (dir) => {
      const { files, pairs } = await generateDrop({ ...shape, dir });
      const drop = await readDrop(files);
      assertEquals(plain(drop.instance), plain(generateInstance(shape)));
      assertEquals(drop.input.elig.rows, pairs);
    });
  }
});

Deno.test("a folder whose name a file has can't be made, for a drop and for answers alike", async () => {
  await withFolder(async (dir) => {
    const { files } = await generateDrop({ dir: `${dir}/drop`, users: 10 });
    const answersTo = `${dir}/offers.csv`;
    await Deno.writeTextFile(answersTo, "user_id,contract_address,score\n");
    const taken = { dir: files.caps, users: 10 };
    const said = `${files.caps}: can't make the folder: a file has its name`;
    await assertRejects(() => generateDrop(taken), InputError, said);
    await assertRejects(() => generateAnswers({ ...taken, answersTo }), InputError, said);
  });
});

Deno.test("the same options give the same bytes, another seed others", async () => {
  await withFolder(async (dir) => {
    const bytes = async (seed: number, name: string) => {
      const { files } = await generateDrop({ dir: `${dir}/${name}`, users: 300, seed });
      return await Promise.all(Object.values(files).map((path) => Deno.readTextFile(path)));
    };
    const first = await bytes(1, "a");
    assertEquals(await bytes(1, "b"), first);
    const other = await bytes(2, "c");
    first.forEach((text, i) => assert(text !== other[i]));
  });
});

Deno.test("a generated drop has what real ones have", async () => {
  await withFolder(async (dir) => {
    const { files } = await generateDrop({ dir, users: 3000 });
    const { instance, input } = await readDrop(files);
    const perUser = instance.score.length / instance.group.length;
    assert(perUser > 24 && perUser < 32, `about 28 pairs per user, not ${perUser}`);
    assert(input.elig.users_without_group > 0);
    assert(input.elig.duplicate_pairs > input.elig.conflicting_duplicate_pairs);
    assert(input.elig.conflicting_duplicate_pairs > 0);
    assert(input.caps.unsponsored_default_cap > 0);
    const zeros = instance.score.filter((s) => s === 0).length / instance.score.length;
    assert(zeros > 0.1 && zeros < 0.2);
    // Sponsored capacity is half of what k offers to each user wanted sponsored would take.
    const demand = instance.groupSize.reduce(
      (sum, n, g) => sum + 3 * ceilShare(instance.ratio[g], n),
      0,
    );
    const capacity = instance.cap.subarray(0, instance.sponsoredContracts).reduce(
      (a, b) => a + b,
      0,
    );
    assert(Math.abs(capacity / demand - 0.5) < 0.02, `${capacity} of ${demand}`);
    const sizes = [...instance.groupSize].sort((a, b) => b - a);
    assert(sizes[0] > 5 * sizes[Math.floor(sizes.length / 4)], "group sizes are skewed");
  });
});

Deno.test("infeasible: that share of the groups has too few users with a sponsored pair", () => {
  const { groups, group, groupSize, ratio, start, middle } = generateInstance({
    users: 5000,
    groups: 40,
    infeasible: 0.1,
  });
  const sponsorable = new Float64Array(groups.length);
  for (let u = 0; u < group.length; u++) if (middle[u] > start[u]) sponsorable[group[u]]++;
  const hopeless = groups.filter((_, g) => sponsorable[g] < ceilShare(ratio[g], groupSize[g]));
  assertEquals(hopeless.length, 4);
});

Deno.test("options out of range are usage errors", async () => {
  const bad = [
    { users: 0 },
    { users: 1.5 },
    { users: 5, contracts: 1 },
    { users: 5, groups: 0 },
    // More than arrays and sets hold.
    { users: 1e12 },
    { users: 5, groups: 1e8 },
    { users: 5, pairs: 0 },
    { users: 5, pairs: 200 },
    { users: 5, k: 0 },
    { users: 5, scarcity: -1 },
    { users: 5, seed: 0.5 },
    { users: 5, infeasible: 2 },
  ];
  for (const options of bad) {
    await assertRejects(() => generateDrop({ dir: "never-made", ...options }), UsageError);
  }
});

Deno.test("all four files or none, and never over existing ones unasked", async () => {
  const names = (dir: string) => [...Deno.readDirSync(dir)].map((entry) => entry.name).sort();
  for (const format of ["csv", "parquet"] as const) {
    await withFolder(async (dir) => {
      const options = { dir, users: 200, format };
      Deno.writeTextFileSync(`${dir}/elig.${format}`, "mine");
      await assertRejects(
        () => generateDrop(options),
        InputError,
        `${dir}/elig.${format}: exists already; --force overwrites it`,
      );
      assertEquals(names(dir), [`elig.${format}`]);
      assertEquals(Deno.readTextFileSync(`${dir}/elig.${format}`), "mine");
      const stopped = () => {
        throw new Error("stopped");
      };
      await assertRejects(
        () => generateDrop({ ...options, force: true, onProgress: stopped }),
        Error,
        "stopped",
      );
      assertEquals(names(dir), [`elig.${format}`]);
      assertEquals(Deno.readTextFileSync(`${dir}/elig.${format}`), "mine");
      const { files } = await generateDrop({ ...options, force: true });
      assertEquals(names(dir).length, 4);
      await readDrop(files);
    });
  }
});
