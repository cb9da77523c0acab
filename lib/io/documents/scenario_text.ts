/**
 * Writes scenarios as JSON.
 *
 * @module
 */
import type { Scenario } from "../../allocator/explain/whatif.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";

/** Scenarios as JSON text that `parseScenarios` reads; fields that a scenario does not set are left out. */
export function formatScenarios(scenarios: readonly Scenario[]): string {
  const documents = scenarios.map((scenario) => ({
    name: scenario.name,
    ratio_scale: scenario.ratioScale,
    set_ratio: scenario.setRatio,
    cap_scale: scenario.capScale,
    brand_cap_scale: scenario.brandCapScale,
    set_cap: scenario.setCap,
    limit_scale: scenario.limitScale,
    pins: scenario.pins?.map(({ user, contract }) => ({
      user_id: user,
      contract_address: contract,
    })),
    bans: scenario.bans?.map(({ user, contract, brand, group }) => ({
      user_id: user,
      contract_address: contract,
      brand_id: brand,
      group_id: group,
    })),
    k: scenario.k,
    policy: scenario.policy && Object.fromEntries(
      POLICY_FIELDS.filter(({ name }) => scenario.policy![name] !== undefined)
        .map(({ name, json }) => [json, scenario.policy![name]]),
    ),
  }));
  return `${JSON.stringify(documents, null, 2)}\n`;
}
