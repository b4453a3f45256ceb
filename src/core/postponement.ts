import type { Fence } from "./fence";

/**
 * The fences of the writes inside `postponeInvalidation`, one for each data source. A table is
 * marked at its first write and stays marked to the end, so that readers go to the database
 * meanwhile: postponing saves round trips without showing rows that are no longer there.
 */
export class Postponement {
  readonly #fences = new Map<object, Fence>();

  fenceOf(owner: object, make: () => Fence): Fence {
    const known = this.#fences.get(owner);
    if (known) return known;
    const fence = make();
    this.#fences.set(owner, fence);
    return fence;
  }

  async finish(): Promise<void> {
    const fences = [...this.#fences.values()];
    this.#fences.clear();
    await Promise.all(fences.map((fence) => fence.replace()));
  }
}
