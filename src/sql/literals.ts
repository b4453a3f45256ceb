import type { Token } from "./tokens";

/** Two strings side by side, which some dialects make one of. */
export function hasAdjacentStrings(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => token.kind === "string" && tokens[at + 1]?.kind === "string");
}
