import { Column, Entity, JoinTable, ManyToMany, ManyToOne, OneToMany, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

const JUNCTION = ["post_tags_tag"];

const JUNCTIONS: readonly Door[] = [
  {
    name: "relation().add() on the owning side (cacheops M2MTests add)",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "tags").of(2).add([1, 3]),
    changes: JUNCTION,
  },
  {
    name: "relation().add() on the other side",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Tag, "posts").of(3).add(1),
    changes: JUNCTION,
  },
  {
    name: "relation().remove() on the owning side (cacheops M2MTests remove)",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "tags").of(1).remove([1, 2]),
    changes: JUNCTION,
  },
  {
    name: "relation().remove() on the other side",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().relation(Tag, "posts").of({ id: 2 }).remove({ id: 1 }),
    changes: JUNCTION,
  },
  {
    name: "relation().addAndRemove()",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().relation(Post, "tags").of(1).addAndRemove([3], [1]),
    changes: JUNCTION,
  },
  {
    name: "save() of a longer list",
    write: async (lab) => {
      const post = await lab.repository(Post).findOneOrFail({ where: { id: 2 }, relations: { tags: true } });
      post.tags.push(await lab.repository(Tag).findOneByOrFail({ id: 3 }));
      await lab.repository(Post).save(post);
    },
    changes: JUNCTION,
  },
  {
    name: "save() of an empty list (cacheops M2MTests clear)",
    write: (lab) => lab.repository(Post).save({ id: 1, tags: [] }),
    changes: JUNCTION,
  },
  {
    name: "save() of another list and another column",
    write: (lab) => lab.repository(Post).save({ id: 1, title: "changed", tags: [{ id: 3 }] }),
    changes: ["post", ...JUNCTION],
  },
  {
    name: "save() from the other side (cacheops M2MTests, reverse)",
    write: (lab) => lab.repository(Tag).save({ id: 3, posts: [{ id: 1 }, { id: 2 }] }),
    changes: JUNCTION,
  },
  {
    name: "the junction's rows by its own name",
    write: ({ dataSource }) => dataSource.createQueryBuilder().delete().from("post_tags_tag").execute(),
    changes: JUNCTION,
  },
];

const REFERENCES: readonly Door[] = [
  {
    name: "relation().set() of a many-to-one",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "category").of(1).set(2),
    changes: ["post"],
  },
  {
    name: "relation().set() to null",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "category").of(1).set(null),
    changes: ["post"],
  },
  {
    name: "relation().add() of a one-to-many: the children change",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Category, "posts").of(1).add(2),
    changes: ["post"],
  },
  {
    name: "relation().remove() of a one-to-many",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Category, "posts").of(1).remove(1),
    changes: ["post"],
  },
  {
    name: "relation().set() of a one-to-one from its other side (cacheops 353)",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "summary").of(2).set(1),
    changes: ["summary"],
  },
  {
    name: "save() that moves a child to another parent (cachalot: reassign owner by save)",
    write: (lab) => lab.repository(Comment).save({ id: 1, post: { id: 2 } }),
    changes: ["comment"],
  },
  {
    name: "save() of the parent that takes a child over",
    write: (lab) => lab.repository(Category).save({ id: 1, posts: [{ id: 1 }, { id: 2 }] }),
    changes: ["post"],
  },
  {
    name: "save() of the parent that lets a child go",
    write: (lab) => lab.repository(Category).save({ id: 1, posts: [] }),
    changes: ["post"],
  },
  {
    name: "save() of a one-to-one from its other side (cacheops test_invalidate_by_one_to_one)",
    write: (lab) => lab.repository(Post).save({ id: 2, summary: { id: 1 } }),
    changes: ["summary"],
  },
  {
    name: "save() of a one-to-one's owner",
    write: (lab) => lab.repository(Summary).save({ id: 1, post: { id: 2 } }),
    changes: ["summary"],
  },
];

onEveryCombination("relations", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("junction tables", () => itInvalidatesThrough(JUNCTIONS, house));
  describe("references", () => itInvalidatesThrough(REFERENCES, house));
});

/** Persistence that goes on to other entities by itself. */
@Entity()
@Cached("all", "10m")
class Team {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @OneToMany(() => Player, (player) => player.team, { cascade: true })
  players!: Player[];

  @OneToMany(() => Match, (match) => match.team, { cascade: true })
  matches!: Match[];
}

@Entity()
@Cached("all", "10m")
class Player {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @ManyToOne(() => Team, (team) => team.players, { orphanedRowAction: "delete", nullable: true })
  team!: Team | null;

  @ManyToMany(() => Skill, { cascade: true })
  @JoinTable({ name: "player_skills" })
  skills!: Skill[];
}

@Entity()
@Cached("all", "10m")
class Match {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Team, (team) => team.matches, { orphanedRowAction: "nullify", nullable: true })
  team!: Team | null;
}

@Entity()
@Cached("all", "10m")
class Skill {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

const CASCADES: readonly Door[] = [
  {
    name: "cascade: true saves children, their junctions and targets",
    write: (lab) =>
      lab
        .repository(Team)
        .save({ name: "b", players: [{ name: "y", skills: [{ name: "run" }] }], matches: [{}] }),
    changes: ["team", "player", "match", "skill", "player_skills"],
  },
  {
    name: "cascade: true updates children alone",
    write: (lab) => lab.repository(Team).save({ id: 1, players: [{ id: 1, name: "changed" }] }),
    changes: ["player"],
  },
  {
    name: 'orphanedRowAction: "delete"',
    write: (lab) => lab.repository(Team).save({ id: 1, players: [] }),
    changes: ["player", "player_skills"],
  },
  {
    name: 'orphanedRowAction: "nullify"',
    write: (lab) => lab.repository(Team).save({ id: 1, matches: [] }),
    changes: ["match"],
  },
];

onEveryCombination("cascades by TypeORM", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: [Team, Player, Match, Skill] });
  });
  after(() => lab.close());

  const seed = ({ dataSource }: Lab): Promise<unknown> =>
    dataSource.manager.save(Team, {
      name: "a",
      players: [{ name: "x", skills: [{ name: "jump" }] }],
      matches: [{}],
    });
  itInvalidatesThrough(CASCADES, { database, lab: () => lab, seed });
});
