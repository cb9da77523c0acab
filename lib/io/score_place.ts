/**
 * Where a score stands that turned out to be too large when all pairs were known.
 *
 * @module
 */
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
  error: ScoreOverflow,
  source: string,
  control: TableControl,
): Promise<InputError> {
  const { fault, score } = error;
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
    const row = codes[0].findIndex((u, i) =>
      u === user && codes[1][i] === contract && number?.[i] === score
    );
    return row < 0 ? error : InputError.at({ ...fault, ...placeOf(row) });
  } catch {
    return error;
  }
}
