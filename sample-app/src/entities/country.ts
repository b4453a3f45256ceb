import { Column, Entity, OneToMany, PrimaryColumn, type Relation } from "typeorm";
import { Cached } from "typeorm-cacheops";
import { City } from "./city";

/** Countries are never edited: every kind of read is cached, and for long. */
@Cached("all", "1h")
@Entity()
export class Country {
  /** ISO 3166-1 alpha-2, such as `PT`. */
  @PrimaryColumn("char", { length: 2 })
  code!: string;

  @Column()
  name!: string;

  @Column()
  officialName!: string;

  @Column()
  region!: string;

  @Column()
  subregion!: string;

  /** Empty where there is none, as in Antarctica. */
  @Column()
  capital!: string;

  /** Square kilometres. */
  @Column("double precision")
  area!: number;

  /** Names of the official languages, separated by commas. */
  @Column()
  languages!: string;

  @OneToMany(() => City, (city) => city.country)
  cities!: Relation<City>[];
}
