import { describe, expect, it, vi } from 'vitest';
import { inMemory } from './in-memory-transport.js';
import { mutants, onlyInParallel, type Mutant } from './mutants.js';
import { RuleRun } from './rule-run.js';
import { nameOf, RuleBroken, type Rule } from './rule.js';
import { rules } from './rules/index.js';

vi.setConfig({ testTimeout: 60_000 });

const settings = { seed: 7, scale: 'light' } as const;
/** How long a mutant may pretend. */
const DEADLINE_MS = 4000;

const inParallel = rules.find(({ number }) => number === 18) as Rule;
const all: readonly Mutant[] = [...mutants, { rule: inParallel, ...onlyInParallel }];
// The transport in memory has no server to take away.
const onTheDouble = rules.filter(({ ownServer }) => ownServer !== true);

describe('the suite takes a correct transport', () => {
  it.each(onTheDouble)('$number: $title', async (rule) => {
    await RuleRun.of(rule, inMemory('in-memory'), settings);
  });
});

describe.concurrent('the suite rejects a broken transport', () => {
  it.each(all.map((mutant) => ({ ...mutant, name: nameOf(mutant.rule) })))(
    '$name: one that $defect',
    async ({ rule, name, defect, wrap, because }) => {
      const deadlineMs = rule === inParallel ? rule.deadlineMs : DEADLINE_MS;
      const outcome = RuleRun.of({ ...rule, deadlineMs }, inMemory(defect, wrap), settings);
      const error = await outcome.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuleBroken);
      const { rule: number, reason, message } = error as RuleBroken;
      expect(number).toBe(rule.number);
      expect(reason).toMatch(because);
      expect(message).toBe(`${name}: ${reason} (seed 7)`);
    },
  );

  it('has a mutant for each rule', () => {
    const rejected = new Set(all.map(({ rule }) => rule));
    expect(onTheDouble.filter((rule) => !rejected.has(rule)).map(nameOf)).toEqual([]);
  });
});
