import { expect } from "chai";
import {
  Column,
  Entity,
  type EntityTarget,
  PrimaryGeneratedColumn,
  Tree,
  TreeChildren,
  TreeParent,
  type TreeRepository,
} from "typeorm";
import { Cached } from "../../../src";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

@Entity()
@Tree("closure-table")
@Cached("all", "10m")
class Branch {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @TreeParent({ onDelete: "CASCADE" })
  parent!: Branch | null;

  @TreeChildren({ cascade: true })
  children!: Branch[];
}

@Entity()
@Tree("nested-set")
@Cached("all", "10m")
class Chapter {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @TreeParent()
  parent!: Chapter | null;

  @TreeChildren({ cascade: true })
  children!: Chapter[];
}

@Entity()
@Tree("materialized-path")
@Cached("all", "10m")
class Region {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @TreeParent()
  parent!: Region | null;

  @TreeChildren({ cascade: true })
  children!: Region[];
}

interface Node {
  id: number;
  name: string;
  parent: Node | null;
  children: Node[];
}

const TREES: readonly { entity: EntityTarget<Node>; tables: readonly string[] }[] = [
  { entity: Branch, tables: ["branch", "branch_closure"] },
  { entity: Chapter, tables: ["chapter"] },
  { entity: Region, tables: ["region"] },
];

function doorsOf({ entity, tables }: (typeof TREES)[number]): readonly Door[] {
  const nodes = (lab: Lab): TreeRepository<Node> => lab.dataSource.getTreeRepository(entity);
  const node = (lab: Lab, name: string): Promise<Node> => nodes(lab).findOneByOrFail({ name });
  const titled = tables[0] as string;
  return [
    {
      name: `${titled}: save() of a new child`,
      write: async (lab) => nodes(lab).save({ name: "leaf", parent: await node(lab, "root") }),
      changes: tables,
    },
    {
      name: `${titled}: save() of a child in its parent's list`,
      write: async (lab) => {
        const root = await nodes(lab).findDescendantsTree(await node(lab, "root"));
        root.children.push(nodes(lab).create({ name: "leaf" }));
        await nodes(lab).save(root);
      },
      changes: tables,
    },
    {
      name: `${titled}: save() that moves a node`,
      write: async (lab) => nodes(lab).save({ ...(await node(lab, "b")), parent: await node(lab, "a") }),
      changes: tables,
    },
    {
      name: `${titled}: remove()`,
      write: async (lab) => nodes(lab).remove(await node(lab, "b")),
      changes: tables,
    },
  ];
}

onEveryCombination("trees", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Branch, Chapter, Region] })));
  after(() => lab.close());

  async function seed({ dataSource }: Lab): Promise<void> {
    for (const { entity } of TREES) {
      const nodes = dataSource.getTreeRepository(entity);
      const root = await nodes.save({ name: "root" });
      for (const name of ["a", "b"]) await nodes.save({ name, parent: root });
    }
  }

  itInvalidatesThrough(TREES.flatMap(doorsOf), { database, lab: () => lab, seed });

  for (const { entity, tables } of TREES) {
    it(`${tables[0]}: the tree is what it has become`, async () => {
      await lab.wipe();
      await seed(lab);
      const nodes = lab.dataSource.getTreeRepository(entity);
      const root = await nodes.findOneByOrFail({ name: "root" });
      const descendants = (): Promise<number> => nodes.countDescendants(root);
      expect(await descendants()).to.equal(3);
      await nodes.save({ name: "c", parent: root });
      expect(await descendants()).to.equal(4);
      expect(await lab.expectStatements(0, descendants)).to.equal(4);
    });
  }
});
