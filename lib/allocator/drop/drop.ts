/**
 * A drop: the instance that solvers see, and what was left out of the input on the way.
 *
 * @module
 */
import { optionInWords } from "../../base/option_words.ts";
import { checkInput } from "./check_input.ts";
import { assemble } from "./assemble.ts";
import type { SourceNames } from "./no_pair_left.ts";
import { buildDirectory } from "./instance/directory.ts";
import {
  capsOfContracts,
  type DropInput,
  pairsOf,
  ratiosOfGroups,
  userGroupsOf,
} from "./drop_columns.ts";
import { type Attributes, noAttributes } from "./instance/attributes.ts";
import { beforeOfInput } from "./applied/before_input.ts";
import { BEFORE_OPTIONS, type BeforeOptions } from "./applied/before_options.ts";
import { attributesOfInput } from "./input_attributes.ts";
import type { InputReport } from "./instance/input_report.ts";
import { closedShares } from "./limits/closed_shares.ts";
import { limitsWithoutPairsIn } from "./limits/limits_without_pairs.ts";
import { limitFamilies, type LimitFamily, withoutRatiosTable } from "./instance/limit_family.ts";
import { withoutRatios } from "./instance/table_columns.ts";
import { holdOut, HOLDOUT_SEED, requireHoldout } from "./holdout.ts";
import { keepPrevious } from "./applied/keep_previous.ts";
import { compileLimits } from "./limits/limit_rows.ts";
import type { HoldoutSolver, Instance } from "./instance/instance.ts";
import { resolvePairs } from "./pairs/pair_rows.ts";
import { findPrevious, previousColumns } from "./find_previous.ts";
import type { PreviousColumns } from "./instance/previous.ts";
import { CHANGED, changedFamily } from "./limits/changed_offers.ts";
import { UsageError } from "../../base/errors.ts";
import {
  COUNT_OR_SHARE,
  type CountOrShare,
  parseCountOrShare,
  parseShare,
  SHARE,
} from "../../base/numbers/count_or_share.ts";
import {
  aFlag,
  aNumber,
  checkOptions,
  checkValue,
  ofKind,
  type OptionRule,
  texts,
} from "../../base/validate.ts";
export type { LimitInput } from "./instance/limit_family.ts";
export type { BanInput, HistoryColumns, HistoryInput, PinInput } from "./applied/before_input.ts";
export type { BeforeOptions } from "./applied/before_options.ts";
export type {
  AttributeValues,
  ContractInput,
  DropInput,
  GroupInput,
  PairArrays,
  PairInput,
  UserColumns,
  UserInput,
} from "./drop_columns.ts";
export type { InputReport } from "./instance/input_report.ts";

/** What is filtered out and filled in while a drop is made, from files or in memory. */
export interface DropOptions extends BeforeOptions {
  /** Cap of an unsponsored contract whose own is ≤ 0. @default 10000 */
  unsponsoredCap?: number;
  /** Keep only the n best pairs of each user (ties by contract id). @default all */
  topN?: number;
  /** Leave out pairs with a lower score. @default none */
  minScore?: number;
  /** Of several rows about one pair, which counts: the first, the one with the largest score, or it is an error. @default "first" */
  duplicates?: "first" | "largest" | "error";
  /** Ratio of groups that have none. @default an error */
  defaultRatio?: number;
  /**
   * At most this many offers that are not in `previous`: a number, or a share of all offers such as "5%". One
   * more limit, called "changed offers". @default any number
   */
  maxChanged?: CountOrShare;
  /** Whether every offer of `previous` that is an eligible pair stays: only new users and freed units are served. @default false */
  onlyNew?: boolean;
  /** Share of each group's users to hold out of the drop, such as "5%": they get no offers. @default none */
  holdout?: string;
  /** Seed that decides which users are held out. @default 42 */
  holdoutSeed?: number;
  /** What held-out users get: nothing, or random eligible offers under the same rules, see `serveHoldout`. @default "none" */
  holdoutSolver?: HoldoutSolver;
  /**
   * Columns of caps, or attributes of contracts, to show beside contracts in reports and explanations; [] shows none.
   * @default a name (name, contract_name, offer_name, title or label) and a brand (brand_name, brand or brand_id), where they are there
   */
  show?: readonly string[];
}

