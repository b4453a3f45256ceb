import type { DataSource, EntityMetadata } from "typeorm";
import type { Codec } from "../core/codec";
import { type KnownClass, type KnownClasses } from "../core/known-classes";
import { tag, type Tagged, untag } from "../core/tagged-value";

type EmbeddedMetadata = EntityMetadata["embeddeds"][number];

/** Entities and what is embedded in them, so that what a function gives can be stored and comes back as it was. */
export function entityClasses({ entityMetadatas }: DataSource): readonly KnownClass[] {
  const classes = entityMetadatas.filter(({ target }) => typeof target === "function");
  return classes.flatMap((metadata) => [
    entityClass(metadata),
    ...metadata.embeddeds.flatMap((each) => embeddedClasses(each, metadata.name)),
  ]);
}

function entityClass(metadata: EntityMetadata): KnownClass {
  const { prototype } = metadata.target as unknown as { readonly prototype: object };
  // A lazy relation has an accessor of TypeORM's, which would load it; what it holds lies in own properties.
  const lazy = metadata.lazyRelations.map(({ propertyName }) => propertyName);
  const mapped = [...metadata.columns, ...metadata.relations].map(({ propertyName }) => propertyName);
  return {
    name: `entity ${metadata.name}`,
    prototype,
    create: () => metadata.create(undefined, { fromDeserializer: true }) as object,
    accessors: accessorsOf(
      prototype,
      mapped.filter((name) => !lazy.includes(name)),
    ),
    omits: isLoadingRelation,
  };
}

/** By their place: a class that is embedded in several has several names. */
function embeddedClasses(embedded: EmbeddedMetadata, entity: string): readonly KnownClass[] {
  const inner = embedded.embeddeds.flatMap((each) => embeddedClasses(each, entity));
  const { prototype } = embedded.type as { readonly prototype?: object };
  if (!prototype || prototype === Object.prototype) return inner;
  const mapped = [...embedded.columns, ...embedded.relations].map(({ propertyName }) => propertyName);
  const create = (): object => embedded.create({ fromDeserializer: true }) as object;
  const name = `embedded ${entity}.${embedded.propertyPath}`;
  return [{ name, prototype, create, accessors: accessorsOf(prototype, mapped) }, ...inner];
}

/** State that is written by assigning a property may be kept where nobody sees it. */
function accessorsOf(prototype: object, properties: readonly string[]): readonly string[] {
  return [...new Set(properties)].filter((name) => {
    for (let each: object | null = prototype; each; each = Object.getPrototypeOf(each) as object | null) {
      const found = Object.getOwnPropertyDescriptor(each, name);
      if (found) return found.get !== undefined && found.set !== undefined;
    }
    return false;
  });
}

/** A lazy relation that is being loaded: it is not there yet, and will be loaded again. */
function isLoadingRelation(name: string, value: unknown): boolean {
  return name.startsWith("__promise_") && value instanceof Promise;
}

/** A codec of the user's own may not keep classes, but it keeps what JSON does. */
export function keepingClasses(codec: Codec, classes: KnownClasses): Codec {
  return {
    name: codec.name,
    encode: (value) => codec.encode(tag(value, classes)),
    decode: (payload) => untag(codec.decode(payload) as Tagged, classes),
  };
}
