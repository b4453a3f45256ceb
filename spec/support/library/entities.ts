import {
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryGeneratedColumn,
  RelationId,
  VirtualColumn,
} from "typeorm";
import { Cached } from "../../../src";

/** A library with lazy and eager relations, relation ids and a virtual column, everything cached. */
@Entity()
@Cached("all")
export class Country {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @OneToMany(() => Author, (author) => author.country) authors!: Promise<Author[]>;
}

@Entity()
@Cached("all")
export class Author {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @ManyToOne(() => Country, (country) => country.authors) country!: Promise<Country | null>;
  @OneToMany(() => Book, (book) => book.author) books!: Book[];
  @OneToOne(() => Portrait, (portrait) => portrait.author) portrait!: Promise<Portrait | null>;
}

@Entity()
@Cached("all")
export class Portrait {
  @PrimaryGeneratedColumn() id!: number;
  @Column() file!: string;
  @OneToOne(() => Author, (author) => author.portrait)
  @JoinColumn()
  author!: Promise<Author>;
}

@Entity()
@Cached("all")
export class Shelf {
  @PrimaryGeneratedColumn() id!: number;
  @Column() label!: string;
  // Said, because TypeORM 0.3 defaults to NO ACTION at this end of a relation that has two.
  @ManyToMany(() => Book, (book) => book.shelves, { onDelete: "CASCADE", onUpdate: "CASCADE" })
  books!: Promise<Book[]>;
}

@Entity()
@Cached("all")
export class Book {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @ManyToOne(() => Author, (author) => author.books, { eager: true }) author!: Author | null;
  @RelationId((book: Book) => book.author) authorId!: number | null;
  @ManyToMany(() => Shelf, (shelf) => shelf.books)
  @JoinTable()
  shelves!: Promise<Shelf[]>;
  @RelationId((book: Book) => book.shelves) shelfIds!: number[];
  @OneToMany(() => Review, (review) => review.book) reviews!: Review[];
  @VirtualColumn({
    query: (alias) => `SELECT COUNT(*) FROM review r WHERE r.book_id = ${alias}.id`,
  })
  popularity!: number;
}

@Entity()
@Cached("all")
export class Review {
  @PrimaryGeneratedColumn() id!: number;
  @Column() stars!: number;
  @ManyToOne(() => Book, (book) => book.reviews, { onDelete: "CASCADE" })
  // Unquoted in the virtual column, which is plain SQL for three dialects.
  @JoinColumn({ name: "book_id" })
  book!: Book;
}

export const LIBRARY = [Country, Author, Portrait, Shelf, Book, Review];
