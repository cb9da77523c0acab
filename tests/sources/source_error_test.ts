import { assertStringIncludes } from "../../lib/deps/std_assert.ts";
import { type CliOptions, refusal, TempFolder } from "../support/cli.ts";

/** Needs of PostgreSQL's client, and what is said where one is not met. Nothing listens on port 1. */
const NEEDS = [
  ["--allow-net", "not permitted to connect (--allow-net=127.0.0.1:1)"],
  ["--allow-env", "not permitted to look at the environment (--allow-env)"],
] as const;

for (const [need, says] of NEEDS) {
  Deno.test(`a permission that is missing is named: ${need}`, async () => {
    await using folder = new TempFolder();
    const permissions: CliOptions["permissions"] = [
      "--allow-read",
      "--allow-write",
      ...NEEDS.map(([permission]) => permission).filter((permission) => permission !== need),
    ];
    assertStringIncludes(
      await refusal(
        ["extract", "--dir", "out", "--caps", "postgres://a@127.0.0.1:1/db?table=x"],
        { cwd: folder.path, permissions },
      ),
      says,
    );
  });
}