/** What values each option of a drop accepts. */
export const DROP_OPTIONS: Readonly<Record<keyof DropOptions, OptionRule>> = {
  unsponsoredCap: aNumber({ min: 0, whole: true }),
  topN: aNumber({ min: 1, whole: true }),
  minScore: aNumber({}, true),
  duplicates: ofKind({ type: "choice", choices: ["first", "largest", "error"] }),
  defaultRatio: aNumber({ min: 0, max: 1 }),
  ...BEFORE_OPTIONS,
  holdout: {
    expected: SHARE,
    accepts: (value) => parseShare(value) !== null,
  },
  onlyNew: aFlag,
  show: texts,
  holdoutSeed: aNumber({ min: 0, whole: true }),
  holdoutSolver: ofKind({ type: "choice", choices: ["none", "random"] }),
  maxChanged: {
    expected: COUNT_OR_SHARE,
    accepts: (value) =>
      (typeof value === "string" || typeof value === "number") && parseCountOrShare(value) !== null,
  },
};

/** What the tables of `Drop.from` are called in messages. */
const INPUT_NAMES: SourceNames = {
  caps: "contracts",
  elig: "pairs",
  userGroups: "users",
  groupRatios: "groups",
  fields: { user: "user", contract: "contract", ratio: "ratio" },
};

/** The cap of an unsponsored contract whose own is ≤ 0, unless another is asked for. */
export const UNSPONSORED_CAP = 10_000;

/** A drop, ready to be solved. `console.log` and `JSON.stringify` show its sizes and `input`, not its columns. */
export class Drop {
  /** Columns of the drop. */
  readonly instance: Instance;
  /** What was read, filled in and left out. */
  readonly input: InputReport;

  /** Wraps an instance and its counts. */
  constructor(instance: Instance, input: InputReport) {
    this.instance = instance;
    this.input = input;
  }

  /**
   * A drop from memory: arrays of objects for small things, typed arrays for large ones. The same rules as for
   * files: of repeated contracts, users, groups and pairs the first wins; a sponsored contract with cap ≤ 0 is left
   * out, an unsponsored one gets `unsponsoredCap`; pairs of users without a group or of unknown contracts are left
   * out; everything is counted in `input`. Ids are taken as they are, not trimmed.
   *
   * @throws {InputError} for a value that can't be used, or where no pair is left
   * @throws {UsageError} for an option that is not known or out of range
   *
   * @example
   * ```ts
   * import { Drop } from "./drop.ts";
   * import { assertEquals } from "../../deps/std_assert.ts";
   * const drop = Drop.from({
   *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
   *   contracts: [{ id: "coffee", cap: 1, sponsored: true }, { id: "tea", cap: 5, sponsored: false }],
   *   groups: [{ id: "north", ratio: 0.5 }],
   *   pairs: [
   *     { user: "ann", contract: "coffee", score: 0.9 },
   *     { user: "bob", contract: "coffee", score: 0.4 },
   *     { user: "bob", contract: "tea", score: 0.2 },
   *   ],
   * });
   * assertEquals(drop.instance.score.length, 3);
   * ```
   *
   * @example Columns: users and contracts are named by their index.
   * ```ts
   * import { Drop } from "./drop.ts";
   * import { assertEquals } from "../../deps/std_assert.ts";
   * const drop = Drop.from({
   *   users: { ids: ["ann", "bob"], group: Uint32Array.of(0, 0) },
   *   contracts: [{ id: "coffee", cap: 1, sponsored: true }],
   *   groups: [{ id: "north", ratio: 0.5 }],
   *   pairs: {
   *     user: Uint32Array.of(0, 1),
   *     contract: Uint16Array.of(0, 0),
   *     score: Float64Array.of(0.9, 0.4),
   *   },
   * });
   * assertEquals(drop.instance.score.length, 2);
   * ```
   */
  static from(input: DropInput, options: DropOptions = {}): Drop {
    checkOptions("Drop.from", options, DROP_OPTIONS);
    requireHoldout(options);
    checkInput(input, options.defaultRatio);
    const { groups } = input, userGroups = userGroupsOf(input.users, groups ?? []);
    const directory = buildDirectory(
      capsOfContracts(input.contracts, options.show),
      userGroups,
      groups === undefined ? withoutRatios(options.defaultRatio!) : ratiosOfGroups(groups),
      options.unsponsoredCap ?? UNSPONSORED_CAP,
    );
    const pairs = pairsOf(input.pairs, userGroups.userIds, input.contracts);
    const { chunks, leftOut } = resolvePairs(directory, pairs);
    const before = beforeOfInput(input, options, directory);
    const named = { ...options, names: INPUT_NAMES };
    const made = assemble(directory, chunks, leftOut, named, before);
    const { limits = [], previous } = input;
    let drop = new Drop(made.instance, made.input);
    if (previous !== undefined) drop = drop.withPrevious(previousColumns(previous));
    if (options.holdout !== undefined) {
      drop = drop.withHoldout(options.holdout, options.holdoutSeed, options.holdoutSolver);
    }
    if (options.onlyNew === true) drop = drop.keepingPrevious();
    if (limits.length > 0) {
      const given = limitFamilies(limits);
      const families = groups === undefined ? given.map(withoutRatiosTable) : given;
      const { duplicates } = options;
      const attributes = attributesOfInput(drop.instance, input, families, duplicates);
      drop = drop.withLimits(families, attributes);
    }
    return options.maxChanged === undefined ? drop : drop.withMaxChanged(options.maxChanged);
  }

