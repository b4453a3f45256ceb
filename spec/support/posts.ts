/** Two tables that nothing caches by itself. */
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Category {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
}

@Entity()
export class Post {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @Column() categoryId!: number;
}
