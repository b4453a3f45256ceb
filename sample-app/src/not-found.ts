/** Thrown by pages when what the URL names is not there; the error page shows the message. */
export class NotFound extends Error {
  readonly status = 404;
}

/** A row's id from a URL; ids are positive and fit PostgreSQL's `integer`. */
export function idFrom(text: string | undefined, what: string): number {
  if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new NotFound(`There is no such ${what}.`);
}

export function found<T>(value: T | null, what: string): T {
  if (value === null) throw new NotFound(`There is no such ${what}.`);
  return value;
}
