import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.js';
import { soundEvidence } from './testing/sound-evidence.js';
import { verdictOf } from './verdict.js';

const finding = (kind: Finding['kind'], key: string): Finding => ({ kind, key, what: 'is wrong' });

describe('verdictOf', () => {
  it('given findings, then counts them by kind and names the history of their keys', () => {
    const findings = [
      finding('lost', 'a'),
      finding('lost', 'b'),
      finding('doubled', 'a'),
      finding('unfinished', 'the mesh'),
    ];
    const fileOf = (key: string) => (key === 'a' ? '/reports/a.txt' : undefined);
    expect(verdictOf(soundEvidence(), findings, fileOf)).toMatchObject({
      ...{ orders: 3, lost: 2, doubled: 1, disordered: 0 },
      findings: [
        'lost: a: is wrong (/reports/a.txt)',
        'lost: b: is wrong',
        'doubled: a: is wrong (/reports/a.txt)',
        'unfinished: the mesh: is wrong',
      ],
    });
  });

  it('given more findings than anybody reads, then says how many more', () => {
    const findings = Array.from({ length: 50 }, (_, index) => finding('lost', `o${index}`));
    const verdict = verdictOf(soundEvidence(), findings, () => undefined);
    expect(verdict.lost).toBe(50);
    expect(verdict.findings).toHaveLength(6);
    expect(verdict.findings.at(-1)).toBe('and 45 more lost');
  });

  it('given many of one key, then leaves room for others', () => {
    const findings = [
      ...Array.from({ length: 50 }, () => finding('lost', 'a')),
      finding('lost', 'b'),
    ];
    const verdict = verdictOf(soundEvidence(), findings, () => undefined);
    expect(verdict.findings).toEqual([
      ...Array.from({ length: 3 }, () => 'lost: a: is wrong'),
      'lost: b: is wrong',
      'and 47 more lost',
    ]);
  });

  it('given unknown outcomes and repeats, then notes what the data tells of them', () => {
    const evidence = soundEvidence();
    const [first] = evidence.commands;
    const unknown = { kind: 'unknown', because: 'no answer' } as const;
    evidence.commands[0] = { ...first!, outcome: unknown } as typeof first & object;
    evidence.messages.push(evidence.messages[0]!);
    const { notes } = verdictOf(evidence, [], () => undefined);
    expect(notes).toEqual([
      '3 orders: 1 confirmed, 1 rejected, 1 cancelled',
      '5 commands; what became of 1 was never answered (the answer got lost or its customer gave up), so the data tells: of 1 order among them it shows 1 placed',
      '7 mails; 7 updates seen by 1 watcher',
      '17 messages in streams, 1 of them sent again (at least once; each has one effect)',
    ]);
  });
});
