import { expect } from "chai";
import type { EntityTarget, ObjectLiteral } from "typeorm";
import { Lab, onEveryCombination } from "../../support/lab";
import { Author, Book, Country, LIBRARY, Portrait, Review, Shelf } from "../../support/library/entities";
import { expectCached, expectFollows } from "../../support/soundness";

/** The books with their relations in a known order: joined rows may come in any. */
async function shown(books: readonly Book[]) {
  return Promise.all(
    books.map(async ({ title, author, reviews, shelves, popularity }) => ({
      title,
      author: author?.name,
      reviews: reviews.map((review) => review.stars).sort(),
      shelves: (await shelves).map((shelf) => shelf.label).sort(),
      popularity: Number(popularity),
    })),
  );
}

onEveryCombination("relations", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: LIBRARY });
  });
  after(() => lab.close());

  beforeEach(async () => {
    await lab.wipe();
    const insert = (target: EntityTarget<ObjectLiteral>, rows: ObjectLiteral[]) =>
      lab.dataSource.createQueryBuilder().insert().into(target).values(rows).execute();
    await insert(Country, [{ name: "Spain" }, { name: "Peru" }]);
    await insert(Author, [
      { name: "Ana", country: { id: 1 } },
      { name: "Luis", country: { id: 2 } },
    ]);
    await insert(Portrait, [{ file: "ana.png", author: { id: 1 } }]);
    await insert(Shelf, [{ label: "upper" }, { label: "lower" }]);
    await insert(Book, [
      { title: "A", author: { id: 1 } },
      { title: "B", author: { id: 1 } },
      { title: "C", author: { id: 2 } },
    ]);
    const shelves = lab.dataSource.createQueryBuilder().relation(Book, "shelves");
    await shelves.of(1).add([1, 2]);
    await shelves.of(3).add(2);
    await insert(Review, [
      { stars: 5, book: { id: 1 } },
      { stars: 3, book: { id: 1 } },
      { stars: 4, book: { id: 3 } },
    ]);
  });

  const order = { id: "ASC" } as const;
  const renameAuthor = () => lab.repository(Author).update({ name: "Ana" }, { name: "Anna" });
  const addReview = () => lab.repository(Review).insert({ stars: 1, book: { id: 2 } });
  const emptyShelf = () => lab.dataSource.createQueryBuilder().relation(Book, "shelves").of(1).remove(1);
  const renameShelf = () => lab.repository(Shelf).update({ label: "lower" }, { label: "bottom" });

  for (const relationLoadStrategy of ["join", "query"] as const) {
    const options = { relations: { reviews: true, shelves: true }, relationLoadStrategy, order } as const;
    const find = async () => shown(await lab.repository(Book).find(options));
    const page = async () => shown(await lab.repository(Book).find({ ...options, skip: 1, take: 1 }));
    const one = async () => {
      const book = await lab.repository(Book).findOne({ ...options, where: { title: "A" } });
      return (await shown(book ? [book] : []))[0];
    };
    const counted = async () => {
      const [books, count] = await lab.repository(Book).findAndCount({ ...options, skip: 1, take: 1 });
      return [await shown(books), count] as const;
    };

    describe(`loaded by ${relationLoadStrategy} (trap 8)`, () => {
      it("follow a change of a to-many relation (cachalot prefetch_related)", async () => {
        const books = await expectFollows(lab, find, addReview);
        expect(books.map((book) => book.reviews.length)).to.deep.equal([2, 1, 1]);
      });

      it("follow a change of a junction table alone (cacheops M2MTests)", async () => {
        const book = await expectFollows(lab, one, emptyShelf);
        expect(book?.shelves).to.deep.equal(["lower"]);
      });

      it("follow a change of the target of a many-to-many relation", async () => {
        await expectFollows(lab, find, renameShelf);
      });

      it("follow a change of an eager relation (cachalot select_related)", async () => {
        const books = await expectFollows(lab, find, renameAuthor);
        expect(books[0]?.author).to.equal("Anna");
      });

      it("pages show their own rows and follow a row that moves onto them (section 5: two-query pages)", async () => {
        const books = await expectFollows(lab, page, () => lab.repository(Book).delete({ title: "A" }));
        expect(books.map((book) => book.title)).to.deep.equal(["C"]);
      });

      it("pages follow what only their relations show", async () => {
        await expectFollows(lab, page, addReview);
      });

      it("rows and count are told together by findAndCount (section 5: findAndCount)", async () => {
        const [rows, count] = await expectFollows(lab, counted, () =>
          lab.repository(Book).insert({ title: "D" }),
        );
        expect([rows.length, count]).to.deep.equal([1, 4]);
      });

      it("a page ordered by a column of a relation follows that relation", async () => {
        const byAuthor = () =>
          lab.repository(Book).find({
            relations: { reviews: true },
            relationLoadStrategy: relationLoadStrategy === "query" ? "query" : "join",
            order: { title: "ASC", ...(relationLoadStrategy === "join" && { reviews: { stars: "DESC" } }) },
            take: 2,
          });
        await expectFollows(lab, byAuthor, () => lab.repository(Review).update({ stars: 3 }, { stars: 9 }));
      });
    });
  }

  it("join and query strategies never answer for each other", async () => {
    const read = async (relationLoadStrategy: "join" | "query") =>
      shown(
        await lab
          .repository(Book)
          .find({ relations: { reviews: true, shelves: true }, relationLoadStrategy, order }),
      );
    const joined = await expectCached(lab, () => read("join"));
    expect(await expectCached(lab, () => read("query"))).to.deep.equal(joined);
  });

  it("lazy to-one relations are cached reads of their own (trap 8)", async () => {
    const country = async () => (await lab.repository(Author).findOneByOrFail({ name: "Ana" })).country;
    expect((await expectCached(lab, country))?.name).to.equal("Spain");
    await expectFollows(lab, country, () =>
      lab.repository(Country).update({ name: "Spain" }, { name: "España" }),
    );
    await expectFollows(lab, country, () =>
      lab.dataSource.createQueryBuilder().relation(Author, "country").of(1).set(2),
    );
  });

  it("lazy inverse one-to-one, one-to-many and many-to-many relations follow their writes", async () => {
    const author = () => lab.repository(Author).findOneByOrFail({ id: 1 });
    await expectFollows(
      lab,
      async () => (await author()).portrait,
      () => lab.repository(Portrait).update({ id: 1 }, { file: "new.png" }),
    );
    await expectFollows(
      lab,
      async () => (await lab.repository(Country).findOneByOrFail({ name: "Spain" })).authors,
      () => lab.dataSource.createQueryBuilder().relation(Country, "authors").of(1).add(2),
    );
    await expectFollows(
      lab,
      async () => (await lab.repository(Book).findOneByOrFail({ title: "A" })).shelves,
      emptyShelf,
    );
    await expectFollows(
      lab,
      async () => (await lab.repository(Shelf).findOneByOrFail({ label: "lower" })).books,
      () => lab.dataSource.createQueryBuilder().relation(Shelf, "books").of(2).add(2),
    );
  });

  it("@RelationId columns follow the foreign key and the junction table (trap 8)", async () => {
    const ids = async () =>
      (await lab.repository(Book).find({ order })).map(({ authorId, shelfIds }) => [
        authorId,
        shelfIds.sort(),
      ]);
    await expectFollows(lab, ids, emptyShelf);
    await expectFollows(lab, ids, () =>
      lab.dataSource.createQueryBuilder().relation(Book, "author").of(1).set(2),
    );
  });

  it("loadRelationIdAndMap and loadRelationIds follow the rows that they name (trap 8)", async () => {
    const mapped = () =>
      lab
        .repository(Author)
        .createQueryBuilder("a")
        .loadRelationIdAndMap("a.bookIds", "a.books")
        .orderBy("a.id")
        .getMany();
    const filtered = () =>
      lab
        .repository(Book)
        .createQueryBuilder("b")
        .loadRelationIdAndMap("b.upper", "b.shelves", "s", (qb) =>
          qb.where("s.label = :label", { label: "upper" }),
        )
        .orderBy("b.id")
        .getMany();
    const ids = () => lab.repository(Author).find({ loadRelationIds: { relations: ["books"] }, order });
    for (const read of [mapped, ids] as (() => Promise<Author[]>)[]) {
      await expectFollows(lab, read, () => lab.repository(Book).insert({ title: "new", author: { id: 2 } }));
    }
    await expectFollows(lab, filtered, () =>
      lab.repository(Shelf).update({ label: "upper" }, { label: "top" }),
    );
  });

  it("virtual columns depend on the tables of their subquery", async () => {
    const popularity = async () =>
      (await lab.repository(Book).find({ order })).map((book) => Number(book.popularity));
    await expectFollows(lab, popularity, addReview);
  });

  it("eager relations left out are another read", async () => {
    const bare = () => lab.repository(Book).find({ loadEagerRelations: false, order });
    const full = () => lab.repository(Book).find({ order });
    expect((await expectCached(lab, bare))[0]?.author).to.equal(undefined);
    expect((await expectCached(lab, full))[0]?.author?.name).to.equal("Ana");
  });

  it("filters by a relation follow the relation (cacheops RelatedTests, cacheops 173)", async () => {
    const books = lab.repository(Book);
    await expectFollows(lab, () => books.find({ where: { author: { name: "Ana" } }, order }), renameAuthor);
    await expectFollows(
      lab,
      () => books.countBy({ reviews: { stars: 5 } }),
      () => lab.repository(Review).delete({ stars: 5 }),
    );
    await expectFollows(
      lab,
      () => lab.repository(Review).find({ where: { book: { author: { name: "Luis" } } }, order }),
      () => books.update({ title: "C" }, { author: { id: 1 } }),
    );
  });

  it("deleting either end of a many-to-many relation refreshes lists through it (cacheops 407)", async () => {
    const through = () => lab.repository(Book).find({ where: { shelves: { label: "lower" } }, order });
    await expectFollows(lab, through, () => lab.repository(Book).delete({ title: "C" }));
    await expectFollows(lab, through, () => lab.repository(Shelf).delete({ label: "lower" }));
  });
});
