/** Changes of the checker's code that change nothing that can be seen, each with the reason. */
import type { Mutation } from "./checker_mutations.ts";

/** Such a change: a piece of the line as it is, what is changed in it, and why nothing comes of it. */
interface Equivalent {
  readonly file: string;
  readonly code: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

const EQUIVALENT: readonly Equivalent[] = [
  {
    file: "before.ts",
    code: "for (; i < pins.pair.length && pins.pair[i] < start[u + 1]; i++)",
    from: "<",
    to: "<=",
    reason: "past the last pin there is undefined, which is below nothing",
  },
  {
    file: "before.ts",
    code: "t <= Math.min(k - s, start[u + 1] - middle[u])",
    from: "-",
    to: "+",
    reason: "more unsponsored offers than are pinned never help, so the first count decides",
  },
  {
    file: "exact_bound.ts",
    code: "top: top < 0n ? 0n : top",
    from: "<",
    to: "<=",
    reason: "0 is 0",
  },
  {
    file: "units.ts",
    code: "back > value ? units",
    from: ">",
    to: ">=",
    reason: "the two differ here",
  },
  {
    file: "units.ts",
    code: "back < value ? units",
    from: "<",
    to: "<=",
    reason: "the two differ here",
  },
  {
    file: "joint_loss.ts",
    code: "if (looked > MOST_WAYS) return 0",
    from: ">",
    to: ">=",
    reason: "one way more or fewer is looked at before none counts: a bound in either case",
  },
  {
    file: "decimal.ts",
    code: "a < 0n && cut * b !== a",
    from: "<",
    to: "<=",
    reason: "0 is cut without a rest",
  },
  {
    file: "exact_value.ts",
    code: "if (beyond <= 0n) return",
    from: "<=",
    to: "<",
    reason: "nothing beyond adds nothing",
  },
  {
    file: "exact_value.ts",
    code: "if (sponsoredUsers[g] < least) missing",
    from: "<",
    to: "<=",
    reason: "where as many are there as must be, none is missing",
  },
  {
    file: "exact_value.ts",
    code: "const scale = units.decimals >= 0",
    from: ">=",
    to: ">",
    reason: "10 to the 0 is 1 either way",
  },
  {
    file: "units.ts",
    code: "return way > 0 ? back",
    from: ">",
    to: ">=",
    reason: "a way is 1 or -1",
  },
  {
    file: "units.ts",
    code: "Math.abs(units) < MOST_UNITS && back !== value",
    from: "!==",
    to: "===",
    reason: "a quicker way to what is found below as well",
  },
  {
    file: "units.ts",
    code: "Math.abs(decimals) <= EXACT_POWERS",
    from: "<=",
    to: "<",
    reason: "a quicker way to what is found without it",
  },
  {
    file: "certificate.ts",
    code: "Math.abs(claimed.objective - objective) <= tolerance.objective",
    from: "<=",
    to: "<",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "certificate.ts",
    code: "claimed.bound >= bound - tolerance.bound",
    from: ">=",
    to: ">",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "certificate.ts",
    code: "!(search >= objective - tolerance.objective)",
    from: ">=",
    to: ">",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "certificate.ts",
    code: "objective > bound + tolerance.bound",
    from: ">",
    to: ">=",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "certificate.ts",
    code: "claimed.gap < gap - room",
    from: "<",
    to: "<=",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "certificate.ts",
    code: "Math.abs(certificate.shortfall_price - price) <= ROUNDING",
    from: "<=",
    to: "<",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "choices.ts",
    code: "best === null || value > best",
    from: ">",
    to: ">=",
    reason: "of two that are the same each is the larger",
  },
  {
    file: "choices.ts",
    code: "full && rank <= ranks[this.length - 1]",
    from: "<=",
    to: "<",
    reason: "of values that are the same each may be kept",
  },
  {
    file: "choices.ts",
    code: "last < 0 || rank <= ranks[last]",
    from: "<=",
    to: "<",
    reason: "of values that are the same each may be kept",
  },
  {
    file: "choices.ts",
    code: "at > 0 && ranks[at - 1] < rank",
    from: ">",
    to: ">=",
    reason: "before the first value there is undefined, which is below nothing",
  },
  {
    file: "choices.ts",
    code: "ranks[at - 1] < rank",
    from: "<",
    to: "<=",
    reason: "of values that are the same each may come first",
  },
  {
    file: "decimal.ts",
    code: "if (decimals <= 0) return",
    from: "<=",
    to: "<",
    reason: "10 to the 0 is 1 either way",
  },
  {
    file: "decimal.ts",
    code: "value < 0n ? -value : value",
    from: "<",
    to: "<=",
    reason: "0 is 0",
  },
  {
    file: "decimal.ts",
    code: "return exponent >= 0",
    from: ">=",
    to: ">",
    reason: "shifted by 0 a number is itself either way",
  },
  {
    file: "decimal.ts",
    code: "value < 0 ? -significand",
    from: "<",
    to: "<=",
    reason: "0 is 0",
  },
  {
    file: "decimal.ts",
    code: "(value > 0) === (step > 0)",
    from: ">",
    to: ">=",
    reason: "neither the value nor the step is 0 here",
  },
  {
    file: "feasibility.ts",
    code: "u < instance.group.length",
    from: "<",
    to: "<=",
    reason: "past the last user there is undefined, which is above nothing",
  },
  {
    file: "feasibility.ts",
    code: "u < users; u++",
    from: "<",
    to: "<=",
    reason: "past the last user there is undefined, which is below nothing and not 0",
  },
  {
    file: "units.ts",
    code: "return Math.round(this.decimals >= 0",
    from: ">=",
    to: ">",
    reason: "10 to the 0 is 1 either way",
  },
  {
    file: "units.ts",
    code: "const back = this.decimals >= 0",
    from: ">=",
    to: ">",
    reason: "10 to the 0 is 1 either way",
  },
  {
    file: "units.ts",
    code: "return this.decimals >= 0",
    from: ">=",
    to: ">",
    reason: "10 to the 0 is 1 either way",
  },
  {
    file: "units.ts",
    code: "Math.abs(units) <= MOST_UNITS && back === value",
    from: "<=",
    to: "<",
    reason: "a quicker way to what is found below as well",
  },
  {
    file: "units.ts",
    code: "Number(way > 0",
    from: ">",
    to: ">=",
    reason: "a way is 1 or -1",
  },
  {
    file: "units.ts",
    code: "if (++this.#terms === LIMB)",
    from: "===",
    to: "!==",
    reason: "carried more often the sum is the same",
  },
  {
    file: "joint_loss.ts",
    code: "FIRST_ALLOWANCE * widest",
    from: "*",
    to: "/",
    reason: "where it begins changes how often it is widened, and nothing else",
  },
  {
    file: "joint_loss.ts",
    code: "({ loss }) => loss <= allowance",
    from: "<=",
    to: "<",
    reason: "what loses all that is allowed is no better than what was found, or is looked at next",
  },
  {
    file: "joint_loss.ts",
    code: "if (total > allowance) break",
    from: ">",
    to: ">=",
    reason: "what loses all that is allowed is no better than what was found, or is looked at next",
  },
  {
    file: "joint_loss.ts",
    code: "if (least <= allowance) return least",
    from: "<=",
    to: "<",
    reason: "the same is found with the next allowance, which is larger by the last digit",
  },
  {
    file: "joint_loss.ts",
    code: "if (own < least) least = own",
    from: "<",
    to: "<=",
    reason: "of two that are the same each is the lesser",
  },
  {
    file: "joint_loss.ts",
    code: "total < known) next.set",
    from: "<",
    to: "<=",
    reason: "of two that are the same each is the lesser",
  },
  {
    file: "joint_loss.ts",
    code: "if (value > best) best = value",
    from: ">",
    to: ">=",
    reason: "of two that are the same each is the larger",
  },
  {
    file: "joint_loss.ts",
    code: "** 2 > Number.MAX_SAFE_INTEGER",
    from: ">",
    to: ">=",
    reason: "it is no square",
  },
  {
    file: "joint_loss.ts",
    code: "looked += next.size",
    from: "+=",
    to: "-=",
    reason: "more ways are looked at before none counts: a bound in either case",
  },
  {
    file: "demands.ts",
    code: "n <= Math.min(k, policy.covW.length)",
    from: "Math.min",
    to: "Math.max",
    reason: "past k nothing is added, and past the last weight nothing is larger",
  },
  {
    file: "tally.ts",
    code: "v < table.userIds.length",
    from: "<",
    to: "<=",
    reason: "past the last user there are no rows",
  },
  {
    file: "tally.ts",
    code: "u < 0 || c < 0 ? -1 : findPair",
    from: "||",
    to: "&&",
    reason: "without a user or a contract no pair is found either",
  },
  {
    file: "tally.ts",
    code: "const isOut = u < 0 && out",
    from: "<",
    to: "<=",
    reason: "a user of the drop is none of those held out",
  },
  {
    file: "tally.ts",
    code: "v + 1 < start.length",
    from: "<",
    to: "<=",
    reason: "beyond its end nothing is kept in an array of numbers",
  },
  {
    file: "tally.ts",
    code: "row < rows.length",
    from: "<",
    to: "<=",
    reason: "beyond its end nothing is kept in an array of numbers",
  },
  {
    file: "limit_tally.ts",
    code: "if (beyond <= 0) return 0",
    from: "<=",
    to: "<",
    reason: "0 is 0",
  },
  {
    file: "limit_tally.ts",
    code: "beyond > DECIMALS * (counted",
    from: ">",
    to: ">=",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "limit_tally.ts",
    code: "u < group.length; u++",
    from: "<",
    to: "<=",
    reason: "past the last user there are no pairs",
  },
  {
    file: "limit_prices.ts",
    code: "cells <= MOST_CELLS",
    from: "<=",
    to: "<",
    reason: "what is remembered is the same as what is not",
  },
  {
    file: "limits.ts",
    code: "cells <= MOST_CELLS",
    from: "<=",
    to: "<",
    reason: "what is remembered is the same as what is not",
  },
  {
    file: "demands.ts",
    code: "while (power(exponent) < enough) exponent++",
    from: "<",
    to: "<=",
    reason: "the next loop takes the step back",
  },
  {
    file: "demands.ts",
    code: "while (power(exponent - 1) >= enough) exponent--",
    from: ">=",
    to: ">",
    reason: "a tolerance's very edge, which rounding puts on either side",
  },
  {
    file: "joint_loss.ts",
    code: "return (over >= 0 ? worth",
    from: ">=",
    to: ">",
    reason: "0 costs 0 either way",
  },
  {
    file: "limit_prices.ts",
    code: "rows.sense[r] > 0",
    from: ">",
    to: ">=",
    reason: "a sense is 1 or -1",
  },
  {
    file: "limit_prices.ts",
    code: "if (this.#ofKind === null) return",
    from: "===",
    to: "!==",
    reason: "a cost that is not remembered is no larger than the exact one either",
  },
  {
    file: "limit_tally.ts",
    code: "return at < 0 ? a - b : compareIds",
    from: "-",
    to: "+",
    reason: "the two sides of a limit are cases of different rules",
  },
  {
    file: "limit_tally.ts",
    code: "if (!wanted.has(l) || counted === 0) return",
    from: "||",
    to: "&&",
    reason: "what is added up in vain changes nothing",
  },
];

/** Why a mutation changes nothing; null: it should be noticed. */
export function reasonOf({ file, line, from, to, text }: Mutation): string | null {
  const changed = text.split("\n")[line - 1];
  const found = EQUIVALENT.find((one) =>
    file.endsWith(`/${one.file}`) && one.from === from && one.to === to &&
    placesOf(one.code, from).some((at) =>
      changed.includes(one.code.slice(0, at) + to + one.code.slice(at + from.length))
    )
  );
  return found?.reason ?? null;
}

function placesOf(code: string, text: string): number[] {
  const places: number[] = [];
  for (let at = code.indexOf(text); at >= 0; at = code.indexOf(text, at + 1)) places.push(at);
  return places;
}
