import {
  Column,
  Entity,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../../src";

/** Every referential action, in chains: the database itself changes rows of other tables. */
@Entity()
@Cached("all", "10m")
export class Country {
  @PrimaryColumn({ length: 2 })
  code!: string;

  @Column()
  name!: string;
}

@Entity()
@Cached("all", "10m")
export class City {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @ManyToOne(() => Country, { onDelete: "CASCADE", onUpdate: "CASCADE" })
  country!: Country;

  @ManyToMany(() => Language)
  @JoinTable({ name: "spoken", joinColumn: { name: "city_id" }, inverseJoinColumn: { name: "language_id" } })
  languages!: Language[];
}

@Entity()
@Cached("all", "10m")
export class District {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => City, { onDelete: "CASCADE" })
  city!: City;

  /** A part of another one: the tree is emptied from its root. */
  @ManyToOne(() => District, { onDelete: "CASCADE", nullable: true })
  parent!: District | null;
}

@Entity()
@Cached("all", "10m")
export class Street {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => District, { onDelete: "SET NULL", nullable: true })
  district!: District | null;
}

/** Refers to a table whose rows a cascade only updates: what comes after SET NULL ends here. */
@Entity()
@Cached("all", "10m")
export class Building {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Street, { onDelete: "CASCADE" })
  street!: Street;
}

@Entity()
@Cached("all", "10m")
export class Language {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

/** The reference is part of a key that others refer to: ON UPDATE CASCADE goes on from here. */
@Entity()
@Cached("all", "10m")
export class Region {
  @PrimaryColumn({ length: 2 })
  countryCode!: string;

  @ManyToOne(() => Country, { onDelete: "CASCADE", onUpdate: "CASCADE" })
  country!: Country;

  @PrimaryColumn()
  number!: number;
}

@Entity()
@Cached("all", "10m")
export class Station {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Region, { onDelete: "SET NULL", onUpdate: "CASCADE", nullable: true })
  region!: Region | null;
}

export const GEOGRAPHY = [Country, City, District, Street, Building, Language, Region, Station] as const;
