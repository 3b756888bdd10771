import { callOf, callsOf, curl } from './curl.js';
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
  const onlyToken = String.raw`sed 's/.*"token":"\([^"]*\)".*/\1/'`;
  return {
    title: 'Sign in, as anybody you like: this is a development server',
    commands: `TOKEN=$(${curl(devToken)} \\\n  | ${onlyToken})`,
  };
}

/** The answer ends without a line break, which the prompt would follow on the same line. */
function ended(command: string): string {
  return `${command}\necho`;
}
