import { expect } from "chai";
import {
  Column,
  DeleteDateColumn,
  Entity,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  VersionColumn,
} from "typeorm";
import { Cached } from "../../../src";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

@Entity()
@Cached("all", "10m")
class Folder {
  @PrimaryGeneratedColumn()
  id!: number;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @OneToMany(() => Note, (note) => note.folder, { cascade: true })
  notes!: Note[];
}

@Entity()
@Cached("all", "10m")
class Note {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  text!: string;

  @VersionColumn()
  version!: number;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @ManyToOne(() => Folder, (folder) => folder.notes, { nullable: true })
  folder!: Folder | null;
}

const folderWithNotes = (lab: Lab): Promise<Folder> =>
  lab.repository(Folder).findOneOrFail({ where: { id: 1 }, relations: { notes: true }, withDeleted: true });
const deleteNotes = (lab: Lab): Promise<unknown> => lab.repository(Note).softDelete([1, 2]);
const deleteFolder = async (lab: Lab): Promise<unknown> =>
  lab.repository(Folder).softRemove(await folderWithNotes(lab));

const DOORS: readonly Door[] = [
  { name: "softDelete()", write: (lab) => lab.repository(Note).softDelete(1), changes: ["note"] },
  {
    name: "restore()",
    prepare: deleteNotes,
    write: (lab) => lab.repository(Note).restore(1),
    changes: ["note"],
  },
  {
    name: "softRemove()",
    write: async (lab) =>
      lab.repository(Note).softRemove(await lab.repository(Note).findOneByOrFail({ id: 1 })),
    changes: ["note"],
  },
  {
    name: "recover()",
    prepare: deleteNotes,
    write: async (lab) =>
      lab.repository(Note).recover(await lab.repository(Note).find({ withDeleted: true })),
    changes: ["note"],
  },
  { name: "softRemove() that cascades (trap 13)", write: deleteFolder, changes: ["folder", "note"] },
  {
    name: "recover() that cascades (trap 13)",
    prepare: deleteFolder,
    write: async (lab) => lab.repository(Folder).recover(await folderWithNotes(lab)),
    changes: ["folder", "note"],
  },
  {
    name: "a builder's softDelete()",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().softDelete().from(Note).where("id = 1").execute(),
    changes: ["note"],
  },
  {
    name: "a builder's restore()",
    prepare: deleteNotes,
    write: ({ dataSource }) => dataSource.createQueryBuilder().restore().from(Note).execute(),
    changes: ["note"],
  },
  { name: "delete()", write: (lab) => lab.repository(Note).delete(2), changes: ["note"] },
];

onEveryCombination("soft delete", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Folder, Note] })));
  after(() => lab.close());

  const seed = ({ dataSource }: Lab): Promise<unknown> =>
    dataSource.manager.save(Folder, { notes: [{ text: "a" }, { text: "b" }] });
  itInvalidatesThrough(DOORS, { database, lab: () => lab, seed });

  it("lists with and without deleted rows follow a soft delete and a restore", async () => {
    await lab.wipe();
    await seed(lab);
    const notes = lab.repository(Note);
    const counts = async (): Promise<number[]> => [
      await notes.count(),
      await notes.count({ withDeleted: true }),
    ];
    expect(await counts()).to.deep.equal([2, 2]);
    await notes.softDelete(1);
    expect(await counts()).to.deep.equal([1, 2]);
    await notes.restore(1);
    expect(await counts()).to.deep.equal([2, 2]);
  });
});
