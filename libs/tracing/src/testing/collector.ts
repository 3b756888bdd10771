import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
interface Scoped {
  readonly spans?: readonly { readonly name: string }[];
  readonly metrics?: readonly Readonly<Record<string, unknown>>[];
  readonly logRecords?: readonly CollectedLog[];
}

/** A log record as it came over OTLP, in its JSON form. */
export interface CollectedLog {
  readonly severityText: string;
  readonly severityNumber: number;
  readonly body: { readonly stringValue: string };
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly Attribute[];
}

/** A collector of OTLP over HTTP, as JSON, that behaves as a test wants. */
export interface Collector {
  readonly url: string;
  /** What it answers with; `silent` takes a request and answers nothing. @default 200 */
  answer: number | 'silent';
  /** Requests it was sent, whatever it answered. */
  readonly asked: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  /** Of what it took, in the order in which it came. */
  spans(): readonly string[];
  /** Of what it took, as OTLP has them, in the order in which they came. */
  metrics(): readonly Readonly<Record<string, unknown>>[];
  /** Of what it took, in the order in which they came. */
  logs(): readonly CollectedLog[];
  /** Of who sent last. */
  resource(): Readonly<Record<string, unknown>>;
  /** Its port refuses from now on. */
  close(): Promise<void>;
}

/** Starts one on a loopback port. @default port any */
export async function startCollector(port = 0): Promise<Collector> {
  const taken: { readonly resource: readonly Attribute[]; readonly scoped: Scoped }[] = [];
  const asked: Collector['asked'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers });
      if (collector.answer === 'silent') return;
      if (collector.answer === 200) taken.push(...scopesOf(Buffer.concat(chunks).toString()));
      response.writeHead(collector.answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const all = <T>(pick: (scoped: Scoped) => readonly T[] | undefined) =>
    taken.flatMap(({ scoped }) => pick(scoped) ?? []);
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: 200,
    asked,
    spans: () => all(({ spans }) => spans).map(({ name }) => name),
    metrics: () => all(({ metrics }) => metrics),
    logs: () => all(({ logRecords }) => logRecords),
    resource: () => valuesOf(taken.at(-1)?.resource ?? []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

/** By their names, without their types. */
export function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function scopesOf(body: string) {
  const parsed = JSON.parse(body) as Record<string, readonly Record<string, unknown>[]>;
  return Object.values(parsed).flatMap((resources) =>
    resources.flatMap((one) => {
      const { attributes } = one['resource'] as { attributes: readonly Attribute[] };
      const scopes = one['scopeSpans'] ?? one['scopeMetrics'] ?? one['scopeLogs'];
      return (scopes as readonly Scoped[]).map((scoped) => ({ resource: attributes, scoped }));
    }),
  );
}
