/**
 * The drop as it was read, for the page.
 *
 * @module
 */
import { type Instance, pairCount, userCount } from "../../allocator/drop/instance/instance.ts";
import type { Drop } from "../../allocator/drop/drop.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import { inputNotes } from "../../report/facts/preview/input_notes.ts";
import type { StudioContract, StudioDrop } from "./messages.ts";

/** What is known about the drop beside itself. */
export interface StudioDetails {
  /** Name of the drop. */
  title: string;
  /** Files that it was read from, by what they are. */
  files: Record<string, string>;
  /** Further columns of the caps table: their names, and their values by contract. */
  further: { columns: string[]; rows: Record<string, string[]> };
  /** Whether a server keeps the session. */
  served: boolean;
  /** Options of the command line that say how the drop is read, as a configuration file names them. */
  options: Record<string, unknown>;
  /** Certificate that the session starts from, as the command line named it. */
  certificate?: string;
  /** Proven relative gap at which a solve may stop. */
  gap: number;
}

/** Fields of the policy that have a place of their own on the page. */
const ELSEWHERE = new Set(["k"]);

/** What the page shows of the drop. */
export function dropForPage(drop: Drop, policy: Policy, details: StudioDetails): StudioDrop {
  const { instance } = drop;
  return {
    title: details.title,
    model: policy.model,
    users: userCount(instance),
    pairs: pairCount(instance),
    k: policy.k,
    contracts: contractsOf(instance, details),
    columns: details.further.columns,
    groups: instance.groups.map((id, g) => ({
      id,
      users: instance.groupSize[g],
      ratio: instance.ratio[g],
    })),
    limits: [...new Set(instance.limits?.families.map(({ limit }) => limit))],
    policy: POLICY_FIELDS.filter(({ name }) =>
      !ELSEWHERE.has(name) && (name !== "changeCost" || instance.previous !== undefined)
    ).map((field) => ({
      name: field.name,
      json: field.json,
      help: field.help,
      kind: field.kind,
      nullable: field.nullable,
      value: policy[field.name],
    })),
    notes: inputNotes(drop.input),
    files: details.files,
    served: details.served,
  };
}

function contractsOf(instance: Instance, { further }: StudioDetails): StudioContract[] {
  const { brand, brands } = instance;
  const none = further.columns.map(() => "");
  return instance.contracts.map((id, c): StudioContract => ({
    id,
    sponsored: c < instance.sponsoredContracts,
    cap: instance.cap[c],
    brand: brand === null ? "" : brands[brand[c]],
    more: Object.hasOwn(further.rows, id) ? further.rows[id] : none,
  }));
}
