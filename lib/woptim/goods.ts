/**
 * Several goods in one run.
 *
 * @module
 */
import { Names, problemFault, renumbered } from "./problem/check_fields.ts";
import { InputError } from "../base/errors.ts";
import type { SplitOptions } from "./problem/options.ts";
import { GOOD_EXPECTED, GOODS_EXPECTED, type GoodsProblem } from "./problem/problem.ts";
import { type Split, split } from "./split.ts";

/** The split of one of several goods. */
export interface GoodSplit extends Split {
  /** The good's name. */
  good: string;
}

/** The splits of several goods. */
export interface GoodsSplit {
  /** One for each good, in the order of the problem. */
  goods: GoodSplit[];
}

/**
 * Splits several goods, each as {@link split} does: independent of the others, with the same options.
 *
 * Throws {@link InputError} for a problem that can't be used and {@link UsageError} for an option out of range.
 *
 * @example
 * ```ts
 * import { splitGoods } from "./goods.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { goods } = splitGoods({
 *   goods: [{ name: "bread", total: 6 }, { name: "milk", total: 2 }],
 *   requirements: [
 *     { name: "ann", good: "bread", interval: [0, 4], target: 4 },
 *     { name: "ben", good: "bread", interval: [0, 4], target: 2 },
 *     { name: "ann", good: "milk", interval: [0, 4], target: 3 },
 *   ],
 * });
 * assertEquals(goods.map(({ people }) => people.map((p) => p.units)), [[4, 2], [2]]);
 * ```
 */
export function splitGoods(problem: GoodsProblem, options: SplitOptions = {}): GoodsSplit {
  const places = peopleByGood(problem);
  return {
    goods: problem.goods.map(({ name, total, price }, g) => {
      const own = places.get(name.trim())!;
      const requirements = own.map((i) => problem.requirements[i]);
      try {
        return { good: name.trim(), ...split({ total, price, requirements }, options) };
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // Messages name places in the whole list.
        const { message, fault } = renumbered(error, (i) => own[i]), { column } = fault;
        const isOfGood = column === "total" || column === "price";
        throw new InputError(`good ${name.trim()}: ${message}`, {
          ...fault,
          ...(isOfGood && { column: `goods[${g}].${column}` }),
        });
      }
    }),
  };
}

/** The places of requirements, by good. Throws for a good that does not exist, or that nobody asks for. */
function peopleByGood(problem: GoodsProblem): Map<string, number[]> {
  const { goods, requirements } = problem ?? {};
  if (!Array.isArray(goods) || goods.length === 0) {
    throw problemFault("goods", goods, GOODS_EXPECTED);
  }
  if (!Array.isArray(requirements)) {
    throw problemFault("requirements", requirements, "a list of people");
  }
  const places = new Map<string, number[]>(), names = new Names();
  goods.forEach((good, g) => places.set(names.add(good?.name, `goods[${g}].name`), []));
  requirements.forEach((person, i) => {
    const name = person?.good;
    const own = typeof name === "string" ? places.get(name.trim()) : undefined;
    if (own === undefined) throw problemFault(`requirements[${i}].good`, name, GOOD_EXPECTED);
    own.push(i);
  });
  for (const [name, own] of places) {
    if (own.length === 0) {
      throw new InputError(`good ${name}: nobody asks for it, expected at least one person`);
    }
  }
  return places;
}
