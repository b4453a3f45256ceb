import { field, list, type Node } from "./tree";

/** ORDER BY 1, GROUP BY 1, DISTINCT ON (1): an item of the select list by its place. */
export function namesPlaces(node: Node, tail: Node): boolean {
  const order = list(field(field(tail["order_by"], "kind"), "Expressions"));
  const groups = list(field(node["group_by"], "Expressions"));
  const terms = [
    ...order.map((by) => field(by, "expr")),
    ...list(groups[0]),
    ...list(field(node["distinct"], "On")),
  ];
  return terms.some(isPlace);
}

/** SQLite looks through COLLATE. */
function isPlace(term: unknown): boolean {
  const inner = field(term, "Nested") ?? field(field(term, "Collate"), "expr");
  return inner === undefined ? field(term, "Value") !== undefined : isPlace(inner);
}
