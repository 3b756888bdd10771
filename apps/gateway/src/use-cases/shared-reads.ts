import { LiveError } from './live-protocol.js';

export interface SharedReadsLimits {
  /** Reads at once. */
  readonly concurrency: number;
  /** Reads that wait for one of these to end; one more is refused. */
  readonly capacity: number;
  /** How long a read waits at most until it is refused. */
  readonly maxWaitMs: number;
  /** A key is read again after so long at the earliest; who asks meanwhile shares the next read. */
  readonly shareMs: number;
}

interface Batch<Question, Answer> {
  question: Question;
  readonly answer: PromiseWithResolvers<Answer>;
}

interface Line<Question, Answer> {
  /** Asked for and not begun: who asks now may join. */
  open: Batch<Question, Answer> | undefined;
}

/**
 * One read for many who ask the same at about the same time. A read is shared only by those who asked
 * before it began, so nobody gets an answer that is older than his question.
 */
export class SharedReads<Question, Answer> {
  readonly #lines = new Map<string, Line<Question, Answer>>();
  readonly #slots: Slots;
  readonly #options: {
    readonly shareMs: number;
    merge(one: Question, other: Question): Question;
    read(question: Question): Promise<Answer>;
  };

  /** `merge`: a question whose answer holds those of both. */
  constructor(
    slots: Slots,
    options: {
      readonly shareMs: number;
      merge(one: Question, other: Question): Question;
      read(question: Question): Promise<Answer>;
    },
  ) {
    this.#slots = slots;
    this.#options = options;
  }

  /** @throws LiveError OVERLOADED; what the read throws */
  ask(key: string, question: Question): Promise<Answer> {
    const line = this.#lines.get(key);
    if (line?.open) line.open.question = this.#options.merge(line.open.question, question);
    if (line?.open) return line.open.answer.promise;
    const open = { question, answer: Promise.withResolvers<Answer>() };
    if (line) line.open = open;
    else {
      const first = { open };
      this.#lines.set(key, first);
      void this.#read(key, first, open);
    }
    return open.answer.promise;
  }

  async #read(
    key: string,
    line: Line<Question, Answer>,
    batch: Batch<Question, Answer>,
  ): Promise<void> {
    try {
      const read = () => {
        line.open = undefined;
        return this.#options.read(batch.question);
      };
      batch.answer.resolve(await this.#slots.run(read));
    } catch (error) {
      if (line.open === batch) line.open = undefined;
      batch.answer.reject(error);
    }
    setTimeout(() => {
      if (line.open) void this.#read(key, line, line.open);
      else this.#lines.delete(key);
    }, this.#options.shareMs).unref();
  }
}

/** Runs so many things at once and lets so many more wait, for so long. */
export class Slots {
  readonly #limits: Omit<SharedReadsLimits, 'shareMs'>;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limits: Omit<SharedReadsLimits, 'shareMs'>) {
    this.#limits = limits;
  }

  /** @throws LiveError OVERLOADED, which passes by itself */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#limits.concurrency) await this.#turn();
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** The turn of another that has ended is taken over. */
  #turn(): Promise<void> {
    const { capacity, maxWaitMs } = this.#limits;
    if (this.#waiting.size >= capacity) throw overloaded(`${capacity} reads wait already`);
    return new Promise((resolve, reject) => {
      const take = () => {
        this.#waiting.delete(take);
        clearTimeout(late);
        resolve();
      };
      const late = setTimeout(() => {
        this.#waiting.delete(take);
        reject(overloaded(`it did not begin within ${maxWaitMs} ms`));
      }, maxWaitMs);
      this.#waiting.add(take);
    });
  }
}

function overloaded(why: string): LiveError {
  const message = `The history can not be read now: ${why}; try again later`;
  return new LiveError('OVERLOADED', message, { retryAfterMs: 1000 });
}
