import { errorCatalog } from '@mesh/contracts/errors';
import type { asyncApiDocument } from './async-api-document.js';
import { channelSection } from './channel-section.js';
import { callsOf, type Values } from './curl.js';
import { entry, fieldsList } from './fields-list.js';
import type { ApiPart } from './api-part.js';
import { firstCalls } from './first-calls.js';
import { html, join, pre, prose, type Html } from './html.js';
import type { JsonSchema } from './json-schema.js';
import type { OpenApiDocument } from './openapi-document.js';
import { operationSection, route } from './operation-section.js';

const errors = Object.entries(errorCatalog).sort(([, one], [, other]) => one.http - other.http);

type AsyncApi = ReturnType<typeof asyncApiDocument>;

export interface DocsPageOptions {
  readonly openApi: OpenApiDocument;
  readonly asyncApi: AsyncApi;
  /** Whose first calls are shown. */
  readonly parts: readonly ApiPart[];
  /** Names of the services that are also served over Connect and gRPC-Web. */
  readonly rpc: readonly string[];
  /** The address that its commands call, without a slash at the end. */
  readonly base: string;
}

/** Both contracts on one page that needs no script. */
export function docsPage({ openApi, asyncApi, parts, rpc, base }: DocsPageOptions): string {
  const shell = Object.assign({}, ...parts.map((part) => part.shell)) as Values;
  const kept = Object.values(shell).map((variable) => String(variable).replace('$', ''));
  const calls = callsOf(openApi);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${openApi.info.title}: interfaces</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <main>
          <h1>${openApi.info.title}: interfaces</h1>
          <p>${prose(openApi.info.description)}</p>
          <p>
            For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1) and
            <a href="/asyncapi.json">/asyncapi.json</a> (AsyncAPI 3).
          </p>
          <nav>
            <ul>
              <li><a href="#first-calls">First calls with curl</a></li>
              ${join(
                calls,
                (call) =>
                  html`<li><a href="#${call.operation.operationId}">${route(call)}</a></li>`,
              )}
              <li><a href="#schemas">Schemas</a></li>
              <li><a href="#errors">Errors</a></li>
              <li><a href="#live">Live updates and events</a></li>
            </ul>
          </nav>
          <h2 id="first-calls">First calls with curl</h2>
          <ol>
            ${join(
              firstCalls(openApi, parts, base),
              ({ title, commands }) => html`<li>${title}${pre(commands)}</li>`,
            )}
          </ol>
          <h2 id="rest">REST</h2>
          <p>
            The examples go on in the same shell: <code>BASE</code> is this server,
            <code>TOKEN</code> a token and <code>OPERATOR</code> the token of an
            operator${join(kept, (name) => html`; <code>${name}</code> is what they kept above`)}.
          </p>
          ${join(
            rpc,
            (service) =>
              html`<p>
                <code>${service}</code> is also served over Connect and gRPC-Web, at
                <code>/${service}/</code> and the name of the method.
              </p>`,
          )}
          ${join(calls, (call) => operationSection(call, openApi, shell))}
          <h2 id="schemas">Schemas</h2>
          ${join(Object.entries(openApi.components.schemas), schemaSection)}
          <h2 id="errors">Errors</h2>
          <p>
            What went wrong is in the field <code>code</code> of a
            <a href="#schema-Problem"><code>Problem</code></a
            >.
          </p>
          <dl>${join(errors, errorEntry)}</dl>
          <h2 id="live">Live updates and events</h2>
          <p>${prose(asyncApi.info.description)}</p>
          ${join(Object.entries(asyncApi.channels).reverse(), ([name, channel]) =>
            channelSection(name, channel, asyncApi.components.messages),
          )}
        </main>
      </body>
    </html> `.text;
}

function schemaSection([name, schema]: [string, JsonSchema]): Html {
  return html`<section id="schema-${name}">
    <h3><code>${name}</code></h3>
    ${fieldsList(schema, { nested: true })}
  </section>`;
}

function errorEntry([code, { http, title }]: [string, { http: number; title: string }]): Html {
  return html`<div id="error-${code}">${entry(code, String(http), html`${title}`)}</div>`;
}
