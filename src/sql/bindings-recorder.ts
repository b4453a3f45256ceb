import type { SqlDialect } from "./analysis";
import type { Bindings, Constant, Repeat } from "./bindings";
import { ConstantReader } from "./constant-reader";
import { hasSlot } from "./slots";
import type { Token } from "./tokens";

/** Notes the constants of a text while its shape is made: which slot each fills, or whose slots it repeats. */
export class BindingsRecorder {
  private readonly constants: Constant[] = [];
  private readonly repeats: Repeat[] = [];
  private readonly reader: ConstantReader;

  constructor(dialect: SqlDialect) {
    this.reader = new ConstantReader(dialect);
  }

  /** How many slots there are so far. */
  get slots(): number {
    return this.constants.length;
  }

  get bindings(): Bindings {
    return { constants: this.constants, repeats: this.repeats };
  }

  take(token: Token): void {
    if (hasSlot(token)) this.constants.push(this.reader.read(token));
  }

  /**
   * Everything from slot `from` on belongs to an item that is left out because it repeats the one whose
   * first slot is `same`. Lists inside it repeat those inside the other: what was noted of them moves along.
   * `blurred`: neither item's constants mean what they say.
   */
  drop(from: number, same: number, blurred: boolean): void {
    const dropped = this.constants.splice(from);
    if (dropped.length === 0) return;
    // What was noted since the item began stands at the end: a list of a thousand costs no thousand passes.
    for (let at = this.repeats.length - 1; at >= 0; at -= 1) {
      const repeat = this.repeats[at];
      if (repeat === undefined || repeat.from < from) break;
      this.repeats[at] = { ...repeat, from: repeat.from - from + same };
    }
    if (blurred) this.constants.fill(UNKNOWN, same, same + dropped.length);
    this.repeats.push({ from: same, constants: blurred ? dropped.map(() => UNKNOWN) : dropped });
  }
}

const UNKNOWN: Constant = { kind: "unknown" };
