/**
 * Where a pair stands that turned out to be wrong when all pairs were known.
 *
 * @module
 */
import { RepeatedPairs } from "../allocator/drop/pairs/repeated_pairs.ts";
import type { ScoreOverflow } from "../allocator/drop/score_overflow.ts";
import { InputError } from "../base/errors.ts";
import { resolveSource } from "./bytes/source.ts";
import type { TableControl } from "./csv/table_control.ts";
import { readIdRows } from "./tables/id_rows.ts";

/**
 * The error with the line of its row: the file is read again. The error as it is where it can't be (a pipe, standard input, a
 * database), or no row has that score, as history may have changed it.
 */
export async function withPlace(
  error: ScoreOverflow | RepeatedPairs,
  source: string,
  control: TableControl,
): Promise<InputError> {
  try {
    const parts = await resolveSource(source);
    if (parts.some(({ size }) => size === null)) return error;
    const { ids: [users, contracts], codes, number, placeOf } = await readIdRows(
      source,
      ["user_id", "contract_address"],
      { number: "score" },
      control,
    );
    const user = users.findString(error.user), contract = contracts.findString(error.contract);
    const next = (from: number) =>
      codes[0].findIndex((u, i) =>
        i >= from && u === user && codes[1][i] === contract &&
        (error instanceof RepeatedPairs || number?.[i] === error.score)
      );
    const first = next(0);
    if (first < 0) return error;
    if (!(error instanceof RepeatedPairs)) {
      return InputError.at({ ...error.fault, ...placeOf(first) });
    }
    const again = next(first + 1);
    return again < 0 ? error : error.at(placeOf(again), placeOf(first));
  } catch {
    return error;
  }
}
