import { AsyncLocalStorage } from "node:async_hooks";
import type { DataSource, EntityManager } from "typeorm";
import type { CacheopsOptions } from "../../../src";

/** `setting`: what row level security looks at, or "search_path" where each tenant has a schema. */
export class Tenants {
  readonly #scope = new AsyncLocalStorage<string>();

  constructor(readonly setting: string) {}

  /** Options of cacheops(), beside the others. */
  get caching(): CacheopsOptions {
    return { prefix: () => `shop:${this.current}`, localSettings: [this.setting] };
  }

  get current(): string {
    const tenant = this.#scope.getStore();
    if (tenant === undefined) throw new Error("no tenant is known here");
    return tenant;
  }

  /** `work` reads and writes through the manager that it is given. */
  run<T>(dataSource: DataSource, tenant: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#scope.run(tenant, () =>
      dataSource.transaction(async (manager) => {
        await manager.query("SELECT set_config($1, $2, true)", [this.setting, tenant]);
        return work(manager);
      }),
    );
  }

  /** Without a transaction: to invalidate by hand, or for what every connection sees. */
  inScope<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return this.#scope.run(tenant, work);
  }
}
