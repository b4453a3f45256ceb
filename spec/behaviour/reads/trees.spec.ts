import { expect } from "chai";
import { Column, Entity, PrimaryGeneratedColumn, Tree, TreeChildren, TreeParent } from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectFollows } from "../../support/soundness";

/** What the four kinds of trees have in common for these specs. */
interface Node {
  id: number;
  name: string;
  parent: Node | null;
  children: Node[];
}

@Entity()
@Tree("closure-table")
@Cached("all")
class ClosureNode implements Node {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @TreeParent({ onDelete: "CASCADE" }) parent!: ClosureNode | null;
  @TreeChildren() children!: ClosureNode[];
}

@Entity()
@Tree("nested-set")
@Cached("all")
class NestedSetNode implements Node {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @TreeParent({ onDelete: "CASCADE" }) parent!: NestedSetNode | null;
  @TreeChildren() children!: NestedSetNode[];
}

@Entity()
@Tree("materialized-path")
@Cached("all")
class PathNode implements Node {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @TreeParent({ onDelete: "CASCADE" }) parent!: PathNode | null;
  @TreeChildren() children!: PathNode[];
}

const TREES = [ClosureNode, NestedSetNode, PathNode] as const;

/** `root(a(b), c)`, names of siblings sorted. */
function outline({ name, children }: Node): string {
  const inner = (children ?? []).map(outline).sort().join(", ");
  return inner === "" ? name : `${name}(${inner})`;
}

onEveryCombination("trees", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: TREES })));
  after(() => lab.close());

  for (const tree of TREES) {
    it(`${tree.name}: every read follows a new leaf, a rename and, where possible, a move (trap 8)`, async () => {
      const nodes = lab.dataSource.getTreeRepository<Node>(tree);
      const add = (name: string, parent: Node | null) => nodes.save(nodes.create({ name, parent }));
      const root = await add("root", null);
      const branch = await add("branch", root);
      const twig = await add("twig", branch);

      const reads: Record<string, () => Promise<unknown>> = {
        findTrees: async () => (await nodes.findTrees()).map(outline),
        findDescendants: async () => (await nodes.findDescendants(root)).map((node) => node.name).sort(),
        findDescendantsTree: async () => outline(await nodes.findDescendantsTree({ ...root })),
        countDescendants: () => nodes.countDescendants(root),
        children: async () =>
          (await nodes.find({ where: { parent: { id: root.id } } })).map((node) => node.name).sort(),
      };
      for (const [name, read] of Object.entries(reads)) {
        const parent = name === "children" ? root : twig;
        await expectFollows(lab, read, () => add(`leaf of ${name}`, parent));
      }
      const ancestors = async () => (await nodes.findAncestors(twig)).map((node) => node.name).sort();
      await expectFollows(lab, ancestors, () => nodes.update({ id: branch.id }, { name: "bough" }));
      await expectFollows(
        lab,
        async () => (await nodes.findRoots()).map((node) => node.name),
        () => nodes.update({ id: root.id }, { name: "stem" }),
      );
      const above = () => nodes.countAncestors(twig);
      await expectFollows(lab, above, () => nodes.save({ ...twig, parent: root, children: undefined }));
      expect(await ancestors()).to.deep.equal(["stem", "twig"]);
    });
  }
});
