import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { Flights } from "../../../src/core/flights";
import { gate } from "../../support/gates";

describe("loads under way", () => {
  const PAYLOAD = Buffer.from("rows");
  const landed = { result: "rows", payload: PAYLOAD, stored: true, told: true };
  const lead = (flights: Flights, more: Partial<typeof landed> = {}): Promise<string> =>
    flights.lead("key", true, async () => ({ ...landed, ...more }));

  it("are there for whoever has looked before what they stored was there, and learns it after", async () => {
    const flights = new Flights();
    const answer = gate();
    const looking = flights.looking(answer.pass());
    await lead(flights);
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(flights.has("key")).to.equal(true);
    answer.release();
    await looking;
    expect(await flights.join("key", true)?.payload).to.equal(PAYLOAD);
  });

  it("send those to the store whose look-up does not tell whether they may have it", async () => {
    const flights = new Flights();
    const answer = gate();
    const looking = flights.looking(answer.pass());
    await lead(flights, { told: false });
    answer.release();
    await looking;
    const flight = flights.join("key", true);
    expect([flight?.stored, await flight?.payload]).to.deep.equal([true, undefined]);
  });

  it("are gone when all have learnt it, whatever is looked for from then on", async () => {
    const flights = new Flights();
    await lead(flights);
    const later = gate();
    const looking = flights.looking(later.pass());
    await turn();
    expect(flights.has("key")).to.equal(false);
    later.release();
    await looking;
  });

  it("are gone at once if nothing was stored", async () => {
    const flights = new Flights();
    const answer = gate();
    const looking = flights.looking(answer.pass());
    await lead(flights, { stored: false });
    expect(flights.has("key")).to.equal(false);
    answer.release();
    await looking;
  });

  it("outlast a look-up that fails no longer than others", async () => {
    const flights = new Flights();
    const answer = gate();
    const looking = flights.looking(answer.pass().then(() => Promise.reject(new Error("no answer"))));
    const failure = looking.catch(({ message }: Error) => message);
    await lead(flights);
    answer.release();
    expect(await failure).to.equal("no answer");
    await turn();
    await turn();
    expect(flights.has("key")).to.equal(false);
  });
});
