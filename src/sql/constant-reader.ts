import type { SqlDialect } from "./analysis";
import type { Constant } from "./bindings";
import type { Token } from "./tokens";

/** Reads the constants of one text in order: the place of a parameter depends on those before it. */
export class ConstantReader {
  /** The highest number that a parameter has had: `?` gets the next one. */
  private highest = 0;
  /** A parameter was met whose number is not known, so those of later ones are not. */
  private lost = false;

  constructor(private readonly dialect: SqlDialect) {}

  read(token: Token): Constant {
    switch (token.kind) {
      case "number":
        return { kind: "number", text: token.text };
      case "string":
        return this.string(token.text);
      case "parameter":
        return this.parameter(token.text);
      default:
        return WORDS[token.upper] ?? UNKNOWN;
    }
  }

  /** Only quotes that mean the same under all settings, and no escape but the doubled quote. */
  private string(text: string): Constant {
    if (!text.startsWith("'")) return UNKNOWN;
    if (this.dialect !== "sqlite" && text.includes("\\")) return UNKNOWN;
    return { kind: "string", text: text.slice(1, -1).replaceAll("''", "'") };
  }

  private parameter(text: string): Constant {
    if (this.dialect === "postgres") return numbered(/^\$(\d+)$/.exec(text)?.[1]);
    if (text === "?") {
      this.highest += 1;
      return this.lost ? UNKNOWN : numbered(String(this.highest));
    }
    const number = this.dialect === "sqlite" ? /^\?(\d+)$/.exec(text)?.[1] : undefined;
    if (number === undefined) this.lost = true;
    else this.highest = Math.max(this.highest, Number(number));
    return numbered(number);
  }
}

function numbered(number: string | undefined): Constant {
  const index = Number(number ?? 0) - 1;
  return index < 0 ? UNKNOWN : { kind: "parameter", index };
}

const UNKNOWN: Constant = { kind: "unknown" };

const WORDS: Readonly<Record<string, Constant>> = {
  NULL: { kind: "null" },
  TRUE: { kind: "true" },
  FALSE: { kind: "false" },
  DEFAULT: { kind: "default" },
};
