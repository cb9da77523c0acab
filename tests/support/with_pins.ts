/** Drops with pins, without a table of them. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";

/** The drop whose pins are these of its pairs. */
export function withPins(instance: Instance, pair: number[]): Instance {
  const rows = {
    nameOf: () => "score",
    placeOf: () => ({ file: "pins", line: 2 }),
    placeText: () => "pins:2",
  };
  const { length } = pair;
  const [created, row] = [new Uint8Array(length), new Uint32Array(length)];
  return { ...instance, pins: { pair: Uint32Array.from(pair), created, row, rows } };
}
