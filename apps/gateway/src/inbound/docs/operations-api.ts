import { filters } from '../operations-requests.js';
import type { ApiPart } from './api-part.js';
import { exampleDeadLetterId, operationsSchemas } from './operations-examples.js';
import {
  bodyErrors as body,
  ok,
  operation,
  pageParameters,
  upstreamErrors as upstream,
  type Operation,
  type Parameter,
} from './openapi-parts.js';

const id: Parameter = {
  ...{ name: 'id', in: 'path', required: true },
  description: 'Of a dead letter',
  schema: { type: 'string', maxLength: 18 },
  example: exampleDeadLetterId,
};
const [limit] = pageParameters as readonly [Parameter, ...Parameter[]];
const filterParameters = filters.map((name): Parameter => ({
  ...{ name, in: 'query', description: `Only those of this ${name}` },
  schema: { type: 'string', maxLength: 1024 },
}));

const schemas = operationsSchemas;
const operator = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND'] as const;
const query = ['VALIDATION_FAILED'] as const;
const needs =
  'Needs the role `operator`, and OPERATIONS_URLS: without it there is nothing here (404).';
const letters = '/v1/operations/{service}/dead-letters';

function action(
  service: Parameter,
  kind: 'redrive' | 'discard',
  [summary, description]: readonly [string, string],
): Operation {
  return operation({
    ...{ operationId: `${kind}DeadLetters`, tag: 'operations', summary },
    description: `${description} ${needs} It is on record at the service under the subject of the token.`,
    parameters: [service],
    body: schemas.DeadLetterAction,
    responses: ok('What was done', schemas.DeadLetterOutcome),
    errors: [...body, ...operator, ...upstream],
  });
}

function pathsOf(service: Parameter): ApiPart['paths'] {
  return {
    '/v1/operations': {
      get: operation({
        ...{
          operationId: 'listServices',
          tag: 'operations',
          summary: 'See how all services stand',
        },
        description: `Within two seconds; one that is down is told as \`down\`. ${needs}`,
        responses: ok('Every service', schemas.ServiceStates),
        errors: operator,
      }),
    },
    '/v1/operations/{service}': {
      get: operation({
        ...{ operationId: 'getService', tag: 'operations', summary: 'See how one service stands' },
        description: needs,
        parameters: [service],
        responses: ok('The service, also when it is down', schemas.ServiceState),
        errors: operator,
      }),
    },
    [letters]: {
      get: operation({
        ...{ operationId: 'listDeadLetters', tag: 'operations' },
        summary: 'List dead letters in the order of parking',
        description: needs,
        parameters: [service, ...pageParameters, ...filterParameters],
        responses: ok('A page of dead letters', schemas.DeadLetterPage),
        errors: [...query, 'CURSOR_INVALID', ...operator, ...upstream],
      }),
    },
    [`${letters}/{id}`]: {
      get: operation({
        ...{ operationId: 'getDeadLetter', tag: 'operations' },
        summary: 'Look at a dead letter, with its headers and its bytes',
        description: needs,
        parameters: [service, id],
        responses: ok('The dead letter', schemas.WholeDeadLetter),
        errors: [...operator, ...upstream],
      }),
    },
    [`${letters}/redrive`]: {
      post: action(service, 'redrive', [
        'Run the handlers of dead letters once more',
        'Takes everything that is parked of the keys of these, in its order, at most 100 in a call, and stops at the first event that fails; messages that still can not be read are passed over.',
      ]),
    },
    [`${letters}/discard`]: {
      post: action(service, 'discard', [
        'Give dead letters up',
        'Their events count as handled and never have an effect.',
      ]),
    },
    '/v1/operations/{service}/audit': {
      get: operation({
        ...{ operationId: 'listOperations', tag: 'operations' },
        summary: 'See what operators did to dead letters, the last first',
        description: needs,
        parameters: [service, limit],
        responses: ok('What was done', schemas.OperationsAudit),
        errors: [...query, ...operator, ...upstream],
      }),
    },
  };
}

/** What operators see and do: services, their dead letters, and what was done to those. */
export function operationsApi(operated: string): ApiPart {
  const service: Parameter = {
    ...{ name: 'service', in: 'path', required: true },
    description: 'As the overview names it',
    schema: { type: 'string', maxLength: 64 },
    example: operated,
  };
  const schemas = Object.values(operationsSchemas);
  return { tag: 'operations', paths: pathsOf(service), schemas };
}
