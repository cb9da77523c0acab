/**
 * What `divvy split --explain` does.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/ids/near_ids.ts";
import { personText } from "../../../report/text/person_text.ts";
import { type Exchange, explainPerson } from "../../../woptim/methods/explain_person.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { namedColumns, type SplitInput } from "./split_input.ts";
import { type SplitValues, takenOptions } from "./split_values.ts";

/**
 * Prints why one person gets so much, as text or JSON.
 *
 * @throws {UsageError} where nobody has the name
 */
export function runExplainPerson(input: SplitInput, values: SplitValues): void {
  const { method, json } = values, name = values.explain!.trim();
  const { names } = namedColumns(input);
  const problem = input.people === null ? input.problem : input.columns;
  const person = names.indexOf(name);
  if (person < 0) {
    throw new UsageError(
      `--explain is ${quote(name)}, expected a name of ${values.input}${didYouMean(name, names)}`,
    );
  }
  const why = explainPerson(method, problem, person, takenOptions(values));
  if (!json) {
    write(Deno.stdout, personText(why, (i) => names[i]));
    return;
  }
  const exchange = (found: Exchange | null) =>
    found && {
      units: found.units,
      cost: found.cost,
      status: found.status,
      leftover: found.leftover,
      changed: found.changed,
      changes: found.changes.map(({ person, units, change }) => ({
        name: names[person],
        units,
        change,
      })),
    };
  const { person: __, othersWouldOwe: ___, atOneMore, atOneLess, oneMore, oneLess, ...facts } = why;
  writeJson({
    name,
    ...facts,
    of_one_more: atOneMore,
    of_one_less: atOneLess,
    one_more: exchange(oneMore),
    one_less: exchange(oneLess),
  });
}
