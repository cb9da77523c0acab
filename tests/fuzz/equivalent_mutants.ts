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
    file: "demands.ts",
    code: "offers < policy.k ? (offers - policy.k)",
    from: "<",
    to: "<=",
    reason: "a penalty for no offer that is missing is 0",
  },
  {
    file: "joint_loss.ts",
    code: "if (looked > MOST_WAYS) return 0",
    from: ">",
    to: ">=",
    reason: "one way more or fewer is looked at before none counts: a bound in either case",
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
