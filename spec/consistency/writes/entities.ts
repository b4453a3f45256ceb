import type { Row } from "../family";
import {
  drawAssigned,
  drawKind,
  drawParent,
  drawValues,
  drawWhere,
  rowsIn,
  type Step,
  type Target,
} from "./target";

const anyPair = ({ random, family }: Target): [owner: number, other: number] => [
  1 + random.below(family.ids),
  1 + random.below(family.ids),
];

/** Of a table that has no soft deletion: something else. */
const softly =
  (step: Step): Step =>
  (target) =>
    target.table.soft ? step(target) : ENTITIES.update!(target);

function insert(target: Target): Promise<unknown> {
  return target.manager
    .createQueryBuilder()
    .insert()
    .into<Row>(target.table.name)
    .values({ id: target.id, ...drawValues(target) })
    .orIgnore()
    .execute();
}

/** By entities, their values and TypeORM's operators. */
export const ENTITIES: Record<string, Step> = {
  update: (target) => rowsIn(target).update({ id: target.id }, { value: target.next() }),
  updateKids: (target) => rowsIn(target).update({ parentId: target.id }, { value: target.next() }),
  updateSome: (target) => rowsIn(target).update({ id: target.id }, drawAssigned(target)),
  updateWhere: (target) => rowsIn(target).update(drawWhere(target), drawAssigned(target)),
  increment: (target) => rowsIn(target).increment(drawWhere(target), "value", 1),
  decrement: (target) => rowsIn(target).decrement({ id: target.id }, "value", 1),
  save: async (target) => {
    const row = await rowsIn(target).findOneBy({ id: target.id });
    if (row) await rowsIn(target).save({ ...row, value: target.next() });
  },
  saveNew: (target) => rowsIn(target).save({ id: target.id, ...drawValues(target) }),
  /** Entities that lack some of their columns. */
  savePartial: async (target) => {
    const row = await rowsIn(target).findOne({ where: { id: target.id }, select: { id: true } });
    if (row) await rowsIn(target).save({ id: target.id, ...drawAssigned(target) });
  },
  saveSeveral: async (target) => {
    const rows = await rowsIn(target).findBy(drawWhere(target));
    await rowsIn(target).save(rows.map((row) => ({ ...row, kind: drawKind(target) })));
  },
  remove: async (target) => {
    const rows = await rowsIn(target).findBy({ id: target.id });
    await rowsIn(target).remove(rows);
  },
  delete: (target) => rowsIn(target).delete({ id: target.id }),
  deleteWhere: (target) => rowsIn(target).delete(drawWhere(target)),
  insert,
  replace: async (target) => {
    await rowsIn(target).delete({ id: target.id });
    await insert(target);
  },
  /** All that are missing. */
  refill: (target) => {
    const ids = Array.from({ length: target.family.ids }, (_, index) => index + 1);
    const values = ids.map((id) => ({ id, ...drawValues(target) }));
    return target.manager
      .createQueryBuilder()
      .insert()
      .into<Row>(target.table.name)
      .values(values)
      .orIgnore()
      .execute();
  },
  upsert: (target) => rowsIn(target).upsert({ id: target.id, ...drawValues(target) }, ["id"]),
  reparent: (target) => rowsIn(target).update({ id: target.id }, { parentId: drawParent(target) }),
  move: (target) => rowsIn(target).update({ parentId: target.id }, { parentId: drawParent(target) }),
  softDelete: softly((target) => rowsIn(target).softDelete({ id: target.id })),
  softDeleteWhere: softly((target) => rowsIn(target).softDelete(drawWhere(target))),
  softRemove: softly(async (target) => {
    const rows = await rowsIn(target).findBy({ id: target.id });
    await rowsIn(target).softRemove(rows);
  }),
  restore: softly((target) => rowsIn(target).restore({ id: target.id })),
  restoreWhere: softly((target) => rowsIn(target).restore(drawWhere(target))),
  link: (target) => {
    const { manager, family } = target;
    const [ownerId, otherId] = anyPair(target);
    return manager
      .createQueryBuilder()
      .insert()
      .into(family.junction.table)
      .values({ ownerId, otherId })
      .orIgnore()
      .execute();
  },
  unlink: (target) => {
    const { manager, family } = target;
    const [owner, other] = anyPair(target);
    return manager.createQueryBuilder().relation(family.junction.owner, "others").of(owner).remove(other);
  },
};
