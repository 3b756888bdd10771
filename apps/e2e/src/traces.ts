import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { Customer, type Update } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { conventionalAttributes } from '@mesh/tools/testing/semantic-conventions';

interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly spanId: string }[];
}

/** From the order's way back to the click: a span, its kind, its parent, that one's parent. */
const WAY_BACK = [
  'web paint order.updated, internal',
  'gateway send order.updated, producer',
  'gateway process mesh.notifications, consumer',
  'notifications send mesh.notifications, producer',
  'notifications create mesh.notifications, producer',
  'notifications process mesh.order.v1, consumer',
  'order send mesh.order.v1, producer',
  'order create mesh.order.v1, producer',
  'order process mesh.inventory.v1, consumer',
  'inventory send mesh.inventory.v1, producer',
  'inventory create mesh.inventory.v1, producer',
  'inventory process mesh.order.v1, consumer',
  'order send mesh.order.v1, producer',
  'order create mesh.order.v1, producer',
  'order mesh.order.v1.OrderService/PlaceOrder, server',
  'gateway mesh.order.v1.OrderService/PlaceOrder, client',
  'gateway POST /v1/orders, server',
  'web place order, client',
];

/** One trace follows an order from the click to the pixel. */
export function traceCases(running: () => Mesh, systems: { log: string; queue: string }): void {
  let mesh: Mesh;
  let customer: Customer;
  beforeAll(async () => {
    mesh = running();
    const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
    await operator.setStock((await operator.anyStock()).sku, 1000);
    customer = await Customer.signIn(mesh.url);
  });

  const report = (span: object) =>
    fetch(`${mesh.url}/dev/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(span),
    });
  const now = () => performance.timeOrigin + performance.now();

  it('given an order, when it is confirmed, then one trace leads from the pixel back to the click', async () => {
    const { socket, updates } = customer.live();
    await socket.emitWithAck('subscribe', { feed: 'orders' });
    const traceId = randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const start = now();
    const { sku } = await customer.anyStock();
    const answer = await customer.request('/v1/orders', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        traceparent: `00-${traceId}-${spanId}-01`,
      },
      body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
    });
    expect(answer.status).toBe(201);
    const click = { traceId, spanId, name: 'place order', kind: 'client', start, end: now() };
    expect((await report(click)).status).toBe(204);
    const confirmed = await eventually('the order is confirmed', () =>
      updates.find(({ status }: Update) => status === 'CONFIRMED'),
    );
    socket.close();
    expect(confirmed.traceparent.slice(3, 35)).toBe(traceId);
    const parentSpanId = confirmed.traceparent.slice(36, 52);
    const paint = { traceId, spanId: randomBytes(8).toString('hex'), parentSpanId };
    const painted = { ...paint, name: 'paint order.updated', start: now(), end: now() };
    expect((await report(painted)).status).toBe(204);

    const spans = await eventually('the whole way', async () => {
      const response = await fetch(`${mesh.url}/dev/traces/${traceId}`);
      const found = ((await response.json()) as { spans: Span[] }).spans;
      return wayBack(found).length === WAY_BACK.length && found;
    });
    const way = wayBack(spans);
    expect(way.map(titleOf)).toEqual(WAY_BACK);
    for (const span of way) expect(span.end).toBeGreaterThanOrEqual(span.start);
    const sent = way.filter(
      ({ kind, name }) => kind === 'producer' && name.startsWith('send mesh'),
    );
    expect(sent.map(({ attributes }) => attributes['messaging.system.name'])).toEqual([
      systems.queue,
      ...[systems.log, systems.log, systems.log],
    ]);
    for (const { attributes } of sent)
      expect(attributes['mesh.outbox.wait_ms']).toBeGreaterThanOrEqual(0);
    // Each who handles an event is linked to where it was made.
    for (const [at, span] of way.entries())
      if (span.kind === 'consumer')
        expect(span.links.map((link) => link.spanId)).toContain(way[at + 2]?.spanId);
    // The inbox of each who handles an event once: a transaction in its span, with the commit in that.
    for (const { service, spanId } of way.filter(handledOnce)) {
      const inbox = spans.find((one) => one.name === 'transaction' && one.parentSpanId === spanId);
      const commit = spans.find(({ name, parentSpanId }) =>
        name === 'COMMIT' ? parentSpanId === inbox?.spanId : false,
      );
      expect([service, inbox?.kind, commit?.kind]).toEqual([service, 'internal', 'client']);
    }
    if (systems.queue === 'rabbitmq') {
      const acked = way.find(({ name }) => name === 'process mesh.notifications');
      const settled = spans.filter(({ name }) => name === 'settle mesh.notifications');
      expect(settled).toContainEqual(
        expect.objectContaining({ kind: 'client', parentSpanId: acked?.spanId }),
      );
    }
    // Names of attributes are those of the conventions, in their present version.
    const attributes = new Set(spans.flatMap((span) => Object.keys(span.attributes)));
    expect([...attributes].filter((name) => !isConventional(name))).toEqual([]);
    // What a customer is called is in none of them.
    expect(JSON.stringify(spans)).not.toContain(customer.id);
  });

  it('given a trace that nobody knows, then 404', async () => {
    const response = await fetch(`${mesh.url}/dev/traces/${'f'.repeat(32)}`);
    expect([response.status, (await response.json()).code]).toEqual([404, 'NOT_FOUND']);
  });
}

/** From the span that was painted to its root; the transactions on the way are left out. */
function wayBack(spans: readonly Span[]): readonly Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const way: Span[] = [];
  let span = spans.find(({ name }) => name === 'paint order.updated');
  for (; span !== undefined; span = byId.get(span.parentSpanId ?? ''))
    if (span.name !== 'transaction') way.push(span);
  return way;
}

const handledOnce = ({ kind, service }: Span): boolean =>
  kind === 'consumer' && service !== 'gateway';

const isConventional = (name: string): boolean =>
  name.startsWith('mesh.') || conventionalAttributes().has(name);

const titleOf = ({ service, name, kind }: Span): string => `${service} ${name}, ${kind}`;
