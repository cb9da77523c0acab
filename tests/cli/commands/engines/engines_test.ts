/** The registry is the one place beside engines' own folders that names them. */
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { engineOptionNames, ENGINES } from "../../../../lib/cli/commands/engines/engines.ts";

import { modulesIn } from "../../../support/modules_in.ts";

const LIB = new URL("../../../../lib/", import.meta.url);

/** Rooms that engines are steered, described and asked for in. */
const ROOMS = ["engine/run", "engine/steps", "engine/sql", "cli/frame", "cli/commands"];

/** The registry, and commands about databases as inputs and outputs, which have the same names. */
const MAY_NAME = /^cli\/commands\/(?:engines\/|data\/(?:extract|publish)_command\.ts$)/;

Deno.test("no file beside its own folder and the registry names an engine", async () => {
  const names = new RegExp(ENGINES.map(({ name }) => `\\b${name}`).join("|"), "i");
  const found: string[] = [];
  for (const room of ROOMS) {
    for (const file of modulesIn(new URL(`${room}/`, LIB))) {
      const path = file.href.slice(LIB.href.length);
      if (MAY_NAME.test(path)) continue;
      const text = await Deno.readTextFile(file);
      // Addresses of databases that files may stand in.
      const own = text.replace(/\w+:\/\/\S*/g, "").split("\n").filter((line) => names.test(line));
      found.push(...own.map((line) => `${path}: ${line.trim()}`));
    }
  }
  assertEquals(found, []);
});

Deno.test("an engine needs and takes only options that there are", () => {
  const known = engineOptionNames();
  for (const { name, needed, understood, writes } of ENGINES) {
    const unknown = [...needed, ...understood, ...writes].filter((one) => !(one in known));
    assertEquals(unknown, [], name);
  }
});
