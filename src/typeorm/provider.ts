import type { DataSource } from "typeorm";
import type { QueryResultCache } from "typeorm/cache/QueryResultCache";
import type { CacheopsOptions } from "../options";
import { type Installation, install } from "./install";

/**
 * What TypeORM makes of `cache: cacheops(options)`. It keeps the stock contract (`connect`,
 * `disconnect`, `clear`, `remove`), and `connect` is where the rest is installed: TypeORM calls it in
 * every initialisation, also in that of its command line, which clears the list of subscribers.
 */
export class CacheopsProvider implements QueryResultCache {
  readonly #dataSource: DataSource;
  readonly #options: CacheopsOptions;
  #installation: Installation | undefined;

  constructor(dataSource: DataSource, options: CacheopsOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
  }

  /**
   * TypeORM connects the cache before it builds metadata and subscribers, and what is wrong here
   * would leave its connections open. So the work waits for `buildMetadatas`, whose errors make
   * `initialize()` close everything.
   */
  async connect(): Promise<void> {
    const dataSource = this.#dataSource as unknown as { buildMetadatas(): Promise<void> };
    const build = dataSource.buildMetadatas.bind(dataSource);
    dataSource.buildMetadatas = async () => {
      delete (dataSource as Partial<typeof dataSource>).buildMetadatas;
      await build();
      this.#installation = await install(this.#dataSource, this.#options);
    };
  }

  async disconnect(): Promise<void> {
    const installation = this.#installation;
    this.#installation = undefined;
    await installation?.uninstall();
  }

  async clear(): Promise<void> {
    await this.#installation?.clear();
  }

  /** Drops everything that was read under `cache: { id }`: pages, counts and eager companions too. */
  async remove(identifiers: string[]): Promise<void> {
    await this.#installation?.removeIdentifiers(identifiers);
  }

  // The rest of the stock contract is never reached: the reader stands before it.
  async synchronize(): Promise<void> {}

  async getFromCache(): Promise<undefined> {
    return undefined;
  }

  async storeInCache(): Promise<void> {}

  isExpired(): boolean {
    return true;
  }
}
