import { topicsOf } from '../../../feature.js';
import { features } from '../../../features.js';
import { asyncApiDocument } from '../async-api-document.js';
import { docsPage } from '../docs-page.js';
import { openApiDocument, type OpenApiDocument } from '../openapi-document.js';

/** The documents of what this gateway serves, and their page. */
export function docsOf({ devToken = true } = {}) {
  const parts = features.flatMap(({ api }) => api ?? []);
  const rpc = features.flatMap((feature) => feature.rpc?.service.typeName ?? []);
  const openApi = openApiDocument(parts, { devToken });
  const asyncApi = asyncApiDocument(topicsOf(features));
  const show = (document: OpenApiDocument, base: string) =>
    docsPage({ openApi: document, asyncApi, parts, rpc, base });
  return { page: show(openApi, 'http://mesh.example'), openApi, asyncApi, show };
}

/** The text of the section with this id, as a reader sees it. */
export function textOf(page: string, id: string): string {
  const section = page.split(`<section id="${id}">`)[1]!.split('</section>')[0]!;
  return section
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ');
}
