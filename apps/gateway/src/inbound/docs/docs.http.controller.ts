import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { CONFIG, Public } from '@mesh/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.js';
import { topicsOf, type Feature } from '../../feature.js';
import { FEATURES } from '../../gateway.tokens.js';
import { asyncApiDocument } from './async-api-document.js';
import { baseUrl } from './base-url.js';
import { docsPage } from './docs-page.js';
import { docsStyle } from './docs-style.js';
import { openApiDocument, optionsOf } from './openapi-document.js';

/** The contracts, for programs and for people. */
@Controller()
@Public()
export class DocsHttpController {
  readonly #openApi: string;
  readonly #asyncApi: string;
  readonly #page: (base: string) => string;

  constructor(@Inject(CONFIG) config: Config, @Inject(FEATURES) features: readonly Feature[]) {
    const parts = features.flatMap(({ api }) => api ?? []);
    const rpc = features.flatMap((feature) => feature.rpc?.service.typeName ?? []);
    const openApi = openApiDocument(parts, optionsOf(config));
    const asyncApi = asyncApiDocument(topicsOf(features));
    this.#openApi = JSON.stringify(openApi);
    this.#asyncApi = JSON.stringify(asyncApi);
    this.#page = (base) => docsPage({ openApi, asyncApi, parts, rpc, base });
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json')
  openApi(): string {
    return this.#openApi;
  }

  @Get('asyncapi.json')
  @Header('content-type', 'application/json')
  asyncApi(): string {
    return this.#asyncApi;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  page(@Req() request: FastifyRequest): string {
    return this.#page(baseUrl(request));
  }

  @Get('docs/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return docsStyle;
  }
}
