import type { Claim, Dependency } from "../../../src/stores/store";

/** What a writer claims, and the schemes that it knew when it did. */
export interface KnownClaim {
  readonly claim: Claim;
  readonly schemes: ReadonlySet<string>;
}

/** A read: what it relies on, and when its versions were read. */
export interface Reading {
  readonly dependencies: readonly Dependency[];
  readonly at: number;
}

/**
 * What must never be: a result that is current although something that it relies on was replaced since its versions
 * were read, or is marked. Knows nothing of versions, counts and incarnations: only what was claimed, and when.
 */
export class Model {
  private readonly live = new Map<string, KnownClaim>();
  private readonly replaced: { readonly known: KnownClaim; readonly at: number }[] = [];
  private time = 0;

  now(): number {
    return ++this.time;
  }

  mark(writer: string, known: KnownClaim): void {
    this.live.set(writer, known);
  }

  /** The writer has replaced what it marked, or is dead and its lease over. */
  replace(known: KnownClaim, writer?: string): void {
    if (writer !== undefined) this.live.delete(writer);
    this.replaced.push({ known, at: this.now() });
  }

  isMarked(dependencies: readonly Dependency[]): boolean {
    return [...this.live.values()].some((known) => concernsAny(known, dependencies));
  }

  mayBeCurrent({ dependencies, at }: Reading): boolean {
    const outdated = this.replaced.some(
      (replacement) => replacement.at > at && concernsAny(replacement.known, dependencies),
    );
    return !outdated && !this.isMarked(dependencies);
  }

  /** Nothing at all was replaced or is marked: there is no reason for it to be stale. */
  isUntouched({ at }: Reading): boolean {
    return this.live.size === 0 && this.replaced.every((replacement) => replacement.at < at);
  }
}

function concernsAny(known: KnownClaim, dependencies: readonly Dependency[]): boolean {
  return dependencies.some((dependency) => concerns(known, dependency));
}

function concerns({ claim, schemes }: KnownClaim, { record, parts }: Dependency): boolean {
  if (claim.record.kind !== record.kind || claim.record.name !== record.name) return false;
  const { changes } = claim;
  if (!changes || !parts) return true;
  return parts.some(
    ({ scheme, key }) =>
      !schemes.has(scheme) ||
      changes.schemes.includes(scheme) ||
      changes.parts.some((part) => part.scheme === scheme && part.key === key),
  );
}
