import { CacheopsUnsupportedError } from "../errors";

/** A method of TypeORM's, whose arguments are none of the patch's business. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;
type Wrap = (original: Method) => Method;

/** A method of a prototype of TypeORM's, and what takes its place. */
export interface Patch {
  readonly prototype: object;
  readonly name: string;
  readonly wrap: Wrap;
}

interface Patched {
  readonly original: PropertyDescriptor | undefined;
  readonly replacement: Method;
  users: number;
}

// One replacement serves every data source of a copy of TypeORM, so it is counted, not stacked.
const patched = new WeakMap<object, Map<string, Patched>>();

/**
 * Replaces methods, keeping their names and lengths: all of them or, where one is missing, none.
 * Patching the same method again counts a user more; the function returned takes one away, the last
 * one restores.
 */
export function applyPatches(patches: readonly Patch[]): () => void {
  const undo: (() => void)[] = [];
  const undoAll = (): void => undo.splice(0).forEach((each) => each());
  try {
    for (const patch of patches) undo.push(apply(patch));
  } catch (error) {
    undoAll();
    throw error;
  }
  return undoAll;
}

/** Where `method` is defined: classes of the user's may stand between the instance and TypeORM's own. */
export function prototypeWith(instance: object, method: string): object {
  const own = Object.getPrototypeOf(instance) as object;
  let prototype: object | null = own;
  while (prototype && !Object.hasOwn(prototype, method))
    prototype = Object.getPrototypeOf(prototype) as object | null;
  return prototype ?? own;
}

function apply({ prototype, name, wrap }: Patch): () => void {
  const methods = patched.get(prototype) ?? new Map<string, Patched>();
  patched.set(prototype, methods);
  const known = methods.get(name);
  if (known) known.users++;
  else methods.set(name, { ...replaceMethod(prototype, name, wrap), users: 1 });
  return () => restore(prototype, name, methods);
}

function replaceMethod(prototype: object, name: string, wrap: Wrap): Omit<Patched, "users"> {
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
  return { original: descriptor, replacement };
}

function restore(prototype: object, name: string, methods: Map<string, Patched>): void {
  const entry = methods.get(name);
  if (!entry || --entry.users > 0) return;
  methods.delete(name);
  // Somebody has patched it after us and calls ours, which hands on to the original from now on.
  if (Object.getOwnPropertyDescriptor(prototype, name)?.value !== entry.replacement) return;
  if (entry.original) Object.defineProperty(prototype, name, entry.original);
  else delete (prototype as Record<string, unknown>)[name];
}
