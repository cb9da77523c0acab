/**
 * What the input allows, as people read it on a terminal.
 *
 * @module
 */
import type { FeasibilityFacts } from "../facts/feasibility_facts.ts";
import {
  demandInWords,
  feasibilityInWords,
  typesMatter,
} from "../facts/preview/feasibility_words.ts";
import { table, type TextOptions } from "./terminal.ts";
import { wrapped } from "./wrapped.ts";
import { count, counted } from "../words.ts";

/** What these texts need to know. */
interface Feasible {
  feasibility: FeasibilityFacts;
  k: number;
}

/** Capacity against demand, then the sentences on what it comes to. */
export function feasibilityText(facts: Feasible, options: TextOptions = {}): string {
  return capacityText(facts, options) +
    sentences(feasibilityInWords(facts.feasibility, facts.k), options);
}

/** Sentences, indented, a line or more each. */
export function sentences(lines: readonly string[], { width = 80 }: TextOptions): string {
  return lines.map((line) => `  ${wrapped(line, width - 4).join("\n    ")}\n`).join("");
}

/** Capacity against demand. */
export function capacityText({ feasibility: f, k }: Feasible, options: TextOptions): string {
  const [sponsored, unsponsored] = f.capacity;
  const capacity = ({ capacity, usable_capacity }: typeof sponsored) =>
    `${counted(capacity, "unit")}, ${count(usable_capacity)} usable`;
  const all = capacity(sponsored.contracts > 0 ? sponsored : unsponsored);
  const rows = [
    ...(typesMatter(f)
      ? [
        ["sponsored capacity", capacity(sponsored)],
        [
          "sponsored demand",
          counted(f.required_sponsored_users, "user") + demandInWords(f, k),
        ],
        ["unsponsored capacity", capacity(unsponsored)],
      ]
      : [["capacity", all]]),
    ["all slots", count(f.slots)],
  ];
  return table([{ title: "" }, { title: "" }], rows, { indent: 2, ...options });
}
