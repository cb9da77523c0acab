/**
 * The folder of a run: its database, what DuckDB has no room for in memory, and pairs split by user.
 *
 * @module
 */
import { folderOf } from "../../io/bytes/output_target.ts";

/** A folder beside the result, removed with all that is in it when the run is over. */
export class WorkFolder {
  private constructor(
    readonly path: string,
    /** Whether it was made now: no run before has left anything in it. */
    readonly isNew: boolean,
  ) {}

  /**
   * Makes the folder, or finds that of a run which is to be resumed.
   *
   * @param within folder that it is made in; undefined: the one of the result
   * @param keep whether a later run may go on from it: then it has the result's name, else one that nobody has
   */
  static async open(
    within: string | undefined,
    out: string,
    keep: boolean,
  ): Promise<WorkFolder> {
    const parent = await Deno.realPath((within ?? folderOf(out)) || ".");
    const name = `.${out.replace(/^.*[/\\]/, "")}.divvy-work`;
    if (!keep) {
      return new WorkFolder(
        await Deno.makeTempDir({ dir: parent, prefix: `${name}-` }),
        true,
      );
    }
    const path = `${parent}/${name}`;
    const isThere = await Deno.stat(path).then(() => true, () => false);
    await Deno.mkdir(path, { recursive: true });
    return new WorkFolder(path, !isThere);
  }

  /** Path of the database. */
  get database(): string {
    return `${this.path}/run.duckdb`;
  }

  /** Folder that DuckDB spills into. */
  get spill(): string {
    return `${this.path}/spill`;
  }

  /** Folder of pairs split by user. */
  get pairs(): string {
    return `${this.path}/pairs`;
  }

  /** Removes a folder in it. */
  async clear(folder: string): Promise<void> {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }

  /** Removes it with all that is in it. */
  async remove(): Promise<void> {
    await this.clear(this.path);
  }
}
