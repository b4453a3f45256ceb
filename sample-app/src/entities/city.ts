import {
  Column,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
} from "typeorm";
import type { Relation } from "typeorm";
import { Cached } from "typeorm-cacheops";
import { Comment } from "./comment";
import { Country } from "./country";
import { Tag } from "./tag";

/** No city may grow beyond this, so that growing whole countries again and again stays an `integer`. */
export const MAX_POPULATION = 1_000_000_000;

/** All reads are cached; an edit of any city throws away what was read from this table. */
@Cached("all", "15m")
@Entity()
@Index(["countryCode", "population"])
@Index(["population"])
export class City {
  /** The GeoNames id. */
  @PrimaryColumn("integer")
  id!: number;

  @Column()
  name!: string;

  @Column("integer")
  population!: number;

  /** Degrees north. */
  @Column("double precision")
  latitude!: number;

  /** Degrees east. */
  @Column("double precision")
  longitude!: number;

  /** Whether it is the capital of its country. */
  @Column()
  isCapital!: boolean;

  @Column("char", { length: 2 })
  countryCode!: string;

  @ManyToOne(() => Country, (country) => country.cities)
  @JoinColumn({ name: "countryCode" })
  country!: Relation<Country>;

  @ManyToMany(() => Tag, (tag) => tag.cities)
  @JoinTable({ name: "city_tag" })
  tags!: Relation<Tag>[];

  @OneToMany(() => Comment, (comment) => comment.city)
  comments!: Relation<Comment>[];
}
