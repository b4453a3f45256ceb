import { AsyncLocalStorage } from "node:async_hooks";
import type { QueryRunner } from "typeorm";

/**
 * Gives a statement that would run on its own a transaction of its own. Others that are called on the runner meanwhile
 * wait: inside, they would be undone along with it.
 */
export class Wrapping {
  readonly #open = new WeakMap<QueryRunner, Promise<unknown>>();
  /** The runner whose transaction the present call is part of. */
  readonly #inside = new AsyncLocalStorage<QueryRunner>();

  /** Resolves when no such transaction of others is open on the runner. */
  async turn(queryRunner: QueryRunner): Promise<void> {
    if (this.#inside.getStore() === queryRunner) return;
    for (let open; (open = this.#open.get(queryRunner)); ) await open.catch(() => undefined);
  }

  run<T>(queryRunner: QueryRunner, call: () => Promise<T>): Promise<T> {
    const work = this.#inside.run(queryRunner, () => inTransaction(queryRunner, call));
    this.#open.set(queryRunner, work);
    return work.finally(() => this.#open.delete(queryRunner));
  }
}

/** By statements and not by the runner's methods: nobody else is to be told of it. */
async function inTransaction<T>(queryRunner: QueryRunner, call: () => Promise<T>): Promise<T> {
  await queryRunner.query("START TRANSACTION");
  try {
    const result = await call();
    await queryRunner.query("COMMIT");
    return result;
  } catch (error) {
    await queryRunner.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
