import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../root.js';

/** What only the example says. `order` alone is also a word for a sequence, so it counts as a name only. */
const words = [
  /@mesh\/contracts\/(?:catalog\/|es\/)?(?:order|inventory|notifications)\b/,
  /\bmesh[./](?:order|inventory|notifications)\b/,
  /\bOrder(?=Placed|Confirmed|Rejected|Cancelled|Update|Service|Status|Line|Item)/,
  /\border_?[iI]ds?\b/,
  /\b(?:ORDER|STOCK|INVENTORY)_[A-Z]/,
  /\bsku|SKU|Sku/,
  /\bstock|[a-z]Stock|\bStock[A-Z]/,
  /\b[iI]nventory/,
  /['"`/](?:orders?|notifications)['"`]/,
];

/** Files of one service each, the lines that name them, and what is made from protos. */
const ofServices = [
  /^libs\/contracts\/src\/(?:gen|gen-es)\//,
  /^libs\/contracts\/src\/(?:catalog|participants|topology|errors)\/(?:order|inventory|notifications|gateway|index)\.ts$/,
];
/** Goes with the example, or waits to be told by service.json. */
// In delay-ladder.ts `order` is a field, of what has to go out one after the other.
const allowed = [...ofServices, /^libs\/live-client\//, /^cli\/src\/k8s\//, /\/delay-ladder\.ts$/];

function wordsOf(text: string): string[] {
  return words.flatMap((word) => word.exec(text)?.[0] ?? []);
}

function filesOf(...folders: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((path) => /\.(?:ts|tsx|mjs|md|txt)$/.test(path));
}

test.each(['libs', 'cli'])('given %s, then nothing in it is of the example', (folder) => {
  const files = filesOf(folder).filter((path) => !allowed.some((one) => one.test(path)));
  expect(files.length).toBeGreaterThan(20);
  const found = files.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) => wordsOf(line).map((word) => `${path}:${index + 1} ${word}`)),
  );
  expect(found).toEqual([]);
});

test.each([
  ["import { A } from '@mesh/contracts/order-events';"],
  ['throws ORDER_NOT_FOUND'],
  ["group: 'notifications'"],
  ['{ orderId }'],
  ['unknown sku'],
])('given %s, then it is found', (line) => expect(wordsOf(line)).not.toEqual([]));

test.each([['in order, by key'], ['LISTEN and its notifications'], ["order('by', key)"]])(
  'given %s, then it is let be',
  (line) => expect(wordsOf(line)).toEqual([]),
);
