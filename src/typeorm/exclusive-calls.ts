import { AsyncLocalStorage } from "node:async_hooks";
import type { QueryRunner } from "typeorm";

/** Calls of `query()` on each runner, one of which may keep the others waiting. */
export class ExclusiveCalls {
  readonly #running = new WeakMap<QueryRunner, number>();
  readonly #closed = new WeakMap<QueryRunner, Promise<void>>();
  /** The runner that the present call has for itself. */
  readonly #inside = new AsyncLocalStorage<QueryRunner>();

  /** Resolves when nobody else has the runner for himself. */
  async enter(queryRunner: QueryRunner): Promise<void> {
    if (!this.isInside(queryRunner)) for (let closed; (closed = this.#closed.get(queryRunner));) await closed;
    this.#running.set(queryRunner, this.#count(queryRunner) + 1);
  }

  /** Gives how many calls are left. */
  leave(queryRunner: QueryRunner): number {
    const left = this.#count(queryRunner) - 1;
    this.#running.set(queryRunner, left);
    return left;
  }

  /** For the only call at work: others wait until the function that it gives is called. */
  close(queryRunner: QueryRunner): (() => void) | undefined {
    if (this.#count(queryRunner) !== 1 || this.#closed.has(queryRunner)) return undefined;
    let open = (): void => undefined;
    this.#closed.set(queryRunner, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#closed.delete(queryRunner);
      open();
    };
  }

  /** Calls that are made in `fn` belong to the one that is at work. */
  within<T>(queryRunner: QueryRunner, fn: () => T): T {
    return this.#inside.run(queryRunner, fn);
  }

  /** Whether the present call belongs to the one that is at work. */
  isInside(queryRunner: QueryRunner): boolean {
    return this.#inside.getStore() === queryRunner;
  }

  #count(queryRunner: QueryRunner): number {
    return this.#running.get(queryRunner) ?? 0;
  }
}
