import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileCache, type FileCache, type FileCacheOptions } from "../../src/functions/file-cache";
import { entryPath, nameOf } from "../../src/functions/file-layout";

/** A temporary folder, and a clock that stands still until it is moved. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "cacheops-files-"));
  /** Messages of errors that a cache of this folder went on without. */
  readonly errors: string[] = [];
  time = Date.now();

  cache(options: FileCacheOptions = {}): FileCache {
    return fileCache(this.path, {
      now: () => this.time,
      onError: ({ message }) => this.errors.push(message),
      ...options,
    });
  }

  entry(key: string): string {
    return entryPath(this.path, nameOf(key));
  }

  /** Of all files, without folders. */
  files(): string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
