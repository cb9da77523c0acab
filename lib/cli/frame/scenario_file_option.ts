/**
 * The option `--scenario`: a file with a scenario that changes the drop.
 *
 * @module
 */
import { Drop } from "../../allocator/drop/drop.ts";
import { applyScenario } from "../../allocator/explain/whatif.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { UsageError } from "../../base/errors.ts";
import { parseScenarios } from "../../io/documents/scenario_file.ts";
import { readText } from "./read_text.ts";

/**
 * Drop and policy under the scenario in a file; unchanged where no file is given.
 *
 * @throws {InputError} where the file can't be read
 * @throws {UsageError} where it has several scenarios, or names a group, contract or limit that the drop does not have
 */
export async function underScenario(
  drop: Drop,
  policy: Policy,
  file: string | undefined,
): Promise<{ drop: Drop; policy: Policy }> {
  if (file === undefined) return { drop, policy };
  const scenarios = parseScenarios(await readText(file), file);
  if (scenarios.length !== 1) {
    throw new UsageError(`--scenario: ${file} has ${scenarios.length} scenarios, expected one`);
  }
  const changed = applyScenario(drop.instance, policy, scenarios[0]);
  return { drop: new Drop(changed.instance, drop.input), policy: changed.policy };
}
