import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { AppError, CONFIG, Public, ValidBody } from '@mesh/service-kit';
import type { Config } from '../config.js';
import { RecordedTraces, type TraceView } from '../outbound/recorded-traces.js';
import { bounded } from './bounded-schema.js';
import { reportedSpan, traceIdParam, type ReportedSpan } from './dev-trace-schema.js';

const notKept =
  'Traces are not kept here: they go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, or nowhere without one';

/** The traces that the launcher keeps, for the page to draw, in development only; elsewhere there is nothing here. */
@Controller('dev/traces')
@Public()
export class DevTracesHttpController {
  readonly #traces: RecordedTraces | undefined;

  constructor(@Inject(CONFIG) { MESH_TRACES_URL: url }: Config) {
    this.#traces = url === undefined ? undefined : new RecordedTraces(url);
  }

  @Get(':traceId')
  async read(@Param('traceId') traceId: string): Promise<TraceView> {
    const traces = this.#kept();
    if (!traceIdParam.safeParse(traceId).success)
      throw new AppError('VALIDATION_FAILED', 'A trace id is 32 lower-case hex digits, not all 0');
    const trace = await traces.find(traceId);
    if (trace === undefined)
      throw new AppError('NOT_FOUND', `Nothing of the trace ${traceId} is known (any more)`);
    return trace;
  }

  /** What the page itself saw of a trace, such as that it has painted. */
  @Post()
  @HttpCode(204)
  async report(@ValidBody(bounded(reportedSpan)) span: ReportedSpan): Promise<void> {
    await this.#kept().add(span);
  }

  #kept(): RecordedTraces {
    if (this.#traces === undefined) throw new AppError('NOT_FOUND', notKept);
    return this.#traces;
  }
}
