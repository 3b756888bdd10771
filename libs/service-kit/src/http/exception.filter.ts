import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { callContext } from '../context/call-context.js';
import { RUNTIME, type Runtime } from '../lifecycle/runtime.js';
import { viewError } from '../errors/error-mapping.js';
import { problemBody, toProblem } from './problem.js';

interface Reply {
  readonly sent: boolean;
  status(code: number): Reply;
  headers(headers: Record<string, string>): Reply;
  send(body: Buffer): unknown;
}

/** Answers every error in the form of its protocol. What is not one of ours, and was not logged by the service it came from, is logged here, once. */
@Catch()
export class EdgeExceptionFilter implements ExceptionFilter {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    switch (host.getType<'http' | 'rpc' | 'ws'>()) {
      case 'http':
        return this.#answer(error, host.switchToHttp().getResponse<Reply>());
      case 'ws':
        return this.#acknowledge(error, host.getArgs<unknown[]>());
      case 'rpc':
        // The gRPC server maps and logs it.
        return throwError(() => error);
    }
  }

  #answer(error: unknown, reply: Reply): void {
    const { problem, headers, view } = toProblem(error);
    const { requestId } = callContext();
    if (view.unexpected)
      this.runtime.log.error({ err: error, requestId }, 'A request failed unexpectedly');
    if (reply.sent) return;
    reply.status(problem.status).headers(headers).send(problemBody(problem));
  }

  #acknowledge(error: unknown, args: readonly unknown[]): void {
    const { code, message, unexpected } = viewError(error);
    if (unexpected) this.runtime.log.error({ err: error }, 'A live message failed unexpectedly');
    const ack = args.find((arg) => typeof arg === 'function');
    ack?.({ ok: false, code, message });
  }
}
