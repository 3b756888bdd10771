// Begins early: takes 50 s.
import { nameOf, RuleBroken } from '@mesh/messaging/testing';
import { describe, expect, it, vi } from 'vitest';
import { mutants } from './mutants.js';
import { RelayRun } from './relay-run.js';

vi.setConfig({ testTimeout: 300_000 });

describe('the suite rejects a relay', () => {
  it.each(mutants.map((mutant) => ({ ...mutant, name: nameOf(mutant.rule) })))(
    '$name: one that $defect',
    async ({ rule, name, under, because }) => {
      const outcome = RelayRun.of(rule, under, { seed: 7, scale: 'light' });
      const error = await outcome.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuleBroken);
      const { rule: number, reason, message } = error as RuleBroken;
      expect(reason).toMatch(because);
      expect(number).toBe(rule.number);
      expect(message).toBe(`${name}: ${reason} (seed 7)`);
    },
  );
});
