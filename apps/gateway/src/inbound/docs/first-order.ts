import { callOf, callsOf, curl, type Call } from './curl.js';
import type { OpenApiDocument } from './openapi-document.js';

export interface Step {
  readonly title: string;
  /** For a POSIX shell; goes on from the steps before it. */
  readonly commands: string;
}

/** How to place an order with curl and nothing else; its requests are made from the document. */
export function firstOrder(document: OpenApiDocument, base: string): readonly Step[] {
  const call = (id: string) => callOf(document, id);
  return [
    { title: 'Where the mesh is', commands: `BASE=${base}` },
    tokenStep(document),
    { title: 'See what there is', commands: ended(curl(call('listStock'), { limit: 5 })) },
    {
      title: 'Place the order; repeated with the same key, it is the same order',
      commands: `KEY="first-order-$(date +%s)"\n${ended(curl(call('placeOrder'), { 'Idempotency-Key': '$KEY' }))}`,
    },
    {
      title: 'See what became of it: soon it is CONFIRMED or REJECTED',
      commands: ended(curl(call('listOrders'), { limit: 1 })),
    },
    {
      title: 'Keep its id for the examples below',
      commands: `ID=$(${curl(call('listOrders'), { limit: 1 })} \\\n  | ${only('orderId')})`,
    },
    operatorStep(document),
  ];
}

function tokenStep(document: OpenApiDocument): Step {
  const devToken = callsOf(document).find(({ operation }) => operation.operationId === 'devToken');
  if (!devToken) {
    return {
      title: 'Put in a token of your issuer',
      commands: `TOKEN='the token'`,
    };
  }
  return {
    title: 'Sign in, as anybody you like: this is a development server',
    commands: `TOKEN=$(${curl(devToken)} \\\n  | ${only('token')})`,
  };
}

function operatorStep(document: OpenApiDocument): Step {
  const devToken = callsOf(document).find(({ operation }) => operation.operationId === 'devToken');
  if (!devToken) {
    return {
      title: 'For what operators do: a token of your issuer with their role',
      commands: `OPERATOR='the token'`,
    };
  }
  const body = { customerId: 'olga', roles: ['operator'] };
  return {
    title: 'For what operators do: sign in as one',
    commands: `OPERATOR=$(${curl(withBody(devToken, body))} \\\n  | ${only('token')})`,
  };
}

function withBody(call: Call, example: object): Call {
  const schema = call.operation.requestBody!.content['application/json']!.schema;
  const content = { 'application/json': { schema, example } };
  return { ...call, operation: { ...call.operation, requestBody: { required: true, content } } };
}

/** The value of a field of a JSON text. */
export function only(field: string): string {
  return String.raw`sed 's/.*"${field}":"\([^"]*\)".*/\1/'`;
}

/** The answer ends without a line break, which the prompt would follow on the same line. */
function ended(command: string): string {
  return `${command}\necho`;
}
