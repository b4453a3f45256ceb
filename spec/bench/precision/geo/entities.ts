import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from "typeorm";

/** The tables of the sample application, without what it is not asked for here. */
@Entity()
export class Country {
  @PrimaryColumn("char", { length: 2 })
  code!: string;

  @Column()
  name!: string;

  @Column()
  region!: string;

  @OneToMany(() => City, (city) => city.country)
  cities!: City[];
}

@Entity()
export class Tag {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ unique: true })
  name!: string;

  @ManyToMany(() => City, (city) => city.tags)
  cities!: City[];
}

@Entity()
@Index(["countryCode", "population"])
export class City {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @Column("integer")
  population!: number;

  @Column("char", { length: 2 })
  countryCode!: string;

  @ManyToOne(() => Country, (country) => country.cities)
  @JoinColumn({ name: "countryCode" })
  country!: Country;

  @ManyToMany(() => Tag, (tag) => tag.cities)
  @JoinTable({ name: "city_tag" })
  tags!: Tag[];

  @OneToMany(() => Comment, (comment) => comment.city)
  comments!: Comment[];
}

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
  city!: City;
}
