import { expect } from "chai";
import nunjucks from "nunjucks";
import { cachedFragment, invalidateFragment } from "../../src";
import { CacheopsExtension } from "../../src/integrations/nunjucks";
import { Lab } from "../support/lab";
import { Category, Post } from "../support/posts";

/** What a template shows of one function, `next()`, counts how often it was rendered. */
describe("the tags of Nunjucks", () => {
  let lab: Lab;
  let runs = 0;
  let environment: nunjucks.Environment;
  before(async () => {
    lab = await Lab.open({ database: "sqljs", store: "memory", entities: [Category, Post] });
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = 0;
    environment = new nunjucks.Environment(new Templates(), { autoescape: true });
    environment.addExtension("cacheops", new CacheopsExtension());
    environment.addFilter(
      "slow",
      (value: unknown, done: (error: null, value: unknown) => void) => setImmediate(done, null, value),
      true,
    );
  });
  after(() => lab.close());

  function render(template: string, context: object = {}): Promise<string> {
    const all = { next: () => ++runs, Post, Category, ...context };
    return new Promise((resolve, reject) =>
      environment.renderString(template, all, (error, html) =>
        error ? reject(error) : resolve(html as string),
      ),
    );
  }

  const failure = (template: string, context?: object): Promise<string> =>
    render(template, context).then(
      () => "none",
      (error: Error) => error.message,
    );

  it("cached keeps a fragment of its name, and its HTML as it is", async () => {
    const template = '<p>{% cached "menu", "5m" %}<b>{{ text }} {{ next() }}</b>{% endcached %}</p>';
    for (const _ of ["miss", "hit"])
      expect(await render(template, { text: "<&>" })).to.equal("<p><b>&lt;&amp;&gt; 1</b></p>");
    await invalidateFragment("menu");
    expect(await render(template, { text: "x" })).to.equal("<p><b>x 2</b></p>");
  });

  it("cached tells extras apart, whatever was marked as safe", async () => {
    const template = "{% cached name | safe, none, page, user.id %}{{ next() }}{% endcached %}";
    const page = (page: number, id: number): Promise<string> =>
      render(template, { name: "list", page, user: { id } });
    expect([await page(1, 1), await page(2, 1), await page(1, 2), await page(1, 1)]).to.deep.equal([
      "1",
      "2",
      "3",
      "1",
    ]);
    await invalidateFragment("list", 2, 1);
    expect([await page(1, 1), await page(2, 1), await page(1, 2)]).to.deep.equal(["1", "4", "3"]);
  });

  it("cached is the fragment that cachedFragment keeps", async () => {
    await cachedFragment("menu", null, { extra: "pt" }, () => "<i>made</i>");
    expect(await render('{% cached "menu", "1h", "pt" %}{{ next() }}{% endcached %}')).to.equal(
      "<i>made</i>",
    );
  });

  it("cachedAs renders anew when samples have changed, however it is spelled", async () => {
    const spellings = [
      "{% cachedAs [Post, Category], none %}{{ next() }}{% endcachedAs %}",
      "{% cachedAs [Post, Category] %}{{ next() }}{% endcachedAs %}",
      "{%- cachedAs   samples , '1h' -%}{{   next() }}{%- endcachedAs -%}",
      '{% cachedAs ["post", "Category"] %}{{ next() }}{% endcachedAs %}',
    ];
    const all = (): Promise<string[]> =>
      Promise.all(spellings.map((template) => render(template, { samples: [Post, Category] })));
    const [first = ""] = spellings;
    expect(await render(first)).to.equal("1");
    expect(await all()).to.deep.equal(["1", "1", "1", "1"]);
    await lab.repository(Post).insert({ title: "a", categoryId: 1 });
    expect(await render(first)).to.equal("2");
    expect(await all()).to.deep.equal(["2", "2", "2", "2"]);
  });

  it("cachedAs tells samples, extras and contents apart", async () => {
    const templates = [
      "{% cachedAs Post %}{{ next() }}{% endcachedAs %}",
      "{% cachedAs Category %}{{ next() }}{% endcachedAs %}",
      "{% cachedAs Post, none, 1 %}{{ next() }}{% endcachedAs %}",
      "{% cachedAs Post, none, '1' %}{{ next() }}{% endcachedAs %}",
      "{% cachedAs Post %}{{ next() }}{{ x }}{% endcachedAs %}",
      "{% cachedAs Post %}{{ next() }}{{ 'x' }}{% endcachedAs %}",
    ];
    for (const [at, template] of templates.entries())
      for (const _ of ["miss", "hit"])
        expect(await render(template), template).to.match(new RegExp(`^${at + 1}`));
  });

  it("work in loops, conditions, blocks, includes, macros' callers and each other", async () => {
    const template = `
      {%- extends "layout" %}{% block content -%}
      {% for name in names %}{% cachedAs Post, none, name %}{{ name }}{{ next() }}
        {%- if name == "b" %}{% cached "inner" %}[{{ next() }}]{% endcached %}{% endif %}{% endcachedAs %}{% endfor -%}
      {% asyncEach name in names %}{% cached "each", none, name %}({{ name }}{{ next() }}){% endcached %}{% endeach -%}
      {% include "part" %}
      {%- endblock %}`;
    const first = await render(template, { names: ["a", "b", "a"] });
    expect(first).to.equal("<main>a1b2[3]a1(a4)(b5)(a4)<u>6</u></main>");
    expect(await render(template, { names: ["a", "b", "a"] })).to.equal(first);
    await lab.repository(Post).insert({ title: "a", categoryId: 1 });
    const second = await render(template, { names: ["a", "b", "a"] });
    expect(second).to.equal("<main>a7b8[3]a7(a4)(b5)(a4)<u>6</u></main>");
  });

  it("render what is asynchronous within", async () => {
    const template = "{% cachedAs Post %}{{ next() | slow }}{% endcachedAs %}";
    expect([await render(template), await render(template)]).to.deep.equal(["1", "1"]);
  });

  it("keep nothing of what fails", async () => {
    const template = "{% cachedAs Post %}{{ next() }}{{ fail() }}{% endcachedAs %}";
    const fail = (): never => {
      throw new Error("spec: no answer");
    };
    expect(await failure(template, { fail })).to.contain("spec: no answer");
    expect(await render(template, { fail: () => "" })).to.equal("2");
  });

  const WRONG: [template: string, message: RegExp][] = [
    ["{% cached %}{% endcached %}", /cached: it needs the name of a fragment/],
    ["{% cachedAs %}{% endcachedAs %}", /cachedAs: it needs samples/],
    ["{% cached 'a', timeout='5m' %}{% endcached %}", /cached: it takes no named arguments/],
    [
      "{% cached missing, '5m' %}{% endcached %}",
      /\{% cached %\}: the name of the fragment is of type undefined/,
    ],
    ["{% cached '5m', [1] %}{% endcached %}", /\{% cached %\}: the timeout is of type object/],
    ["{% cached 'a', 'soon' %}{% endcached %}", /timeout: "soon" is not a duration/],
    ["{% cachedAs missing %}{% endcachedAs %}", /\{% cachedAs %\}: the samples are missing/],
    ["{% cachedAs [Post, missing] %}{% endcachedAs %}", /the samples are missing/],
    ["{% cachedAs [] %}{% endcachedAs %}", /the samples are missing/],
    ["{% cachedAs 12 %}{% endcachedAs %}", /the samples are of type number/],
    ["{% cachedAs 'nowhere' %}{% endcachedAs %}", /"nowhere" is no entity/],
    ["{% cached 'a', none, next %}{% endcached %}", /cannot be part of a key/],
    ["{% cached 'a' %}{% endcachedAs %}", /endcached/],
  ];
  for (const [template, message] of WRONG) {
    it(`refuse ${template}`, async () => {
      expect(await failure(template)).to.match(message);
      expect(runs).to.equal(0);
    });
  }
});

const TEMPLATES: Readonly<Record<string, string>> = {
  layout: "<main>{% block content %}{% endblock %}</main>",
  part: '{% cached "part" %}<u>{{ next() }}</u>{% endcached %}',
};

class Templates extends nunjucks.Loader implements nunjucks.ILoader {
  getSource(name: string): nunjucks.LoaderSource {
    return { src: TEMPLATES[name] as string, path: name, noCache: true };
  }
}
