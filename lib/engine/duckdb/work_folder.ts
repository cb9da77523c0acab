/**
 * The folder of a run: its database, what DuckDB spills from memory, and pairs split by user.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { folderOf } from "../../io/bytes/output_target.ts";

/** A file in a run's folder, locked while the run's process lives. */
const LOCK = "run.lock";

/** Names of folders that no later run resumes from. */
const OF_ONE_RUN = /^\..+\.divvy-work-[0-9a-z]+$/;

/** A folder beside the result, removed with all that is in it when the run is over. */
export class WorkFolder {
  private constructor(
    readonly path: string,
    /** Whether it was made by this run, so that nothing of an earlier one is in it. */
    readonly isNew: boolean,
    /** Its lock; null where a later run may resume from it. */
    private readonly lock: Deno.FsFile | null,
  ) {}

  /**
   * Makes the folder, or finds that of a run which is to be resumed.
   *
   * @param within folder that it is made in; undefined: that of the result
   * @param keep whether a later run may resume from it: then its name follows from that of the result, else it is a
   *   name that nobody has, and what killed runs left under such names is removed
   * @param onNote called for each folder that is removed
   * @throws {InputError} where it can't be made
   */
  static async open(
    within: string | undefined,
    out: string,
    keep: boolean,
    onNote: (text: string) => void = () => {},
  ): Promise<WorkFolder> {
    const parent = (within ?? folderOf(out)) || ".";
    const name = `.${out.replace(/^.*[/\\]/, "")}.divvy-work`;
    try {
      const place = await Deno.realPath(parent);
      if (keep) return await WorkFolder.#find(`${place}/${name}`);
      await removeLeftOver(place, onNote);
      return await WorkFolder.#make(place, name);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const reason = systemReason(error);
      throw new InputError(`${parent}: can't make the run's folder in it: ${reason}`, {
        file: parent,
      });
    }
  }

  /** The folder that runs resume from. */
  static async #find(path: string): Promise<WorkFolder> {
    const isThere = await Deno.stat(path).then(() => true, () => false);
    await Deno.mkdir(path, { recursive: true });
    return new WorkFolder(path, !isThere, null);
  }

  /** A folder of this run alone, locked. */
  static async #make(parent: string, name: string): Promise<WorkFolder> {
    for (;;) {
      const path = await Deno.makeTempDir({ dir: parent, prefix: `${name}-` });
      const lock = await Deno.open(`${path}/${LOCK}`, { write: true, createNew: true });
      // Some network file systems have no locks; there no run can lock a file, so none removes any folder.
      await lock.lock(true).catch(() => {});
      // Before it was locked, another run may have removed it as a dead process's folder.
      if (await Deno.stat(`${path}/${LOCK}`).then(() => true, () => false)) {
        return new WorkFolder(path, true, lock);
      }
      lock.close();
    }
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
    // Windows removes no file that is open.
    this.lock?.close();
    await this.clear(this.path);
  }
}

/** Removes the folders of runs that were killed: those with a lock that no process holds. */
async function removeLeftOver(parent: string, onNote: (text: string) => void): Promise<void> {
  try {
    for await (const { name, isDirectory } of Deno.readDir(parent)) {
      const path = `${parent}/${name}`;
      if (!isDirectory || !OF_ONE_RUN.test(name) || !await isDead(path)) continue;
      await Deno.remove(path, { recursive: true });
      onNote(`removed ${name}, which a killed run left`);
    }
  } catch {
    // A folder that may not be read, or one that another run is removing: leaving it does no harm.
  }
}

/** Whether a run's folder is surely one whose process has ended. */
async function isDead(path: string): Promise<boolean> {
  try {
    using lock = await Deno.open(`${path}/${LOCK}`, { read: true, write: true });
    return await lock.tryLock(true);
  } catch {
    // No lock: the folder of a run that is just beginning, or somebody else's.
    return false;
  }
}
