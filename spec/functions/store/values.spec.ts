import { expect } from "chai";
import {
  AfterLoad,
  Column,
  Entity,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  TableInheritance,
  ChildEntity,
} from "typeorm";
import { cachedAs, type Codec } from "../../../src";
import { DATABASES } from "../../support/databases";
import { Lab } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { counting } from "./blog-lab";

class Address {
  @Column({ type: "varchar", nullable: true })
  street!: string | null;

  get line(): string {
    return `Street: ${this.street}`;
  }
}

class Money {
  constructor(readonly cents: number) {}
}

@Entity()
@TableInheritance({ column: { type: "varchar", name: "kind" } })
class Person {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @Column()
  born!: Date;

  @Column(() => Address)
  address!: Address;

  @OneToMany(() => Pet, (pet) => pet.owner)
  pets!: Pet[];

  note = "initial";

  loaded?: boolean;

  #secret = "";

  @Column({ default: "" })
  set secret(value: string) {
    this.#secret = value;
  }

  get secret(): string {
    return this.#secret;
  }

  greet(): string {
    return `${this.name}, ${this.address.line}`;
  }

  @AfterLoad()
  note_loading(): void {
    this.loaded = true;
  }
}

@ChildEntity()
class Employee extends Person {
  @Column({ type: "int", nullable: true })
  salary!: number | null;
}

@Entity()
class Pet {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @ManyToOne(() => Person, (person) => person.pets, { lazy: true })
  owner!: Promise<Person>;
}

const ENTITIES = [Person, Employee, Pet] as const;

/** A codec of the user's own, which knows no more than JSON. */
const json: Codec = {
  name: "json",
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (payload) => JSON.parse(payload.toString()) as unknown,
};

for (const database of DATABASES) {
  for (const [title, cache] of Object.entries({
    "its own codec": {},
    "a codec of the user's": { codec: json },
  })) {
    describe(`results of cached functions, with ${title} [${database}]`, () => {
      let lab: Lab;
      const warnings: string[] = [];
      before(async () => {
        lab = await Lab.open({ database, store: "redis", entities: ENTITIES, cache });
        lab.cache.on("warning", (message) => warnings.push(message));
      });
      after(() => lab.close());
      beforeEach(async () => {
        await lab.wipe();
        warnings.length = 0;
        const address = { street: "Main" };
        const born = new Date("2001-02-03T04:05:06Z");
        await lab
          .repository(Person)
          .save(lab.repository(Person).create({ name: "Ann", born, address, secret: "s" }));
        await lab.repository(Employee).save({ name: "Bob", born, address: { street: null }, salary: 5 });
        await lab.repository(Pet).insert({ name: "Rex", owner: { id: 1 } as never });
      });

      const kept = async <T>(read: () => Promise<T>): Promise<[T, T]> => {
        const { run, runs } = counting(read);
        const f = cachedAs([Person, Pet], { extra: Math.random() })(run);
        const both: [T, T] = [await f(), await f()];
        expect(runs, warnings.join("\n")).to.have.length(1);
        return both;
      };

      it("come back as entities of their classes, with what is embedded and nested in them", async () => {
        const [first, again] = await kept(() =>
          lab.repository(Person).find({ order: { id: "ASC" }, relations: { pets: true } }),
        );
        expectSameValues(again, first);
        expect(again.map((each) => each.constructor)).to.deep.equal([Person, Employee]);
        const [ann, bob] = again as [Person, Employee];
        expect(ann).to.not.equal(first[0]);
        expect(ann.greet()).to.equal("Ann, Street: Main");
        expect(ann.born).to.be.instanceOf(Date);
        expect(ann.pets[0]).to.be.instanceOf(Pet);
        expect([ann.loaded, ann.note, bob.salary]).to.deep.equal([true, "initial", 5]);
      });

      it("keep what a setter has put where nobody sees it", async () => {
        const [, again] = await kept(() => lab.repository(Person).findOneByOrFail({ id: 1 }));
        expect(again.secret).to.equal("s");
      });

      it("keep lazy relations, loaded or not", async () => {
        const [, unloaded] = await kept(() => lab.repository(Pet).findOneByOrFail({ id: 1 }));
        expect((await unloaded.owner).name).to.equal("Ann");
        const [, loaded] = await kept(() =>
          lab.repository(Pet).findOneOrFail({ where: { id: 1 }, relations: { owner: true } }),
        );
        const owner = await lab.expectStatements(0, () => loaded.owner);
        expect(owner).to.be.instanceOf(Person);
        expect(owner.name).to.equal("Ann");
      });

      it("can be saved again", async () => {
        const [, again] = await kept(() => lab.repository(Person).findOneByOrFail({ id: 1 }));
        again.name = "Anna";
        again.address.street = "Side";
        await lab.repository(Person).save(again);
        const { name, address, secret } = await lab.repository(Person).findOneByOrFail({ id: 1 });
        expect([name, address.street, secret]).to.deep.equal(["Anna", "Side", "s"]);
      });

      it("keep types of all kinds, inside of one another", async () => {
        const value = {
          map: new Map<unknown, unknown>([[new Date(5), new Set([1n])]]),
          list: [undefined, null, -0, NaN, Buffer.from("b")],
          nothing: Object.create(null) as unknown,
        };
        const [, again] = await kept(async () => ({
          ...value,
          person: await lab.repository(Person).findOneBy({ id: 2 }),
        }));
        expectSameValues({ ...again, person: undefined }, { ...value, person: undefined });
        expect(again.person).to.be.instanceOf(Employee);
      });

      it("are null and undefined, too", async () => {
        expect(await kept(async () => null)).to.deep.equal([null, null]);
        expect(await kept(async () => undefined)).to.deep.equal([undefined, undefined]);
      });

      it("are given and not kept with an instance of a class that nobody knows, which a warning names", async () => {
        const { run, runs } = counting(async () => ({ price: new Money(5) }));
        const f = cachedAs(Person)(run);
        expect((await f()).price).to.be.instanceOf(Money);
        await f();
        expect(runs).to.have.length(2);
        expect(warnings).to.have.length(1);
        expect(warnings[0]).to.include("Money").and.to.include("run");
        expect(lab.reads.at(-1)?.reason).to.equal("value");
      });
    });
  }
}
