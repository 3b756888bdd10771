import { describe, expect, it } from 'vitest';
import { runbookFindings, runbookTable, type Runbook } from './runbooks.js';
import type { Alert } from './rule-files.js';

const alert: Alert = {
  alert: 'MeshLag',
  expr: 'mesh_lag > 10',
  for: '10m',
  labels: { severity: 'page' },
  annotations: { summary: 'A group is behind', runbook: 'docs/runbooks/MeshLag.md' },
};
const text = `# MeshLag

A group is behind and
falls back.

## What it means

Much.

## How to look

\`npm run mesh -- outbox status\`, [a how-to](../how-to/outbox.md#top)

## What to do

Wait.

## How to know it is over

It is silent.
`;
const findings = (
  runbooks: readonly Runbook[] = [{ name: 'MeshLag', text }],
  alerts: readonly Alert[] = [alert],
) =>
  runbookFindings({
    alerts,
    runbooks,
    commands: ['outbox'],
    exists: (path) => path === 'docs/how-to/outbox.md',
  });
const changed = (from: string, to: string) =>
  findings([{ name: 'MeshLag', text: text.replace(from, to) }]);

describe('runbookFindings', () => {
  it('given a page for every alert, then finds nothing', () => {
    expect(findings()).toEqual([]);
  });

  it('given an alert without a page, then names the page', () => {
    expect(findings([])).toEqual(['MeshLag: There is no docs/runbooks/MeshLag.md']);
  });

  it('given a page without an alert, then names the page', () => {
    expect(findings(undefined, [])).toEqual(['docs/runbooks/MeshLag.md: There is no such alert']);
  });

  it('given an alert that names another page, then says so', () => {
    const annotations = { ...alert.annotations, runbook: 'docs/runbooks/Lag.md' };
    expect(findings(undefined, [{ ...alert, annotations }])).toEqual([
      'MeshLag: Its runbook is named docs/runbooks/Lag.md, not docs/runbooks/MeshLag.md',
    ]);
  });

  it.each([
    ['# MeshLag', '# Lag', 'Its title is not MeshLag'],
    ['A group is behind and\nfalls back.\n\n', '', 'It does not begin with a sentence'],
    [
      'Wait.\n',
      '',
      'Its sections are not What it means, How to look, What to do, How to know it is over',
    ],
    ['-- outbox', '-- inbox', 'npm run mesh has no command inbox'],
    ['/outbox.md', '/inbox.md', 'It links to docs/how-to/inbox.md, which is not there'],
  ])('given %j turned into %j: %s', (from, to, finding) => {
    expect(changed(from, to)).toEqual([`docs/runbooks/MeshLag.md: ${finding}`]);
  });
});

describe('runbookTable', () => {
  it('has a line an alert, with the first sentence of its page', () => {
    expect(runbookTable([alert], [{ name: 'MeshLag', text }])).toContain(
      '| [MeshLag](MeshLag.md) | page | 10m | A group is behind and falls back. |',
    );
  });
});
