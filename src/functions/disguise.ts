type AnyFunction = (...args: never[]) => unknown;

/** What `reflect-metadata` adds, if the application has loaded it. */
interface Metadata {
  readonly getOwnMetadataKeys?: (target: object) => unknown[];
  readonly getOwnMetadata?: (key: unknown, target: object) => unknown;
  readonly defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

/** Gives `wrapper` the name, length, properties and metadata of the function that it stands for. */
export function disguise<F extends AnyFunction>(wrapper: F, original: AnyFunction): F {
  const { prototype: _, ...properties } = Object.getOwnPropertyDescriptors(original) as Record<
    string,
    PropertyDescriptor
  >;
  Object.defineProperties(wrapper, properties);
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as Metadata;
  for (const key of getOwnMetadataKeys?.(original) ?? []) {
    defineMetadata?.(key, getOwnMetadata?.(key, original), wrapper);
  }
  return wrapper;
}
