import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { OrderServiceClient, OrderStatus, type Order } from '@mesh/contracts/order';
import { Authenticator } from '@mesh/service-kit';
import fastify from 'fastify';

// fastify with its own JSON parser and the generated gRPC client; nothing is limited, traced or logged. With a key the
// token is verified as the gateway does it and the body by fastify's schema; without one nothing is checked.
const [, , address = '', key] = process.argv;
const client = new OrderServiceClient(address, credentials.createInsecure());
const app = fastify();
if (key !== undefined) checkRequests(key);

const line = {
  ...{ type: 'object', required: ['sku', 'quantity'], additionalProperties: false },
  properties: {
    sku: { type: 'string', minLength: 1, maxLength: 64 },
    quantity: { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
  },
};
const body = {
  ...{ type: 'object', required: ['lines'], additionalProperties: false },
  properties: { lines: { type: 'array', minItems: 1, maxItems: 100, items: line } },
};

interface Lines {
  readonly lines: { sku: string; quantity: number }[];
}

app.post<{ Body: Lines }>(
  '/v1/orders',
  key === undefined ? {} : { schema: { body } },
  async ({ body, headers }, reply) => {
    const idempotencyKey = String(headers['idempotency-key']);
    const { order } = await call<{ order?: Order | undefined }>((done) =>
      client.placeOrder({ ...body, idempotencyKey }, bearing(headers.authorization), done),
    );
    return reply.code(201).header('location', `/v1/orders/${order?.orderId}`).send(viewOf(order));
  },
);

app.get<{ Params: { id: string } }>('/v1/orders/:id', async ({ params: { id }, headers }) => {
  const { order } = await call<{ order?: Order | undefined }>((done) =>
    client.getOrder({ orderId: id }, bearing(headers.authorization), done),
  );
  return viewOf(order);
});

process.on('disconnect', () => process.exit());
process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });

function checkRequests(keyFile: string): void {
  const authenticator = new Authenticator({
    ...{ NODE_ENV: 'development', AUTH_DEV_KEY_FILE: keyFile, AUTH_AUDIENCE: 'mesh' },
  });
  app.addHook('onRequest', async ({ headers }, reply) => {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    await authenticator.verify(token).catch(() => reply.code(401).send());
  });
}

function call<Answer>(
  ask: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) =>
    ask((error, answer) => (error ? reject(error) : resolve(answer))),
  );
}

function bearing(authorization = ''): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', authorization);
  return metadata;
}

function viewOf(order: Order | undefined): object {
  const { orderId, version, status, lines, total, createdAt, updatedAt } = order ?? ({} as Order);
  return {
    ...{ orderId, version, lines, total, createdAt, updatedAt },
    status: OrderStatus[status]?.replace('ORDER_STATUS_', ''),
  };
}
