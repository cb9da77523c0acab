import type { Instance } from "../allocator/instance.ts";
import type { Offers } from "../allocator/offers.ts";
import type { ByteSink } from "./atomic_file.ts";
export function assignmentsParquet(
  _sink: ByteSink,
  _instance: Instance,
  _offers: Offers,
): Promise<void> {
  throw new Error("Parquet is not written yet");
}
