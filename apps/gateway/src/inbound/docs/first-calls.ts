import type { ApiPart, Step } from './api-part.js';
import { callsOf, curl, type Call } from './curl.js';
import type { OpenApiDocument } from './openapi-document.js';

/** How to make the first calls with curl and nothing else; their requests are made from the document. */
export function firstCalls(
  document: OpenApiDocument,
  parts: readonly ApiPart[],
  base: string,
): readonly Step[] {
  return [
    { title: 'Where the mesh is', commands: `BASE=${base}` },
    tokenStep(document),
    ...parts.flatMap((part) => part.firstCalls?.(document) ?? []),
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
export function ended(command: string): string {
  return `${command}\necho`;
}
