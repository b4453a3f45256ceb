import type { EntityManager } from "typeorm";

/** One question to the data source, which may take several statements. The order of its rows is determined. */
export class Read {
  constructor(
    readonly title: string,
    readonly run: (manager: EntityManager) => Promise<unknown>,
  ) {}

  /** For counterexamples. */
  toString(): string {
    return this.title;
  }
}

/** A read's answer in an order that is determined throughout. */
export async function answerOf(read: Read, manager: EntityManager): Promise<unknown> {
  const answer = await read.run(manager);
  sortRelated(answer);
  return answer;
}

/** Databases join in any order: the lists inside entities are sorted, the rows of the answer are not. */
function sortRelated(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Date) return;
  for (const inner of Object.values(value)) {
    sortRelated(inner);
    if (Array.isArray(inner) && !Array.isArray(value)) inner.sort(byText);
  }
}

function byText(one: unknown, other: unknown): number {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}
