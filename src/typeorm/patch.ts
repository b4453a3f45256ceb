import { CacheopsUnsupportedError } from "../errors";

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Wrap = (original: Method) => Method;

interface Patched {
  readonly original: PropertyDescriptor | undefined;
  users: number;
}

// One replacement serves every data source of a copy of TypeORM, so it is counted, not stacked.
const patched = new WeakMap<object, Map<string, Patched>>();

/**
 * Replaces a method of a prototype of TypeORM's, keeping its name and length. Patching twice with
 * the same name counts a user more; the function returned takes one away, the last one restores.
 */
export function patchMethod(prototype: object, name: string, wrap: Wrap): () => void {
  const methods = patched.get(prototype) ?? new Map<string, Patched>();
  patched.set(prototype, methods);
  const known = methods.get(name);
  if (known) known.users++;
  else methods.set(name, { original: replaceMethod(prototype, name, wrap), users: 1 });
  let undone = false;
  return () => {
    if (undone) return;
    undone = true;
    restore(prototype, name, methods);
  };
}

function replaceMethod(prototype: object, name: string, wrap: Wrap): PropertyDescriptor | undefined {
  const original = (prototype as Record<string, unknown>)[name];
  if (typeof original !== "function") {
    throw new CacheopsUnsupportedError(
      `This version of TypeORM has no ${prototype.constructor.name}.${name}(). Use typeorm 0.3.31 or later, or 1.x.`,
    );
  }
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const replacement = wrap(original as Method);
  Object.defineProperty(replacement, "name", { value: original.name, configurable: true });
  Object.defineProperty(replacement, "length", { value: original.length, configurable: true });
  Object.defineProperty(prototype, name, {
    value: replacement,
    configurable: true,
    writable: true,
    enumerable: descriptor?.enumerable ?? false,
  });
  return descriptor;
}

function restore(prototype: object, name: string, methods: Map<string, Patched>): void {
  const entry = methods.get(name);
  if (!entry || --entry.users > 0) return;
  methods.delete(name);
  if (entry.original) Object.defineProperty(prototype, name, entry.original);
  else delete (prototype as Record<string, unknown>)[name];
}
