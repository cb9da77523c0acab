/**
 * Tables that the gallery's jobs are made of.
 */
import type { Random } from "../../lib/base/numbers/random.ts";

/** A cell of a table. */
export type Cell = string | number | boolean;

/** A CSV of a header and rows. */
export function csv(header: string, rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows.map((row) => row.join(","))].map((line) => `${line}\n`).join("");
}

/** The items of a list in an order that a seed decides. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A number with so many decimals. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** Numbers from 1 as texts of one width: 01, 02, … */
export function numbered(prefix: string, count: number): string[] {
  const width = String(count).length;
  return Array.from({ length: count }, (_, i) => prefix + String(i + 1).padStart(width, "0"));
}
