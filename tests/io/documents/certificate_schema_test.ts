import { certificateFault } from "../../../lib/allocator/model/certificate_fault.ts";
import type { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import {
  certificateJsonSchema,
  certificateSchema,
} from "../../../lib/io/documents/certificate_schema.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

type Json = Record<string, unknown>;

async function certificates(): Promise<Json[]> {
  const drops: Drop[] = [
    limitedDrop(1, [{ limit: "brands", per: "brand_id", atMost: 4, where: { city: "oslo" } }]),
    limitedDrop(2, [{ limit: "cost", counts: "cost", atLeast: 3, price: 0.5 }]),
    limitedDrop(3, []),
    // One that takes cases.
    limitedDrop(4, [{
      limit: "weights",
      per: "contract_address",
      counts: "weight",
      atMost: "budget",
    }]),
  ];
  return await Promise.all(drops.map(async (drop) => {
    const allocation = await allocate(drop, { enforceAssignmentRatio: true, mixTail: true });
    return JSON.parse(JSON.stringify(issueCertificate(drop, allocation)));
  }));
}

/** All places in a document: a list of names each. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => places(one, [...path, name]))];
}

/** The document with another value at a place; undefined: without it. */
function changed(document: Json, path: string[], value: unknown): Json {
  const copy = structuredClone(document);
  let at = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Json;
  const last = path.at(-1)!;
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

Deno.test("the certificate's JSON Schema and its reader say the same of any document", async () => {
  const random = seededRandom(5);
  const values = [undefined, null, "0", -1, 0, 1e400, NaN, true, {}, [], [1], ["x"], "offers", 3.5];
  let refused = 0, mutants = 0;
  for (const document of await certificates()) {
    assertEquals(certificateFault(document), null);
    assert(certificateSchema.safeParse(document).success);
    for (const path of places(document)) {
      if (path.length === 0) continue;
      for (let draw = 0; draw < 6; draw++) {
        const mutant = changed(document, path, values[random.below(values.length)]);
        const fault = certificateFault(mutant);
        mutants++;
        if (fault !== null) refused++;
        assertEquals(
          certificateSchema.safeParse(mutant).success,
          fault === null,
          `${path.join(".")}: ${JSON.stringify(fault)}`,
        );
      }
    }
  }
  assert(refused > 300 && refused < mutants, `${refused} of ${mutants}`);
});

Deno.test("the certificate's JSON Schema requires every field that it must have", () => {
  const { required, properties } = certificateJsonSchema() as {
    required: string[];
    properties: Record<string, unknown>;
  };
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const known = [
    "branches",
    "change_cost",
    "limit_families",
    "limits",
    "own_limits_kept",
    "search_bound",
  ];
  assertEquals(optional.toSorted(), known);
});
