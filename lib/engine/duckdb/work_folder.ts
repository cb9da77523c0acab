/**
 * The folder of a run: its database, what DuckDB spills from memory, and pairs split by user.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { folderOf } from "../../io/bytes/output_target.ts";

/** A folder beside the result, removed with all that is in it when the run is over. */
export class WorkFolder {
  private constructor(
    readonly path: string,
    /** Whether it was made by this run, so that nothing of an earlier one is in it. */
    readonly isNew: boolean,
  ) {}

  /**
   * Makes the folder, or finds that of a run which is to be resumed.
   *
   * @param within folder that it is made in; undefined: that of the result
   * @param keep whether a later run may resume from it: then its name follows from that of the result, else it is a
   *   name that nobody has
   * @throws {InputError} where it can't be made
   */
  static async open(
    within: string | undefined,
    out: string,
    keep: boolean,
  ): Promise<WorkFolder> {
    const parent = (within ?? folderOf(out)) || ".";
    const name = `.${out.replace(/^.*[/\\]/, "")}.divvy-work`;
    try {
      return await WorkFolder.#make(await Deno.realPath(parent), name, keep);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const reason = systemReason(error);
      throw new InputError(`${parent}: can't make the run's folder in it: ${reason}`, {
        file: parent,
      });
    }
  }

  static async #make(parent: string, name: string, keep: boolean): Promise<WorkFolder> {
    if (!keep) {
      return new WorkFolder(await Deno.makeTempDir({ dir: parent, prefix: `${name}-` }), true);
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

  /** Folder of inputs that were fetched. */
  get fetched(): string {
    return `${this.path}/fetched`;
  }

  /** Folder of pairs split by user. */
  get pairs(): string {
    return `${this.path}/pairs`;
  }

  /** Folder of what is certified, split by user. */
  get judged(): string {
    return `${this.path}/judged`;
  }

  /** Folder of pairs that are counted, split by user. */
  get tallied(): string {
    return `${this.path}/tallied`;
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
