import { randomUUID } from "node:crypto";
import type { Namespaces } from "./namespaces";
import type { Registries } from "./registries";
import type { SamplePlan } from "./samples-plan";
import { currentScope } from "./scope";
import { statementHash } from "./statement-key";
import type { StoreGuard } from "./store-guard";

export interface LastChangeContext {
  readonly store: StoreGuard;
  readonly namespaces: Namespaces;
  readonly registries: Registries;
  readonly owner: object;
}

/** Tells whether samples have changed, by tokens of which two are equal only if nothing came in between. */
export class LastChange {
  readonly #context: LastChangeContext;

  constructor(context: LastChangeContext) {
    this.#context = context;
  }

  /** One that no other call gets, where a write is in flight, the caller sees rows of its own, or nobody can know. */
  async of(samples: SamplePlan): Promise<string> {
    if ("reason" in samples || this.#seesOwnRows) return randomUUID();
    const { namespaces, store, registries } = this.#context;
    try {
      const dependencies = namespaces.dependencies(samples.reliances);
      const { tokens, fenced } = await store.freshness(dependencies, samples.timeout);
      registries.expect(dependencies);
      return fenced || this.#seesOwnRows ? randomUUID() : statementHash(tokens);
    } catch {
      return randomUUID();
    }
  }

  get #seesOwnRows(): boolean {
    const { transaction } = currentScope();
    return transaction?.owner === this.#context.owner && transaction.session.unshareable !== undefined;
  }
}
