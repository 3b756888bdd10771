import type { OpenApiDocument } from './openapi-document.js';
import type { asyncApiDocument } from './async-api-document.js';
import { html, join, prose, type Html } from './html.js';

type AsyncApi = ReturnType<typeof asyncApiDocument>;

/** Both contracts on one page that needs no script. */
export function docsPage(openApi: OpenApiDocument, asyncApi: AsyncApi): string {
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
          <h2>REST</h2>
          ${join(Object.entries(openApi.paths), ([path, item]) => pathSection(path, item))}
          <h2>Schemas</h2>
          ${join(Object.entries(openApi.components.schemas), ([name, schema]) =>
            schemaSection(name, schema),
          )}
          <h2>Live updates and events</h2>
          <p>${prose(asyncApi.info.description)}</p>
          ${join(Object.entries(asyncApi.channels), ([name, channel]) =>
            channelSection(name, channel, asyncApi.components.messages),
          )}
        </main>
      </body>
    </html> `.text;
}

function pathSection(path: string, item: OpenApiDocument['paths'][string]): Html {
  return join(
    Object.entries(item),
    ([method, { summary, description, responses, operationId }]) => html`
      <section id="${operationId}">
        <h3><code>${method.toUpperCase()} ${path}</code> ${summary}</h3>
        ${description ? html`<p>${prose(description)}</p>` : ''}
        <table>
          ${join(
            Object.entries(responses),
            ([status, response]) =>
              html`<tr>
                <th scope="row">${status}</th>
                <td>${prose(response.description)}</td>
              </tr>`,
          )}
        </table>
      </section>
    `,
  );
}

function schemaSection(name: string, schema: object): Html {
  return html`<details>
    <summary><code>${name}</code></summary>
    <pre>${JSON.stringify(schema, null, 2)}</pre>
  </details>`;
}

function channelSection(
  name: string,
  channel: AsyncApi['channels'][string],
  messages: AsyncApi['components']['messages'],
): Html {
  const all = messages as Readonly<Record<string, object>>;
  return html`<section id="channel-${name}">
    <h3><code>${channel.address}</code></h3>
    <p>${prose(channel.description)}</p>
    ${join(Object.keys(channel.messages), (message) => schemaSection(message, all[message] ?? {}))}
  </section>`;
}
