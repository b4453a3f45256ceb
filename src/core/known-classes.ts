/** A class whose instances can be stored: how to tell all of an instance, and how to make it again. */
export interface KnownClass {
  /** Never changes, or what was stored cannot be read. */
  readonly name: string;
  readonly prototype: object;
  /** An instance without the state of any. */
  readonly create: () => object;
  /** Properties that are part of the state and belong to the class. All others are the instance's own. */
  readonly accessors?: readonly string[];
  /** Own properties that are no part of the state. */
  readonly omits?: (name: string, value: unknown) => boolean;
}

/** Of a class whose instances are no more than their own enumerable properties. */
export function plainClass(name: string, prototype: object): KnownClass {
  return { name, prototype, create: () => Object.create(prototype) as object };
}

export class KnownClasses {
  readonly #byName = new Map<string, KnownClass>();
  readonly #byPrototype = new Map<unknown, KnownClass>();

  /** A class may have several names, of which instances are stored under the first. */
  constructor(classes: readonly KnownClass[]) {
    for (const each of classes) {
      if (!this.#byName.has(each.name)) this.#byName.set(each.name, each);
      if (!this.#byPrototype.has(each.prototype)) this.#byPrototype.set(each.prototype, each);
    }
  }

  /** By the exact class: a subclass may have more state. */
  of(instance: object): KnownClass | undefined {
    return this.#byPrototype.get(Object.getPrototypeOf(instance));
  }

  named(name: string): KnownClass | undefined {
    return this.#byName.get(name);
  }
}
