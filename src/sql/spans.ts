/** Where quotes, strings and comments end. All answer the place after the end, or -1 if there is none. */

/** `from` is the place of the opening quote; a doubled quote stands for itself. */
export function closingQuote(sql: string, from: number, quote: string, backslash: boolean): number {
  for (let at = from + 1; at < sql.length; at += 1) {
    const char = sql[at];
    if (backslash && char === "\\") {
      at += 1;
    } else if (char === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return -1;
}

/** PostgreSQL's `$tag$ … $tag$`. */
export function endOfDollarString(sql: string, from: number): number {
  DOLLAR_TAG.lastIndex = from;
  const tag = DOLLAR_TAG.exec(sql)?.[0];
  if (tag === undefined) return -1;
  const close = sql.indexOf(tag, from + tag.length);
  return close < 0 ? -1 : close + tag.length;
}

const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

/** PostgreSQL nests block comments, the others end at the first mark. */
export function endOfBlockComment(sql: string, from: number, nested: boolean): number {
  let depth = 1;
  for (let at = from + 2; at < sql.length - 1; at += 1) {
    const two = sql.slice(at, at + 2);
    if (two === "*/") {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    } else if (nested && two === "/*") {
      depth += 1;
      at += 1;
    }
  }
  return -1;
}

/** Where a comment of one line ends; on PostgreSQL a carriage return alone ends it too. */
export function endOfLine(sql: string, from: number, carriageReturn: boolean): number {
  const end = carriageReturn ? /[\r\n]/g : /\n/g;
  end.lastIndex = from;
  return end.exec(sql) === null ? sql.length : end.lastIndex;
}
