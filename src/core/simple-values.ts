import { CacheopsStoreError, CacheopsUnsupportedError } from "../errors";
import type { Dependency, EntryKey } from "../stores/store";
import type { Codec } from "./codec";
import { valueHash } from "./function-calls";
import { decodeValue, encodeValue } from "./function-value";
import type { Namespaces } from "./namespaces";
import type { StoreGuard } from "./store-guard";

export interface SimpleValuesContext {
  readonly store: StoreGuard;
  readonly codec: Codec;
  readonly namespaces: Namespaces;
  /** Identifies this process among those that replace. */
  readonly writer: string;
  /** Bytes. */
  readonly maxEntrySize: number;
  /** Milliseconds that a value is kept which comes without a timeout of its own. */
  readonly timeout: number;
}

/**
 * Values of the user's own, and results that depend on time alone. Each relies on a record of its own key: whoever sets
 * or deletes it replaces that, so that nothing which was being computed before can take its place. Not on the epoch:
 * what nobody can compute again is not thrown away when everything else is.
 */
export class SimpleValues {
  readonly #context: SimpleValuesContext;

  constructor(context: SimpleValuesContext) {
    this.#context = context;
  }

  get timeout(): number {
    return this.#context.timeout;
  }

  /** `undefined` if there is none, or the store fails. */
  async get(key: string): Promise<unknown> {
    const { store, codec } = this.#context;
    const entry = this.#entry(key);
    try {
      const found = await store.lookup(entry, [this.#epoch], 1);
      if (!found.entry?.current) return undefined;
      return decodeValue(found.entry.payload, codec).value;
    } catch (error) {
      if (!(error instanceof CacheopsStoreError)) await store.remove([entry]);
      return undefined;
    }
  }

  async set(key: string, value: unknown, timeout: number): Promise<void> {
    const { store, codec, maxEntrySize } = this.#context;
    const own = this.#own(key);
    // The old value is gone before anything can fail.
    await this.delete(key);
    const payload = encodeValue({ value, read: undefined }, codec);
    if (payload.byteLength > maxEntrySize) {
      throw new CacheopsUnsupportedError(
        `A value of ${payload.byteLength} bytes is not kept: maxEntrySize is ${maxEntrySize}.`,
      );
    }
    const { snapshot } = await store.lookup(this.#entry(key), [this.#epoch, own], timeout);
    const version = snapshot.versions[1] ?? "";
    // Refused where somebody else has set or deleted it since: then it is as if this had come first.
    await store.store(this.#entry(key), [own], [version], payload, timeout);
  }

  async delete(key: string): Promise<void> {
    const { store, writer } = this.#context;
    const { record } = this.#own(key);
    const known = await store.replace(writer, this.#epoch.record, [{ record }]);
    if (!known)
      throw new CacheopsStoreError("The store could not be reached: the old value may still be there.");
    await store.remove([this.#entry(key)]);
  }

  get #epoch(): Dependency {
    return { record: this.#context.namespaces.everything() };
  }

  #own(key: string): Dependency {
    return { record: this.#context.namespaces.identifier(key) };
  }

  #entry(key: string): EntryKey {
    const { namespaces } = this.#context;
    return { namespace: namespaces.of([]), hash: valueHash(key, namespaces), home: namespaces.everything() };
  }
}
