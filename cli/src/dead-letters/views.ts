import { bestGuess } from '@mesh/contracts/best-guess';
import { CliError } from '../cli-error.js';
import { hexView } from '../hex-view.js';
import { age, oneLine, table } from '../table.js';
import type { DeadLetterClient, Letter, WholeLetter } from './client.js';
import type { Action } from './action.js';
import { noSuchLetter, pages, queryFor } from './selection.js';

export interface Named<L extends Letter = Letter> {
  readonly name: string;
  readonly letter: L;
}

export const named = <L extends Letter>({ service }: DeadLetterClient, letter: L): Named<L> => ({
  name: `${service}/${letter.id}`,
  letter,
});

export const counted = (count: number) => `${count} dead letter${count === 1 ? '' : 's'}`;

const since = (time: string) => age(Math.max(0, Date.now() - Date.parse(time)));

export function letterTable(letters: readonly Named[]): string[] {
  return table(
    ['ID', 'GROUP', 'KEY', 'TYPE', 'REASON', 'ATTEMPTS', 'AGE', 'ERROR'],
    letters.map(({ name, letter }) => [
      ...[name, letter.group, letter.key ?? '-', letter.eventType || '-', letter.reason],
      letter.behind === null ? String(letter.attempts) : '-',
      ...[since(letter.parkedAt), letter.errorMessage],
    ]),
  );
}

export const showList: Action = async (services, options, { say, warn }) => {
  const found: Named[] = [];
  for (const client of services) {
    const query = queryFor(client, options);
    if (query === undefined) continue;
    for await (const page of pages((one) => client.list(one), query, options.limit))
      found.push(...page.map((letter) => named(client, letter)));
  }
  if (options.json) {
    say(
      JSON.stringify(
        found.map(({ name, letter }) => ({ name, ...letter })),
        null,
        2,
      ),
    );
  } else if (found.length === 0) say('No dead letters.');
  else letterTable(found).forEach(say);
  if (found.length >= options.limit)
    warn(`There may be more than ${options.limit} of a service; --limit shows more.`);
  return 0;
};

export const showWhole: Action = async (services, options, { say }) => {
  if (options.letters.length === 0) throw new CliError('show which? Such as: show probe/7', 2);
  for (const { service, id } of options.letters) {
    const client = services.find((one) => one.service === service);
    const [letter] = (await client?.whole({ ids: id })) ?? [];
    if (client === undefined || letter === undefined) throw noSuchLetter({ service, id });
    if (options.json) say(JSON.stringify({ name: `${service}/${id}`, ...letter }, null, 2));
    else whole(named(client, letter)).forEach(say);
  }
  return 0;
};

function whole({ name, letter }: Named<WholeLetter>): string[] {
  const bytes = Buffer.from(letter.body, 'base64');
  const guess = bestGuess(bytes, letter.eventType);
  const behind =
    letter.behind === null ? [] : [['behind', `${letter.behind}, without having failed itself`]];
  const fields = [
    ...(letter.unread
      ? [
          ['event', 'none that could be read; a redrive reads it again'],
          ['type', letter.eventType ? `${letter.eventType}, as its headers say` : 'not known'],
        ]
      : [
          ['event', `${letter.eventId} from ${letter.eventSource}`],
          ['type', letter.eventType],
        ]),
    ['read from', `${letter.stream} at ${letter.position}, for the group ${letter.group}`],
    ['key', keyOf(letter)],
    ...behind,
    ['reason', letter.reason],
    ['error', `${letter.errorCode}: ${letter.errorMessage}`],
    ['fingerprint', letter.fingerprint],
    [
      'attempts',
      `${letter.attempts}, first failed ${letter.firstFailedAt}, last ${letter.lastFailedAt}`,
    ],
    ['parked', letter.parkedAt],
  ];
  return [
    `dead letter ${name}`,
    ...fields.map(([title = '', value = '']) => `  ${title.padEnd(12)}${oneLine(value)}`),
    'headers',
    ...Object.entries(letter.headers).map(([header, value]) =>
      indented(oneLine(`${header}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)),
    ),
    `body, ${bytes.length} bytes; best guess: ${guess.kind}`,
    ...(guess.text ?? '').split('\n').filter(Boolean).map(indented),
    ...hexView(bytes).map(indented),
  ];
}

function keyOf({ key, holdsKey }: Letter): string {
  if (key === null) return 'none';
  return `${key}${holdsKey ? ', parked until this is redriven or discarded' : ', which goes on'}`;
}

const indented = (line: string) => `  ${line}`;

export const showStats: Action = async (services, options, { say }) => {
  const all = await Promise.all(
    services.map(async (client) =>
      (await client.stats()).map((count) => ({ service: client.service, ...count })),
    ),
  );
  const counts = all.flat();
  if (options.json) say(JSON.stringify(counts, null, 2));
  else if (counts.length === 0) say('No dead letters.');
  else {
    table(
      ['COUNT', 'KEYS', 'OLDEST', 'SERVICE', 'GROUP', 'TYPE', 'REASON', 'FINGERPRINT', 'ERROR'],
      counts
        .slice(0, options.limit)
        .map((one) => [
          ...[String(one.count), String(one.keys), since(one.oldestParkedAt), one.service],
          ...[one.group, one.eventType || '-', one.reason, one.fingerprint, one.errorMessage],
        ]),
    ).forEach(say);
  }
  return 0;
};

export const showAudit: Action = async (services, options, { say }) => {
  const lines = await Promise.all(
    services.map(async (client) => {
      const ids = options.letters.filter(({ service }) => service === client.service);
      const limit = String(Math.min(options.limit, 1000));
      const queries = ids.length === 0 ? [{ limit }] : ids.map(({ id }) => ({ id, limit }));
      const found = await Promise.all(queries.map((query) => client.audit(query)));
      return found
        .flat()
        .map((line) => ({ name: `${client.service}/${line.deadLetter}`, ...line }));
    }),
  );
  const all = lines.flat().toSorted((one, other) => other.at.localeCompare(one.at));
  if (options.json) say(JSON.stringify(all, null, 2));
  else if (all.length === 0) {
    const names = options.letters.map(({ service, id }) => `${service}/${id}`);
    say(`Nothing was done to ${names.join(', ') || 'dead letters'} yet.`);
  } else {
    table(
      ['WHEN', 'WHO', 'WHAT', 'ID', 'EVENT', 'TYPE', 'RESULT', 'DETAIL'],
      all.map((line) => [
        ...[line.at, line.actor, line.action, line.name, line.eventId, line.eventType || '-'],
        ...[line.result, line.detail ?? ''],
      ]),
    ).forEach(say);
  }
  return 0;
};
