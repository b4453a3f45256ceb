const SLICES = 4;

/**
 * `work`, or a rejection with `late()` once `ms` have passed; what `work` does afterwards is ignored.
 *
 * The time is counted in slices, and the last one ends after the sockets were read, because a
 * limit that runs out counts as an outage of Redis and costs the whole cache:
 * 1. A command is sent. 2. Other code blocks the event loop for longer than `ms`. 3. The loop runs
 * its timers before it reads the answer that arrived long ago. One plain timer would blame Redis.
 */
export function withinTime<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let left = SLICES;
    let timer: NodeJS.Timeout;
    const nextSlice = () => {
      if (left-- > 0) timer = setTimeout(nextSlice, ms / SLICES);
      else setImmediate(() => reject(late()));
    };
    nextSlice();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
