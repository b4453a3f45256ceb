import {
  Column,
  type DataSource,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  ViewColumn,
  ViewEntity,
} from "typeorm";

/**
 * A schema in which one write reaches far: soft deletes, a self reference, referential actions of three
 * kinds over three levels, a junction, a natural key that may be updated, a view over a view. Names are
 * such that raw SQL needs no quotes on any database.
 */
@Entity("author")
export class Author {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 20 })
  name!: string;

  @Column({ default: 0 })
  score!: number;

  @ManyToOne(() => Author, { onDelete: "SET NULL", nullable: true })
  @JoinColumn({ name: "mentor_id" })
  mentor!: Author | null;

  @OneToMany(() => Book, (book) => book.author, { cascade: true })
  books!: Book[];

  @DeleteDateColumn({ name: "removed_at" })
  removedAt!: Date | null;
}

@Entity("book")
export class Book {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 20 })
  title!: string;

  @Column({ default: 1 })
  price!: number;

  @ManyToOne(() => Author, (author) => author.books, { onDelete: "CASCADE", nullable: true })
  @JoinColumn({ name: "author_id" })
  author!: Author | null;

  @OneToMany(() => Review, (review) => review.book, { cascade: true })
  reviews!: Review[];

  @ManyToMany(() => Tag, (tag) => tag.books)
  @JoinTable({
    name: "book_tag",
    joinColumn: { name: "book_id" },
    inverseJoinColumn: { name: "tag_code" },
  })
  tags!: Tag[];

  @DeleteDateColumn({ name: "removed_at" })
  removedAt!: Date | null;
}

@Entity("review")
export class Review {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ default: 3 })
  stars!: number;

  @ManyToOne(() => Book, (book) => book.reviews, { onDelete: "CASCADE", nullable: true })
  @JoinColumn({ name: "book_id" })
  book!: Book | null;

  @ManyToOne(() => Author, { onDelete: "SET NULL", nullable: true })
  @JoinColumn({ name: "reviewer_id" })
  reviewer!: Author | null;
}

@Entity("tag")
export class Tag {
  @PrimaryColumn({ length: 10 })
  code!: string;

  @Column({ length: 20, default: "" })
  label!: string;

  @ManyToMany(() => Book, (book) => book.tags)
  books!: Book[];
}

@ViewEntity({
  name: "shelf",
  expression: (dataSource: DataSource) =>
    dataSource
      .createQueryBuilder()
      .select("b.author_id", "author_id")
      .addSelect("COUNT(*)", "books")
      .addSelect("SUM(b.price)", "worth")
      .from("book", "b")
      .groupBy("b.author_id"),
})
export class Shelf {
  @ViewColumn({ name: "author_id" })
  authorId!: number | null;

  @ViewColumn()
  books!: number;

  @ViewColumn()
  worth!: number;
}

@ViewEntity({
  name: "fame",
  dependsOn: [Shelf],
  expression: (dataSource: DataSource) =>
    dataSource
      .createQueryBuilder()
      .select("a.name", "name")
      .addSelect("s.books", "books")
      .from("author", "a")
      .innerJoin("shelf", "s", "s.author_id = a.id"),
})
export class Fame {
  @ViewColumn()
  name!: string;

  @ViewColumn()
  books!: number;
}

export const BOOKSHOP = [Author, Book, Review, Tag, Shelf, Fame] as const;
