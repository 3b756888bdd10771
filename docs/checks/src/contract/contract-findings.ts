import type { Contract } from './contract.js';

/** The contract and the changelog at one time. */
export interface Edition {
  /** Of the system, in package.json. */
  readonly name: string;
  readonly contract: Contract;
  readonly changelog: string;
}

/** What was promised before and is otherwise now, a sentence each; what is new breaks nobody. */
export function brokenPromises(before: Contract, now: Contract): readonly string[] {
  return Object.entries(before).flatMap(([kind, things]) =>
    Object.entries(things).flatMap(([name, word]) => {
      const found = now[kind]?.[name];
      if (found === word) return [];
      return [`${kind}: ${name} ${found === undefined ? 'is gone' : 'has changed'}`];
    }),
  );
}

/** Promises that changed while nothing was added under Unreleased in the changelog. */
export function contractFindings(before: Edition, now: Edition): readonly string[] {
  // A system that has just got its name has promised nothing yet.
  if (before.name !== now.name) return [];
  const told = new Set(unreleased(before.changelog));
  const tells = unreleased(now.changelog).some((line) => !told.has(line));
  return tells ? [] : brokenPromises(before.contract, now.contract);
}

function unreleased(changelog: string): readonly string[] {
  const [, part = ''] = /^## Unreleased\r?\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  return part.split(/\r?\n/).filter((line) => line.trim() !== '');
}