  /** This drop, compared with previous offers. Limits may name the column `in_previous` then. */
  withPrevious(offers: PreviousColumns): Drop {
    const { previous, report } = findPrevious(this.instance, offers);
    return new Drop({ ...this.instance, previous }, { ...this.input, previous: report });
  }

  /**
   * This drop with every previous offer that is an eligible pair pinned: only new users, open places and freed units are
   * served.
   *
   * @throws {UsageError} if the drop is compared with no offers
   */
  keepingPrevious(): Drop {
    return new Drop(keepPrevious(this.instance), this.input);
  }

  /**
   * This drop without a share of each group's users, chosen by a hash of their ids: they get no offers, and minima are counted
   * among the others. The held-out users are in `instance.heldOut`.
   *
   * @param share such as "5%"
   * @throws {UsageError} for a share that is none, and a seed or a solver out of range
   */
  withHoldout(share: string, seed: number = HOLDOUT_SEED, solver: HoldoutSolver = "none"): Drop {
    checkValue("share", share, DROP_OPTIONS.holdout);
    checkValue("seed", seed, DROP_OPTIONS.holdoutSeed);
    checkValue("solver", solver, DROP_OPTIONS.holdoutSolver);
    const instance = holdOut(this.instance, parseShare(share)!, seed, solver);
    const { group } = instance.heldOut!.instance;
    const holdout = { users: group.length, groups: new Set(group).size };
    return new Drop(instance, { ...this.input, holdout });
  }

  /**
   * This drop with at most this many offers that are not among the previous ones: one more limit.
   *
   * @throws {UsageError} for what is no number or share, and if the drop is compared with no offers, or has a limit of that name
   */
  withMaxChanged(most: CountOrShare): Drop {
    checkValue("most", most, DROP_OPTIONS.maxChanged);
    const { previous, limits } = this.instance;
    if (previous === undefined) {
      throw new UsageError(
        `a limit on changes (${optionInWords("maxChanged")}) needs the previous offers (${
          optionInWords("previous")
        })`,
      );
    }
    // A limit must count at least one pair: if every pair is a previous offer, nothing can change and there is none to count.
    if (previous.given.every((given) => given === 1)) return this;
    const { families = [], attributes = noAttributes() } = limits ?? {};
    const family = changedFamily(most), same = families.find(({ limit }) => limit === CHANGED);
    // Limits that come from a certificate have it already.
    if (same !== undefined && isSameFamily(same, family)) return this;
    if (same !== undefined) {
      throw new UsageError(
        `a limit is called "${CHANGED}" already, which is what maxChanged is called`,
      );
    }
    return this.withLimits([...families, family], attributes);
  }

  /**
   * This drop with these limits, in place of those that it has.
   *
   * @throws {InputError} for a column that is not there, values that match nothing, amounts that contradict each other
   */
  withLimits(families: readonly LimitFamily[], attributes: Attributes): Drop {
    const { limits: _, ...instance } = this.instance;
    if (families.length === 0) return this.withInstance(instance);
    return this.withInstance({
      ...instance,
      limits: compileLimits(instance, families, attributes),
    });
  }

  /** This drop with another instance, as under a scenario. What the input's report says of limits is found anew. */
  withInstance(instance: Instance): Drop {
    const { limits: _, limits_without_pairs: __, closed_shares: ___, ...input } = this.input;
    const { limits } = instance;
    if (limits === undefined) return new Drop(instance, input);
    const closed = closedShares(limits);
    return new Drop(instance, {
      ...input,
      ...limitsWithoutPairsIn(instance, limits),
      ...(closed && { closed_shares: closed }),
    });
  }
}

/** Whether two families are the same, wherever they were declared. */
function isSameFamily(a: LimitFamily, b: LimitFamily): boolean {
  const text = ({ source: _, ...rest }: LimitFamily) =>
    JSON.stringify(Object.entries(rest).sort(([x], [y]) => x < y ? -1 : 1));
  return text(a) === text(b);
}
