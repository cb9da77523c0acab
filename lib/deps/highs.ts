/**
 * HiGHS (LP, MIP and QP, WebAssembly, 3.5 MB), loaded when first used.
 *
 * @module
 */
import type { Highs, Model } from "npm:highs@1.15.3";
import { UsageError } from "../base/errors.ts";
import { carriedFile, loadPackage } from "./load_package.ts";
export type * from "npm:highs@1.15.3";

/** Specifier of HiGHS's WebAssembly file, for pages and executables that contain it. */
export const WASM = "npm:highs@1.15.3/highs.wasm";

/** The function of the package that starts HiGHS. */
type Loader = (options?: {
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    take: (instance: WebAssembly.Instance) => void,
  ) => object;
  locateFile?: (file: string, folder?: string) => string;
}) => Promise<Highs>;

/** The package's typings look like CommonJS to Deno: the default export is typed as the module. */
function loaderOf(module: typeof import("npm:highs@1.15.3")): Loader {
  return module.default as unknown as Loader;
}

/** Options with which HiGHS starts from these bytes. (The option `wasmBinary` has no effect in this build: it would read a file.) */
function startingFrom(bytes: Uint8Array<ArrayBuffer>): Parameters<Loader>[0] {
  return {
    instantiateWasm(imports, take) {
      WebAssembly.instantiate(bytes, imports).then(({ instance }) => take(instance));
      return {};
    },
  };
}

let loaded: Promise<Highs> | undefined;

/** Forgets the loaded HiGHS after it has crashed, as its memory may be corrupt: the next {@link loadHighs} loads a new one. */
export function forgetHighs(): void {
  loaded = undefined;
}

/**
 * Loads HiGHS once and returns its entry object; later calls return the same one.
 *
 * @throws {UsageError} where its .wasm file may not be read
 */
export function loadHighs(): Promise<Highs> {
  return loaded ??= loadPackage<typeof import("npm:highs@1.15.3")>("npm:highs@1.15.3")
    .then((module) => {
      const bytes = carriedFile(WASM);
      return loaderOf(module)(bytes === undefined ? undefined : startingFrom(bytes));
    })
    .catch((error) => {
      const file = /NotCapable: Requires read access to "([^"]+)"/.exec(String(error))?.[1];
      if (file === undefined) throw error;
      throw new UsageError(`HiGHS must read its own file: run again with --allow-read=${file}`);
    });
}

/**
 * HiGHS's .wasm file, for pages that are to contain it. HiGHS is started to find where npm's cache has the file.
 *
 * @param read reads a file
 */
export async function highsWasm(
  read: (path: string) => Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const own = carriedFile(WASM);
  if (own !== undefined) return own;
  const module = await loadPackage<typeof import("npm:highs@1.15.3")>("npm:highs@1.15.3");
  let found = "";
  await loaderOf(module)({
    locateFile: (file, folder = "") => found = `${folder}${file}`,
  });
  return new Uint8Array(await read(found));
}

/** What HiGHS's clock shows when time is out in earnest, in milliseconds: more than any number of looks. */
const LATE = 1e12;

/** HiGHS ends at the first look or so after time is out; after so many more it never would. */
const MOST_LATE = 1000;

/** How {@link runCounted} runs HiGHS. */
export interface CountedRun {
  /** Looks after which to stop. @default Infinity */
  most?: number;
  /** Asked at each look: whether to stop in any case. @default never */
  isLate?: () => boolean;
  /** Told each better solution of a mixed-integer program when it is found, length columns. */
  onFound?: (values: Float64Array) => void;
  /** Asked now and then in a mixed-integer program: whether the best objective and the bound so far will do, so that it may stop. */
  isEnough?: (objective: number, bound: number) => boolean;
}

/** HiGHS's numbers for the calls with which it tells of a better solution, and asks whether to stop. */
const IMPROVING = 4, INTERRUPT = 6;

/**
 * Runs HiGHS on a model by a clock that counts its looks: each look finds it a millisecond later. HiGHS's limits of nodes and iterations
 * leave out its cuts and heuristics, but it looks at its clock in all of them, to see whether its time is over. So it ends after
 * the same steps on any machine, with the same result.
 *
 * HiGHS reads `performance.now`, which is exchanged while the call blocks: no other code of this thread runs meanwhile.
 *
 * @returns the number of looks
 * @throws {WebAssembly.RuntimeError} if HiGHS doesn't end when time is out
 */
export function runCounted(
  model: Model,
  { most = Infinity, isLate = () => false, onFound, isEnough }: CountedRun = {},
): number {
  const own = Object.getOwnPropertyDescriptor(performance, "now"), now = performance.now;
  let looks = 0, late = 0, isAsking = false;
  model.options.set({ time_limit: Math.min(most, LATE / 10) / 1000 });
  const value = () => {
    // Who is asked may look at the clock too.
    if (isAsking) return now.call(performance);
    looks++;
    isAsking = true;
    const isInTime = !isLate();
    isAsking = false;
    if (isInTime) return looks;
    // Late in its first linear program HiGHS may begin it again and again.
    if (++late > MOST_LATE) throw new WebAssembly.RuntimeError("HiGHS goes on when time is out");
    return LATE;
  };
  Object.defineProperty(performance, "now", { value, configurable: true, writable: true });
  try {
    model.run({
      ...(onFound && {
        [IMPROVING]: ({ data }) => void (data.mip_solution && onFound(data.mip_solution)),
      }),
      ...(isEnough && {
        [INTERRUPT]: (event) => {
          const { mip_primal_bound: objective = -Infinity, mip_dual_bound: bound = Infinity } =
            event.data;
          if (isEnough(objective, bound)) event.interrupt();
        },
      }),
    });
  } finally {
    if (own === undefined) Reflect.deleteProperty(performance, "now");
    else Object.defineProperty(performance, "now", own);
  }
  return looks;
}

/** Why HiGHS can't be loaded here (it needs to read its own file), or null. */
export async function whyNoHighs(): Promise<string | null> {
  try {
    await loadHighs();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
  }
}
