import { z } from "zod";

/** A submitted form: its values, or what was typed together with a message for each wrong field. */
export type Form<T> =
  | { readonly ok: true; readonly values: T }
  | { readonly ok: false; readonly typed: Fields; readonly errors: Fields };

type Fields = Readonly<Record<string, string>>;

export function readForm<T>(schema: z.ZodType<T>, body: unknown): Form<T> {
  const fields = textFields(body);
  const result = schema.safeParse(fields);
  if (result.success) return { ok: true, values: result.data };
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) errors[String(issue.path[0])] ??= issue.message;
  return { ok: false, typed: fields, errors };
}

// A field sent twice arrives as an array: no form here does that, so it counts as empty.
function textFields(body: unknown): Fields {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : ""]));
}

// PostgreSQL cannot store a NUL in text, and nobody means the other control characters.
const CONTROL = /\p{Cc}/u;
const CONTROL_EXCEPT_LINES = /[^\P{Cc}\n\t]/u;

/** One line of 1 to `max` characters; `what` completes the messages, as in "a name". */
export function line(what: string, max: number) {
  return z
    .string({ error: `Please enter ${what}.` })
    .trim()
    .min(1, `Please enter ${what}.`)
    .max(max, `Please keep it to ${max} characters.`)
    .refine((text) => !CONTROL.test(text), "Please leave out control characters.");
}

/** Several lines of 1 to `max` characters altogether. */
export function lines(what: string, max: number) {
  return z
    .string({ error: `Please enter ${what}.` })
    .transform((text) => text.replaceAll("\r\n", "\n").trim())
    .refine((text) => text !== "", `Please enter ${what}.`)
    .refine((text) => text.length <= max, `Please keep it to ${max} characters.`)
    .refine((text) => !CONTROL_EXCEPT_LINES.test(text), "Please leave out control characters.");
}

/** A whole number from `min` to `max`; blanks and commas between digits are ignored. */
export function wholeNumber(min: number, max: number) {
  const range = `Please enter a whole number from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}.`;
  return z
    .string({ error: range })
    .transform((text) => text.replace(/[\s,]/g, ""))
    .refine((text) => /^[+-]?\d{1,12}$/.test(text), range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}
