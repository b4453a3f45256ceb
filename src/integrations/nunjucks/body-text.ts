interface Node {
  readonly typename?: string;
}

/** What is between two tags, as a text that is the same wherever in a template it stands. */
export function bodyText(body: unknown): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (name === "lineno" || name === "colno") return undefined;
    if (value instanceof RegExp) return String(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return { typename: (value as Node).typename, ...value };
  });
}
