import type { Codec } from "../core/codec";
import type { CacheopsError, CacheopsStoreError } from "../errors";
import type { EntryFiles, Reservation } from "./entry-files";

/** A value that was found. It may itself be null or undefined. */
export interface Found {
  readonly value: unknown;
}

/** What a cache does when its files fail it and it goes on without them. */
export type Report = (error: CacheopsStoreError) => void;

/**
 * Values in files. What reads or loads a value goes on without the files if they fail; what sets or removes
 * one says so, for then what is stored may be older than the caller believes.
 */
export class FileValues {
  constructor(
    readonly files: EntryFiles,
    readonly codec: Codec,
    readonly now: () => number,
    readonly report: Report,
  ) {}

  /** Of fresh objects on every call; undefined for a miss. */
  async find(key: string): Promise<Found | undefined> {
    const entry = await this.attempt(() => this.files.read(key));
    if (!entry || entry.expires <= this.now()) return undefined;
    try {
      return { value: this.codec.decode(entry.payload) };
    } catch {
      // Written by a version of the package, or a codec, that this one does not know.
      return undefined;
    }
  }

  async set(key: string, value: unknown, timeout: number): Promise<void> {
    await this.replacing(key, async () => {
      const payload = this.codec.encode(value);
      await this.files.dropLoads(key);
      await this.store(await this.files.reserve(key), payload, timeout);
    });
  }

  store(reservation: Reservation, payload: Buffer, timeout: number): Promise<boolean> {
    return this.files.store(reservation, { expires: this.now() + timeout, payload });
  }

  /** If the work fails, so that no new value is stored, the old one must not stay either. */
  async replacing<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.files.remove(key).catch(() => undefined);
      throw error;
    }
  }

  /** Undefined, and reported, if the files fail. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.report(error as CacheopsError);
      return undefined;
    }
  }
}
