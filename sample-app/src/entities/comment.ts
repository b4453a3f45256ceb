import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";
import { Cached } from "typeorm-cacheops";
import { City } from "./city";

/** Lists and counts are cached; a single comment is never read on its own. */
@Cached(["fetch", "count"], "5m")
@Entity()
export class Comment {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  author!: string;

  @Column("text")
  text!: string;

  @CreateDateColumn()
  createdAt!: Date;

  @Index()
  @Column("integer")
  cityId!: number;

  @ManyToOne(() => City, (city) => city.comments)
  city!: Relation<City>;
}
