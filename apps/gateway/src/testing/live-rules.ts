import { Random } from '@mesh/messaging/testing/random';
import fc from 'fast-check';
import { Browser } from './browser.js';
import type { LiveSubject } from './live-subject.js';
import { LiveWorld, type Noise } from './live-world.js';

/** Moves the time on that all timers go by. */
export interface Clock {
  advance(ms: number): Promise<void>;
}

type Step =
  | { readonly do: 'change' | 'one' | 'leave'; readonly id: string; readonly who: number }
  | { readonly do: 'feed' | 'connect' | 'cut'; readonly who: number }
  | { readonly do: 'pass' | 'restore'; readonly amount: number }
  | { readonly do: 'cut history' | 'away' | 'back' };

export interface Story {
  readonly steps: readonly Step[];
  readonly seed: number;
}

/** A promise to whoever watches things; its check makes up stories and looks for one that breaks it. */
export interface LiveRule {
  readonly number: 35;
  readonly title: string;
  readonly noise: Noise;
  /** Each browser has the feed before the story begins. */
  readonly feedFirst?: boolean;
  readonly steps: readonly fc.WeightedArbitrary<Step>[];
}

const still: Noise = { lost: 0, repeated: 0, maxDelayMs: 0 };
const noisy: Noise = { lost: 0.3, repeated: 0.3, maxDelayMs: 400 };
const who = fc.nat(1);
const id = fc.constantFrom('a', 'b', 'c');
const step = <Kind extends Step['do']>(kind: Kind) => fc.constant(kind);

const changing: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 8, arbitrary: fc.record({ do: step('change'), id, who }) },
  { weight: 3, arbitrary: fc.record({ do: step('pass'), amount: fc.nat(1_500) }) },
];
const watching: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: fc.record({ do: step('one'), id, who }) },
  { weight: 1, arbitrary: fc.record({ do: step('leave'), id, who }) },
];
const feeding: fc.WeightedArbitrary<Step> = {
  weight: 2,
  arbitrary: fc.record({ do: step('feed'), who }),
};
const cutting: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 3, arbitrary: fc.record({ do: step('cut'), who }) },
  { weight: 3, arbitrary: fc.record({ do: step('connect'), who }) },
];

export const liveRules: readonly LiveRule[] = [
  {
    number: 35,
    title: 'one thing: its history and then what comes, whenever a browser subscribes',
    noise: still,
    steps: [...changing, ...watching],
  },
  {
    number: 35,
    title: 'what the fan-out loses, repeats and swaps is made good',
    noise: noisy,
    steps: [...changing, ...watching, feeding],
  },
  {
    number: 35,
    title:
      'a browser cut off at any moment comes back to any replica and misses and repeats nothing',
    noise: noisy,
    steps: [
      ...[...changing, ...watching, feeding, ...cutting],
      { weight: 1, arbitrary: fc.record({ do: step('away') }) },
      { weight: 2, arbitrary: fc.record({ do: step('back') }) },
    ],
  },
  {
    number: 35,
    title: 'what is gone, by age or by a restore, is told with a snapshot',
    noise: noisy,
    feedFirst: true,
    steps: [
      ...[...changing, ...watching, ...cutting],
      { weight: 1, arbitrary: fc.record({ do: step('cut history') }) },
      { weight: 1, arbitrary: fc.record({ do: step('restore'), amount: fc.nat(4) }) },
    ],
  },
];

export function storiesOf(rule: LiveRule): fc.Arbitrary<Story> {
  return fc.record({
    steps: fc.array(fc.oneof(...rule.steps), { minLength: 5, maxLength: 40 }),
    seed: fc.nat(),
  });
}

/** Tells a story, lets all settle, and says what a browser lacks or saw wrongly; undefined when nothing. */
export async function tell(
  rule: LiveRule,
  { subject, story, clock }: { subject: LiveSubject; story: Story; clock: Clock },
): Promise<string | undefined> {
  const random = new Random(story.seed);
  const world = new LiveWorld(subject, random, rule.noise);
  const browsers = [new Browser(world), new Browser(world)] as const;
  for (const browser of browsers) {
    browser.connect();
    if (rule.feedFirst) browser.wantFeed();
  }
  await clock.advance(500);
  for (const step of story.steps) {
    take(step, world, browsers);
    await clock.advance(step.do === 'pass' ? step.amount : random.between(0, 40));
  }
  world.noise = still;
  world.store.away = false;
  for (const browser of browsers) browser.connect();
  await clock.advance(30_000);
  for (const browser of browsers) browser.judge();
  for (const browser of browsers) browser.cut();
  await clock.advance(2_000);
  const failure = world.failures.find((error) => codeOf(error) !== 'NOT_FOUND');
  return (
    browsers.find(({ fault }) => fault)?.fault ??
    (failure ? `failed: ${String(failure)}` : undefined)
  );
}

function take(step: Step, world: LiveWorld, browsers: readonly [Browser, Browser]): void {
  const browser = 'who' in step ? browsers[step.who === 0 ? 0 : 1] : browsers[0];
  switch (step.do) {
    case 'change':
      return world.change(step.id);
    case 'one':
      return browser.wantOne(step.id);
    case 'leave':
      return browser.leaveOne(step.id);
    case 'feed':
      return browser.wantFeed();
    case 'connect':
      return browser.connect();
    case 'cut':
      return browser.cut();
    case 'cut history':
      return world.store.cutHistory();
    case 'restore':
      return world.restore(step.amount);
    case 'away':
    case 'back':
      world.store.away = step.do === 'away';
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
