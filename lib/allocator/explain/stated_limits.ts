/**
 * The limits of a scenario with their scaled amounts in the declarations, for the checker, which reads nothing but those.
 *
 * @module
 */
import { decimalOf } from "../../base/decimal_text.ts";
import { type AttributeTable, type TextColumn, textColumn } from "../drop/instance/attributes.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitFamily } from "../drop/instance/limit_family.ts";
import type { Limits } from "../drop/instance/limits.ts";
import { times } from "../drop/limits/limit_amounts.ts";

/** Tables whose columns can be amounts. */
const TABLES = ["caps", "user_groups", "group_ratios"] as const satisfies AttributeTable[];

/**
 * The limits of a drop whose families declare their amounts times a factor. Where a column has the amounts there is a further
 * column with the multiples.
 *
 * @param drop the drop, with limits; caps and ratios as they are under the scenario
 * @param factors factors by name of family; families without one stay as they are
 */
export function statedLimits(
  drop: Instance & { readonly limits: Limits },
  factors: ReadonlyMap<string, number>,
): Limits {
  const { limits } = drop;
  const added = { caps: new Map(), user_groups: new Map(), group_ratios: new Map() } as Record<
    typeof TABLES[number],
    Map<string, TextColumn>
  >;
  const families = limits.families.map((family): LimitFamily => {
    const factor = factors.get(family.limit) ?? 1;
    if (factor === 1) return family;
    const scaled = (amount: number) => {
      const all = times(amount, factor);
      return family.shareOf === null ? all : Math.min(1, all);
    };
    const stated = (amount: number | string | null) => {
      if (typeof amount === "number") return scaled(amount);
      if (amount === null) return null;
      // No column is called so: a name in a header has no line break.
      const name = `${amount}\n${family.limit}`;
      for (const table of TABLES) {
        const column = columnOf(drop, table, amount);
        if (column === null) continue;
        const values = column.values.map((text) =>
          text === "" ? "" : String(scaled(decimalOf(text)))
        );
        added[table].set(name, { ...column, values });
      }
      return name;
    };
    return { ...family, atMost: stated(family.atMost), atLeast: stated(family.atLeast) };
  });
  const { attributes } = limits;
  const columns = Object.fromEntries(
    TABLES.map((table) => [table, new Map([...attributes[table], ...added[table]])]),
  );
  return { ...limits, families, attributes: { ...attributes, ...columns } };
}

/** A column by its name, also those that every drop has; null: the table has none of that name. */
function columnOf(
  { limits, cap, ratio }: Instance & { readonly limits: Limits },
  table: typeof TABLES[number],
  name: string,
): TextColumn | null {
  const own = limits.attributes[table].get(name);
  if (own !== undefined) return own;
  if (table === "caps" && name === "cap_face") return textColumn(Array.from(cap, String));
  if (table === "group_ratios" && name === "sponsorship_ratio") {
    return textColumn(Array.from(ratio, String));
  }
  return null;
}
