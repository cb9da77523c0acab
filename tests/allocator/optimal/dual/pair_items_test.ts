import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  PairCellsBuilder,
  PairItemsBuilder,
} from "../../../../lib/allocator/optimal/dual/pair_items.ts";

Deno.test("items are put side by side in the order of the pairs, however many rows they have", () => {
  const items = {
    contract: Uint32Array.of(7, 8, 9),
    start: Uint32Array.of(0, 2, 2, 3),
    row: Uint32Array.of(4, 5, 6),
    coefficient: Float64Array.of(0.25, 0.5, 2),
  };
  const builder = new PairItemsBuilder();
  builder.append(items, Uint32Array.of(2, 0));
  builder.append(items, Uint16Array.of(1, 2));
  assertEquals(builder.pairs, 4);
  assertEquals(builder.finish(), {
    contract: Uint32Array.of(9, 7, 8, 9),
    start: Uint32Array.of(0, 1, 3, 3, 4),
    row: Uint32Array.of(6, 4, 5, 6),
    coefficient: Float64Array.of(2, 0.25, 0.5, 2),
  });
  builder.clear();
  for (let n = 0; n < 3000; n++) builder.append(items, Uint32Array.of(n % 3));
  const { start, contract } = builder.finish();
  assertEquals([start.length, start[3000], contract[2999]], [3001, 3000, 9]);
});

Deno.test("cells and numbers are put side by side too", () => {
  const cells = { cell: Uint32Array.of(1, 0, 1), number: Float64Array.of(0.25, 0.5, 2) };
  const builder = new PairCellsBuilder();
  builder.append(cells, Uint32Array.of(2, 0));
  builder.append(cells, Uint16Array.of(1));
  assertEquals(builder.pairs, 3);
  assertEquals(builder.finish(), {
    cell: Uint32Array.of(1, 1, 0),
    number: Float64Array.of(2, 0.25, 0.5),
  });
  builder.clear();
  for (let n = 0; n < 3000; n++) builder.append(cells, Uint32Array.of(n % 3));
  const { cell, number } = builder.finish();
  assertEquals([cell.length, cell[2999], number[2999]], [3000, 1, 2]);
});
