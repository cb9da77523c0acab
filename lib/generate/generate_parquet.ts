import type { RunControl } from "../progress.ts";
import type { SyntheticDrop } from "./synthetic_drop.ts";
export function writeEligParquet(
  _path: string,
  _drop: SyntheticDrop,
  _control: RunControl,
): Promise<number> {
  throw new Error("Parquet is not written yet");
}
export function writeUserGroupsParquet(_path: string, _drop: SyntheticDrop): Promise<void> {
  throw new Error("Parquet is not written yet");
}
