/**
 * What a run has reached, in a file, so that a later run can resume from its last prices.
 *
 * @module
 */
import { type Prices, pricesOfKinds } from "../../allocator/model/allocation.ts";
import { z } from "../../deps/zod.ts";
import { InputError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";

const numbers = z.array(z.number());
const schema = z.object({
  version: z.literal(2),
  token: z.string().regex(/^[a-z0-9]+$/),
  fingerprint: z.string(),
  tables: z.string(),
  gathered: z.boolean(),
  passes: z.number().int().min(0),
  bound: z.number().nullable(),
  refined: z.boolean(),
  prices: z.object({
    contract: numbers,
    limit: numbers.optional(),
    ...pricesOfKinds(() => numbers),
  }).nullable(),
});

/** What a run has reached. */
export interface RunState {
  /** Names the run's tables. */
  readonly token: string;
  /** Fingerprint of what was asked for: names of tables, caps, ratios, policy. */
  readonly fingerprint: string;
  /** Fingerprint of the tables' contents. */
  readonly tables: string;
  /** Whether the users are gathered. */
  readonly gathered: boolean;
  /** Full passes made. */
  readonly passes: number;
  /** The bound of the prices. */
  readonly bound: number | null;
  /** Whether the prices are the final ones. */
  readonly refined: boolean;
  /** The best prices; null: none yet. */
  readonly prices: Prices | null;
}

/** A run that has done nothing yet. */
export function freshState(fingerprint: string, tables: string): RunState {
  const token = crypto.randomUUID().replaceAll("-", "").slice(0, 8);
  return {
    token,
    fingerprint,
    tables,
    gathered: false,
    passes: 0,
    bound: null,
    refined: false,
    prices: null,
  };
}

/**
 * Reads a state; null where there is no file yet.
 *
 * @throws InputError for a file that holds no state, or that of another run: other tables, caps, ratios or policy
 */
export async function readState(path: string, fingerprint: string): Promise<RunState | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(`${path}: not valid JSON`, { file: path });
  }
  const found = schema.safeParse(json);
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new InputError(
      `${path}: no state of an engine run: ${issue.path.join(".")}: ${issue.message}`,
      {
        file: path,
      },
    );
  }
  if (found.data.fingerprint !== fingerprint) {
    throw new InputError(
      `${path}: the state of another run (other tables, caps, ratios, model or policy); remove it to start anew`,
      { file: path },
    );
  }
  const { prices, ...state } = found.data;
  return { ...state, prices: prices === null ? null : floats(prices) };
}

/** The state of a run, kept in a file from change to change. */
export class StateKeeper {
  /**
   * @param path the file; undefined: the state is kept in memory only
   * @param now the state at first
   */
  constructor(readonly path: string | undefined, public now: RunState) {}

  /** Changes the state and writes it. */
  async set(change: Partial<RunState>): Promise<void> {
    this.now = { ...this.now, ...change };
    if (this.path !== undefined) await writeState(this.path, this.now);
  }

  /** Removes the file: the run is over. */
  async remove(): Promise<void> {
    if (this.path !== undefined) await Deno.remove(this.path).catch(() => {});
  }
}

/** Writes a state; the file is whole at any time. */
function writeState(path: string, state: RunState): Promise<void> {
  const prices = state.prices === null ? null : Object.fromEntries(
    Object.entries(state.prices).map((
      [name, values],
    ) => [name, Array.from(values as Float64Array)]),
  );
  return writeTextAtomic(path, `${JSON.stringify({ version: 2, ...state, prices })}\n`);
}

function floats(
  prices: Record<Exclude<keyof Prices, "limit">, number[]> & { limit?: number[] },
): Prices {
  return {
    contract: Float64Array.from(prices.contract),
    ...(prices.limit !== undefined && { limit: Float64Array.from(prices.limit) }),
    ...pricesOfKinds((name) => Float64Array.from(prices[name])),
  };
}

/** A digest of 32 hexadecimal digits of any JSON value. */
export async function fingerprintOf(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
