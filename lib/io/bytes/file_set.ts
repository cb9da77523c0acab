/**
 * Several files that belong together: all of them appear, or none does.
 *
 * @module
 */
import { type ByteSink, type StagedFile, stageFile } from "./atomic_file.ts";

/** Writes one file; see {@link FileSet.write}. */
export type FileWriter = (path: string, fill: (sink: ByteSink) => Promise<void>) => Promise<void>;

/**
 * Writes several files that appear together once `fill` is done; where it fails, or one can't be renamed, none does.
 *
 * @returns what `fill` returns
 */
export async function writeTogether<T>(fill: (files: FileSet) => Promise<T>): Promise<T> {
  const files = new FileSet();
  try {
    const filled = await fill(files);
    await files.commit();
    return filled;
  } catch (error) {
    await files.discard();
    throw error;
  }
}

/** Files that are written under temporary names and renamed together. */
export class FileSet {
  readonly #staged: StagedFile[] = [];

  /** Writes a file beside its place, under a temporary name. */
  readonly write: FileWriter = async (path, fill) => {
    this.#staged.push(await stageFile(path, fill));
  };

  /** Writes a file with the text given. */
  writeText(path: string, text: string): Promise<void> {
    return this.write(path, (sink) => sink.write(new TextEncoder().encode(text)));
  }

  /**
   * Renames every file to its own name. Where one can't be renamed, the new files that already were are removed again, and
   * the error is thrown.
   */
  async commit(): Promise<void> {
    const done: StagedFile[] = [];
    try {
      for (const staged of this.#staged) {
        await staged.commit();
        done.push(staged);
      }
    } catch (error) {
      for (const staged of done) await staged.undo();
      await this.discard();
      throw error;
    }
    this.#staged.length = 0;
  }

  /** Removes all files written so far. */
  async discard(): Promise<void> {
    for (const staged of this.#staged) await staged.discard();
    this.#staged.length = 0;
  }
}
