import { Controller, Get, Header, Inject } from '@nestjs/common';
import { CONFIG, Public } from '@mesh/service-kit';
import type { Config } from '../../config.js';
import { asyncApiDocument } from './async-api-document.js';
import { docsPage } from './docs-page.js';
import { docsStyle } from './docs-style.js';
import { openApiDocument } from './openapi-document.js';

/** The contracts, for programs and for people. */
@Controller()
@Public()
export class DocsHttpController {
  readonly #openApi: string;
  readonly #asyncApi: string;
  readonly #page: string;

  constructor(@Inject(CONFIG) config: Config) {
    const openApi = openApiDocument({ devToken: config.AUTH_DEV_KEY_FILE !== undefined });
    const asyncApi = asyncApiDocument();
    this.#openApi = JSON.stringify(openApi);
    this.#asyncApi = JSON.stringify(asyncApi);
    this.#page = docsPage(openApi, asyncApi);
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
  page(): string {
    return this.#page;
  }

  @Get('docs/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return docsStyle;
  }
}
