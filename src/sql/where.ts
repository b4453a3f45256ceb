import type { SqlDialect } from "./analysis";
import type { SlotOf } from "./assigned";
import { operandOf } from "./assigned";
import { columnOf, type Target } from "./column-names";
import { allOf, type Asked, askedOf } from "./dnf";
import { conjuncts, Predicates } from "./predicates";
import { relation } from "./relations";

/** What a WHERE asks of the rows of the table that is written. */
export function askedOfTarget(where: unknown, target: Target, slotOf: SlotOf, dialect: SqlDialect): Asked {
  const rows = relation(target.alias ?? target.table.name, target.table, false);
  const predicates = new Predicates({
    column: (node) => {
      const name = columnOf(node, target, dialect);
      return name === undefined ? undefined : { relation: rows, name };
    },
    operand: (node) => operandOf(node, slotOf, dialect),
    booleans: dialect === "postgres",
    like: true,
    between: true,
  });
  return askedOf(rows, allOf(conjuncts(where).map((conjunct) => predicates.whenTrue(conjunct))));
}
