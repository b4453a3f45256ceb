/** Changes everything that can be changed in a result, as a careless caller might. */
export function scramble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(7);
  else if (value instanceof Date) value.setTime(7);
  else if (value instanceof Set) value.add("scrambled");
  else scrambleProperties(value as Record<string, unknown>);
}

function scrambleProperties(value: Record<string, unknown>): void {
  for (const item of Object.values(value)) scramble(item);
  if (Array.isArray(value)) value.push("scrambled");
  else value["scrambled"] = true;
}
