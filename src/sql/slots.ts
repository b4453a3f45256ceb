import type { Token } from "./tokens";
import { words } from "./words";

/** Words that are constants: they have slots like literals and parameters. */
export const CONSTANT_WORDS = words(`NULL TRUE FALSE DEFAULT`);

/** Whether the token has a slot of its own. */
export function hasSlot(token: Token): boolean {
  switch (token.kind) {
    case "number":
    case "string":
    case "parameter":
      return true;
    case "word":
      return CONSTANT_WORDS.has(token.upper);
    default:
      return false;
  }
}

/** A constant of a text that the parser was given. */
export interface Slot {
  readonly slot: number;
  readonly token: Token;
}

/**
 * The constants by the column at which they begin when the tokens are joined by one blank, counted as the
 * parser counts: from 1, in code points. `undefined` if a token holds the end of a line.
 */
export function slotsByColumn(tokens: readonly Token[]): ReadonlyMap<number, Slot> | undefined {
  const slots = new Map<number, Slot>();
  let column = 1;
  for (const token of tokens) {
    if (/[\n\r]/.test(token.text)) return undefined;
    if (hasSlot(token)) slots.set(column, { slot: slots.size, token });
    column += codePoints(token.text) + 1;
  }
  return slots;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _char of text) count += 1;
  return count;
}
