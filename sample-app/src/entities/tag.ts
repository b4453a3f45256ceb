import { Column, Entity, ManyToMany, PrimaryGeneratedColumn, type Relation } from "typeorm";
import { Cached } from "typeorm-cacheops";
import { City } from "./city";

@Cached("all", "1h")
@Entity()
export class Tag {
  @PrimaryGeneratedColumn()
  id!: number;

  /** Lower case, such as `by the sea`. */
  @Column({ unique: true })
  name!: string;

  @ManyToMany(() => City, (city) => city.tags)
  cities!: Relation<City>[];
}
