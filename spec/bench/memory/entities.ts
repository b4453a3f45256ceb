import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Article {
  @PrimaryGeneratedColumn() id!: number;
  @Index() @Column() categoryId!: number;
  @Column() title!: string;
  @Column() author!: string;
  @Column() publishedAt!: Date;
  @Column() views!: number;
}

@Entity()
export class Report {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @Column("simple-json") body!: unknown;
}
