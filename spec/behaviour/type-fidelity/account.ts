import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
  UpdateDateColumn,
  type ValueTransformer,
  VersionColumn,
} from "typeorm";

/** A value object that only a transformer knows: raw rows hold its cents. */
export class Money {
  constructor(readonly cents: bigint) {}
}

const money: ValueTransformer = {
  to: (value: Money | null) => value && String(value.cents),
  from: (value: string | number | null) => (value === null ? null : new Money(BigInt(value))),
};

const reverse = (value: string | null): string | null => value && [...value].reverse().join("");
const reversed: ValueTransformer = { to: reverse, from: reverse };

/** A joined row that is absent arrives as null here too. */
const wordSet: ValueTransformer = {
  to: (value: Set<string> | null) => value && [...value].join(" "),
  from: (value: string | null) => value && new Set(value.split(" ")),
};

export class Address {
  @Column({ type: "varchar", nullable: true })
  city!: string | null;

  @Column("simple-json", { nullable: true })
  position!: { lat: number; lng: number } | null;
}

/** What TypeORM makes of columns beyond their types, on every database. */
@Entity()
export class Account {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("varchar")
  name!: string;

  @Column({ type: "bigint", nullable: true, transformer: money })
  balance!: Money | null;

  @Column({ type: "varchar", transformer: [wordSet, reversed] })
  words!: Set<string>;

  @Column("simple-array", { nullable: true })
  tags!: string[] | null;

  @Column("simple-json", { nullable: true })
  settings!: unknown;

  @Column({ type: "simple-enum", enum: ["free", "paid"], default: "free" })
  plan!: "free" | "paid";

  @Column({ type: Boolean, default: false })
  closed!: boolean;

  @Column({ type: Date, nullable: true })
  seen!: Date | null;

  @Column({ type: "varchar", nullable: true, select: false })
  secret!: string | null;

  @Column(() => Address)
  address!: Address;

  @CreateDateColumn()
  createdAt!: Date;

  @UpdateDateColumn()
  updatedAt!: Date;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @VersionColumn()
  version!: number;

  @ManyToOne(() => Account, (account) => account.members, { nullable: true })
  @JoinColumn()
  owner!: Relation<Account> | null;

  @OneToMany(() => Account, (account) => account.owner)
  members!: Relation<Account>[];
}

export const ACCOUNTS: readonly Partial<Account>[] = [
  {
    name: "full",
    balance: new Money(-(2n ** 63n)),
    words: new Set(["one", "two"]),
    tags: ["a", "b c", ""],
    settings: { deep: [{ a: null }], at: "2024-01-01T00:00:00.000Z" },
    plan: "paid",
    closed: true,
    seen: new Date("2024-02-29T12:34:56.000Z"),
    secret: "hidden",
    address: Object.assign(new Address(), { city: "Ulm", position: { lat: 48.4, lng: -0.5 } }),
  },
  { name: "empty", words: new Set(["one"]) },
  { name: "scalar settings", words: new Set(["x"]), settings: "text", tags: [], balance: new Money(0n) },
];
