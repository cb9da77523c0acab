/** Changes of the checker's code that change nothing that can be seen, each with the reason. */
import type { Mutation } from "./checker_mutations.ts";

/** Such a change: a piece of a line as it is, what is changed in it, and into what. */
type Change = readonly [code: string, from: string, to: string];

/** The changes by file, and by the reason why nothing comes of them. */
export const EQUIVALENT: Readonly<Record<string, Readonly<Record<string, readonly Change[]>>>> = {
  "before.ts": {
    "past the last pin there is undefined, which is below nothing": [
      ["for (; i < pins.pair.length && pins.pair[i] < start[u + 1]; i++)", "<", "<="],
    ],
    "more unsponsored offers than are pinned never help, so the first count decides": [
      ["t <= Math.min(k - s, start[u + 1] - middle[u])", "-", "+"],
    ],
  },
  "bound_on_steps.ts": {
    "in units that doubles count both find the same": [
      ["const bound = decimals > scale.decimals", ">", ">="],
    ],
    "a quicker way to what is found without it": [
      ["ofScores !== null && ofScores <= decimals", "<=", "<"],
      ["Math.abs(decimals) <= EXACT_POWERS", "<=", "<"],
    ],
    "a grid of single units changes nothing": [
      ["step === null || step >= decimals", ">=", ">"],
    ],
  },
  "cases.ts": {
    "past the last user there are no pairs": [
      ["for (let u = 0; u < group.length; u++)", "<", "<="],
    ],
    "of several offers of a user one at most is the first pair, and the others are looked at too": [
      ["from <= pair && pair < start[u + 1]", "<=", "<"],
      ["from <= pair && pair < start[u + 1]", "<", "<="],
    ],
    "of two that are the same each is the larger": [
      ["one > other ? one : other", ">", ">="],
    ],
    "without a user or a contract no pair is found either": [
      ["return u < 0 || c === undefined ? -1", "||", "&&"],
    ],
  },
  "certificate.ts": {
    "a tolerance's very edge, which rounding puts on either side": [
      ["Math.abs(claimed.objective - objective) <= tolerance.objective", "<=", "<"],
      ["claimed.bound >= bound - tolerance.bound", ">=", ">"],
      ["!(search >= objective - tolerance.objective)", ">=", ">"],
      ["objective > bound + tolerance.bound", ">", ">="],
      ["claimed.gap < gap - room", "<", "<="],
      ["Math.abs(certificate.shortfall_price - price) <= ROUNDING", "<=", "<"],
    ],
  },
  "choices.ts": {
    "a shape that is worth no more changes nothing": [
      ["best !== null && shape.value <= best", "<=", "<"],
    ],
    "the two are the same there": [
      ["value: value > most ? most : value", ">", ">="],
    ],
    "of two that are the same each is the larger": [
      ["best === null || value > best", ">", ">="],
    ],
    "of values that are the same each may be kept": [
      ["full && rank <= ranks[this.length - 1]", "<=", "<"],
      ["last < 0 || rank <= ranks[last]", "<=", "<"],
    ],
    "before the first value there is undefined, which is below nothing": [
      ["at > 0 && ranks[at - 1] < rank", ">", ">="],
    ],
    "of values that are the same each may come first": [
      ["ranks[at - 1] < rank", "<", "<="],
    ],
  },
  "decimal.ts": {
    "0 is cut without a rest": [
      ["a < 0n && cut * b !== a", "<", "<="],
    ],
    "10 to the 0 is 1 either way": [
      ["if (decimals <= 0) return", "<=", "<"],
    ],
    "0 is 0": [
      ["value < 0n ? -value : value", "<", "<="],
      ["value < 0 ? -significand", "<", "<="],
    ],
    "shifted by 0 a number is itself either way": [
      ["return exponent >= 0", ">=", ">"],
    ],
    "neither the value nor the step is 0 here": [
      ["(value > 0) === (step > 0)", ">", ">="],
    ],
  },
  "demands.ts": {
    "past k nothing is added, and past the last weight nothing is larger": [
      ["n <= Math.min(k, policy.covW.length)", "Math.min", "Math.max"],
    ],
    "the next loop takes the step back": [
      ["while (power(exponent) < enough) exponent++", "<", "<="],
    ],
    "a tolerance's very edge, which rounding puts on either side": [
      ["while (power(exponent - 1) >= enough) exponent--", ">=", ">"],
    ],
  },
  "exact.ts": {
    "of two that are the same each is the lesser": [
      ["ofCases < bound) bound = ofCases", "<", "<="],
    ],
    "0 is 0": [
      ["const size = bound < 0n ? -bound", "<", "<="],
    ],
    "10 to the 0 is 1 either way": [
      ["bound: decimals >= 0 ? doubleAtLeast", ">=", ">"],
    ],
    "in the same units the figures are the same": [
      ["return finer > decimals ? finer", ">", ">="],
    ],
    "a tolerance's very edge, which rounding puts on either side": [
      ["bound - claimed > OF_DOUBLES", ">", ">="],
    ],
  },
  "exact_bound.ts": {
    "0 is 0": [
      ["top: top < 0n ? 0n : top", "<", "<="],
      ["return price > 0n ? price", ">", ">="],
    ],
    "no value is that: all that has no deciding price is less, all that has one is more": [
      ["if (best > decisive / 2)", ">", ">="],
    ],
    "of two that are the same each will do": [
      ["price > decisive ? decisive", ">", ">="],
      ["price < -decisive ? -decisive", "<", "<="],
    ],
    "where none is missing and none is over, both lose nothing": [
      ["loss += over >= 0n", ">=", ">"],
    ],
    "a share that is just reached loses nothing either way": [
      ["return beyond <= 0n ? loss", "<=", "<"],
    ],
    "of two that are the same each is the larger": [
      ["one.bottom > most ? one.bottom", ">", ">="],
    ],
    "10 to the 0 is 1 either way": [
      ["const scaled = decimals >= 0", ">=", ">"],
    ],
  },
  "exact_scale.ts": {
    "of two that are the same each is the larger": [
      ["if (size > largest) largest = size", ">", ">="],
    ],
    "it has more than 15 digits either way": [
      ["if (units > MOST_UNITS) {", ">", ">="],
    ],
    "of as many decimals it has more than 15 digits, which ends the search too": [
      ["if (decimalsOf(size) <= decimals) break", "<=", "<"],
    ],
    "past the last user there are no pairs": [
      ["u < group.length; u++", "<", "<="],
    ],
  },
  "exact_value.ts": {
    "nothing beyond adds nothing": [
      ["if (beyond <= 0n) return", "<=", "<"],
    ],
    "where as many are there as must be, none is missing": [
      ["if (sponsoredUsers[g] >= least) return", ">=", ">"],
    ],
    "10 to the 0 is 1 either way": [
      ["const scale = decimals >= 0", ">=", ">"],
    ],
  },
  "feasibility.ts": {
    "past the last user there is undefined, which is above nothing": [
      ["u < instance.group.length", "<", "<="],
    ],
    "past the last user there is undefined, which is below nothing and not 0": [
      ["u < users; u++", "<", "<="],
    ],
  },
  "joint_loss.ts": {
    "where it begins changes how often it is widened, and nothing else": [
      ["FIRST_ALLOWANCE * widest", "*", "/"],
    ],
    "what loses all that is allowed is no better than what was found, or is looked at next": [
      ["({ loss }) => loss <= allowance", "<=", "<"],
      ["if (total > allowance) continue", ">", ">="],
    ],
    "the same is found with the next allowance, which is larger by the last digit": [
      ["if (least <= allowance) return least", "<=", "<"],
    ],
    "of two that are the same each is the lesser": [
      ["if (own < least) least = own", "<", "<="],
      ["known.loss[i] < total ?", "<", "<="],
    ],
    "of two that are the same each is the larger": [
      ["if (value > best) best = value", ">", ">="],
    ],
    "it is no square": [
      ["** 2 > Number.MAX_SAFE_INTEGER", ">", ">="],
    ],
    "more ways are looked at before none counts: a bound in either case": [
      ["looked += ways.code.length", "+=", "-="],
    ],
    "0 costs 0 either way": [
      ["return (over >= 0 ? worth", ">=", ">"],
    ],
    "no way is left out by then": [
      ["allowance > widest * Math.max(1, users.length)", ">", ">="],
    ],
  },
  "limit_prices.ts": {
    "what is remembered is the same as what is not": [
      ["cells <= Math.min(MOST_CELLS, instance.contract.length)", "<=", "<"],
      ["cells <= Math.min(MOST_CELLS, instance.contract.length)", "Math.min", "Math.max"],
    ],
    "a sense is 1 or -1": [
      ["rows.sense[r] > 0", ">", ">="],
    ],
    "a cost that is not remembered is no larger than the exact one either": [
      ["if (this.#ofKind === null) return", "===", "!=="],
    ],
  },
  "limit_tally.ts": {
    "0 is 0": [
      ["if (beyond <= 0) return 0", "<=", "<"],
    ],
    "a tolerance's very edge, which rounding puts on either side": [
      ["beyond > DECIMALS * (counted", ">", ">="],
    ],
    "past the last user there are no pairs": [
      ["u < group.length; u++", "<", "<="],
    ],
    "the two sides of a limit are cases of different rules": [
      ["return at < 0 ? a - b : compareIds", "-", "+"],
    ],
    "what is added up in vain changes nothing": [
      ["if (!wanted.has(l) || counted === 0) return", "||", "&&"],
    ],
  },
  "limits.ts": {
    "what is remembered is the same as what is not": [
      ["cells <= MOST_CELLS", "<=", "<"],
    ],
    "there is a kind more that no user has": [
      ["u < kind.length; u++", "<", "<="],
    ],
    "each pair of numbers has a key of its own either way": [
      ["kind[u] * size + code(0, u, 0)", "+", "-"],
      ["at * column.size + code", "+", "-"],
    ],
    "beyond its end nothing is kept in an array of numbers": [
      ["i < column.size; i++", "<", "<="],
    ],
    "what is not remembered is looked at again": [
      ["const cells = kinds * cap.length", "*", "/"],
      ["const isKnown = seen !== null &&", "!==", "==="],
      ["if (seen !== null) seen[cell] = 1", "!==", "==="],
      ["numbers[texts.code(c, u, p)], byPair: false", "false", "true"],
    ],
    "past the last user there are no pairs": [
      ["let u = 0; u < kind.length", "<", "<="],
    ],
    "each pair of numbers has a cell of its own, or is looked at again": [
      ["cell = kind[u] * cap.length + c", "+", "-"],
    ],
  },
  "own_choices.ts": {
    "a bundle that is worth the same is as good": [
      ["own === null || own <= this.#least", "<=", "<"],
    ],
  },
  "tally.ts": {
    "past the last user there are no rows": [
      ["v < table.userIds.length", "<", "<="],
    ],
    "without a user or a contract no pair is found either": [
      ["u < 0 || c < 0 ? -1 : findPair", "||", "&&"],
    ],
    "a user of the drop is none of those held out": [
      ["const isOut = u < 0 && out", "<", "<="],
    ],
    "beyond its end nothing is kept in an array of numbers": [
      ["v + 1 < start.length", "<", "<="],
      ["row < rows.length", "<", "<="],
      ["v + 1 < start.length", "+", "-"],
    ],
  },
  "units.ts": {
    "the two differ here": [
      ["back > value ? units", ">", ">="],
      ["back < value ? units", "<", "<="],
    ],
    "a way is 1 or -1": [
      ["return way > 0 ? back", ">", ">="],
      ["Number(way > 0", ">", ">="],
    ],
    "a quicker way to what is found below as well": [
      ["Math.abs(units) < MOST_UNITS && back !== value", "!==", "==="],
      ["Math.abs(units) <= MOST_UNITS && back === value", "<=", "<"],
    ],
    "a quicker way to what is found without it": [
      ["Math.abs(decimals) <= EXACT_POWERS", "<=", "<"],
    ],
    "10 to the 0 is 1 either way": [
      ["return Math.round(this.decimals >= 0", ">=", ">"],
      ["const back = this.decimals >= 0", ">=", ">"],
      ["return this.decimals >= 0", ">=", ">"],
    ],
    "carried more often the sum is the same": [
      ["if (++this.#terms === LIMB)", "===", "!=="],
    ],
  },
  "wide_bound.ts": {
    "of two that are the same each may be paid": [
      ["> most.top * counted.bottom", ">", ">="],
    ],
  },
};

/** Why a mutation changes nothing; null: it should be noticed. */
export function reasonOf({ file, line, from, to, text }: Mutation): string | null {
  const changed = text.split("\n")[line - 1];
  const isThis = ([code, own, other]: Change) =>
    own === from && other === to &&
    placesOf(code, from).some((at) =>
      changed.includes(code.slice(0, at) + to + code.slice(at + from.length))
    );
  const reasons = Object.entries(EQUIVALENT[file.slice(file.lastIndexOf("/") + 1)] ?? {});
  return reasons.find(([, changes]) => changes.some(isThis))?.[0] ?? null;
}

function placesOf(code: string, text: string): number[] {
  const places: number[] = [];
  for (let at = code.indexOf(text); at >= 0; at = code.indexOf(text, at + 1)) places.push(at);
  return places;
}
