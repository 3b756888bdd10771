import type { Shape } from './shape.js';

/** The controller's method: hands the request to the use case, as the caller where it is about what they own. */
export function controllerMethod({ M, streams, owned }: Shape): string {
  const name = streams.requests ? 'requests' : 'request';
  const type = streams.requests ? `AsyncIterable<${M.pascal}Request>` : `${M.pascal}Request`;
  const answer = streams.responses ? 'AsyncIterable' : 'Promise';
  const caller = owned ? ', @Caller() { customerId }: Principal' : '';
  return `  ${M.camel}(@Payload() ${name}: ${type}${caller}): ${answer}<${M.pascal}Response> {
    return this.${M.camel}UseCase.execute(${name}${owned ? ', customerId' : ''});
  }`;
}
