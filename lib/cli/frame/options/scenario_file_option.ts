/**
 * The option `--scenario`: a file with a scenario that changes the drop.
 *
 * @module
 */
import type { Drop } from "../../../allocator/drop/drop.ts";
import { applyScenario, type Scenario } from "../../../allocator/explain/whatif.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import { UsageError } from "../../../base/errors.ts";
import { parseScenarios } from "../../../io/documents/scenario_file.ts";
import { readText } from "../read_text.ts";

/**
 * The scenario in a file; undefined where no file is given.
 *
 * @throws {InputError} where the file can't be read
 * @throws {UsageError} where it has several scenarios
 */
export async function readScenario(file: string | undefined): Promise<Scenario | undefined> {
  if (file === undefined) return undefined;
  const scenarios = parseScenarios(await readText(file), file);
  if (scenarios.length === 1) return scenarios[0];
  throw new UsageError(`--scenario: ${file} has ${scenarios.length} scenarios, expected one`);
}

/**
 * Drop and policy under the scenario in a file; unchanged where no file is given.
 *
 * @param change how a scenario changes them: for assignments that are there already {@link changedBy}
 * @throws {InputError} where the file can't be read
 * @throws {UsageError} where it has several scenarios, or names a group, contract or limit that the drop does not have
 */
export async function underScenario(
  drop: Drop,
  policy: Policy,
  file: string | undefined,
  change = applyScenario,
): Promise<{ drop: Drop; policy: Policy }> {
  const scenario = await readScenario(file);
  if (scenario === undefined) return { drop, policy };
  const changed = change(drop.instance, policy, scenario);
  return { drop: drop.withInstance(changed.instance), policy: changed.policy };
}
