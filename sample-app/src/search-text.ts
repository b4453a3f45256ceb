import { z } from "zod";

/** The `q` of a URL: what a visitor looks for. Empty if it is missing or cannot be looked for. */
export const searchText = z
  .string()
  .transform((text) => text.trim().slice(0, 80))
  .refine((text) => !/\p{Cc}/u.test(text))
  .catch("");

/** Pattern for LIKE: `text` literally, then anything. */
export function startsWith(text: string): string {
  return `${escapeLike(text)}%`;
}

/** Pattern for LIKE: `text` literally, wherever it stands. */
export function contains(text: string): string {
  return `%${escapeLike(text)}%`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
