import type { Writable } from 'node:stream';
import type { PostgresPoolClient } from 'kysely';
import type { PoolClient } from 'pg';
import { translateDatabaseError } from './database-errors.js';
import type { StatementNames } from './statement-names.js';

/** What is answered instead of waiting: nobody looks at it. */
const UNREAD = { command: '', rowCount: 0, rows: [] };

export interface PipelinedClientOptions {
  readonly names: StatementNames;
  /** Whether nobody needs the answer of a statement before the next one of its transaction. */
  readonly isUnawaited: (text: string) => boolean;
}

/**
 * A connection as Kysely uses it: statements with parameters are prepared under a name, errors are
 * translated. `begin`, and what else is unawaited, leaves together with the statement behind it, and
 * is answered with it: a round trip less. When it fails, that next statement fails with its error;
 * behind the last one of a transaction this is the `commit`.
 */
export function pipelinedClient(
  client: PoolClient,
  { names, isUnawaited }: PipelinedClientOptions,
): PostgresPoolClient {
  let broken = false;
  let unanswered: Promise<unknown>[] = [];
  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    // Without parameters: begin, commit, migrations.
    const name = values.length > 0 ? names.of(text) : undefined;
    const unawaited = text === 'begin' || isUnawaited(text);
    if (unawaited) holdUntilTheNext(client);
    const answer = client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    if (unawaited) {
      answer.catch(() => {});
      unanswered.push(answer);
      return UNREAD;
    }
    const before = text === 'rollback' ? [] : unanswered;
    unanswered = [];
    try {
      // Answers come in the order of the statements: the first failure is the cause of the others.
      return (await Promise.all([...before, answer])).at(-1);
    } catch (error) {
      const translated = translateDatabaseError(error);
      broken ||= translated !== error && !isStatementOnly(error);
      throw translated;
    }
  };
  return new Proxy(client, {
    get(target, property) {
      if (property === 'query') return query;
      // A connection that failed is not given to anybody else.
      if (property === 'release') return (discard?: boolean) => target.release(broken || discard);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as unknown as PostgresPoolClient;
}

/** One write for this statement and for what follows before the process does anything else. */
function holdUntilTheNext(client: PoolClient): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } })
    .connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function isStatementOnly(error: unknown): boolean {
  return /^(40|55|57014)/.test(String((error as { code?: unknown }).code));
}
