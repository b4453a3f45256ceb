import { randomUUID } from "node:crypto";
import type { Dependency } from "../stores/store";
import type { Namespaces } from "./namespaces";
import type { Registries } from "./registries";
import type { PlannedSamples, SamplePlan } from "./samples-plan";
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
    try {
      const dependencies = this.#dependencies(samples);
      const { tokens, fenced } = await this.#context.store.freshness(dependencies, samples.timeout);
      this.#context.registries.expect(dependencies);
      return fenced || this.#seesOwnRows ? randomUUID() : statementHash(tokens);
    } catch {
      return randomUUID();
    }
  }

  get #seesOwnRows(): boolean {
    const { transaction } = currentScope();
    return transaction?.owner === this.#context.owner && transaction.session.unshareable !== undefined;
  }

  #dependencies({ reliances }: PlannedSamples): readonly Dependency[] {
    const { namespaces } = this.#context;
    return [
      { record: namespaces.everything() },
      ...reliances.map(({ path, parts, schemes }): Dependency => {
        return parts
          ? { record: namespaces.table(path), parts, schemes }
          : { record: namespaces.table(path) };
      }),
    ];
  }
}
