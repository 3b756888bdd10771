import { errorCatalog } from '@mesh/contracts/errors';
import { callOf, curl, type Call, type Values } from './curl.js';
import { entry } from './fields-list.js';
import { only } from './first-calls.js';
import { html, join, pre, prose, type Html } from './html.js';
import type { OpenApiDocument } from './openapi-document.js';
import type { Operation, Parameter, Response } from './openapi-parts.js';
import { schemaLink, wordsOf } from './schema-words.js';

/** Everything that a caller of an operation has to know. */
export function operationSection(call: Call, document: OpenApiDocument, shell: Values): Html {
  const { summary, description, parameters = [], responses, operationId } = call.operation;
  return html`
    <section id="${operationId}">
      <h3>${route(call)} <span>${summary}</span></h3>
      ${description ? html`<p>${prose(description)}</p>` : ''}
      <h4>Authorization</h4>
      ${authorization(call.operation, document)}
      ${parameters.length > 0 ? html`<h4>Parameters</h4>` : ''} ${list(parameters, parameter)}
      ${requestBody(call.operation)}
      <h4>Responses</h4>
      ${list(Object.entries(responses), ([status, one]) => response(status, one))}
      <h4>Example</h4>
      ${example(call, document, shell)} ${answer(responses)}
    </section>
  `;
}

/** `shell`: what the first calls have left in it. */
function example(call: Call, document: OpenApiDocument, shell: Values): Html {
  if (!call.path.endsWith('/dead-letters/{id}')) return pre(curl(call, shell));
  const first = curl(callOf(document, 'listDeadLetters'), { limit: 1 });
  const letter = `LETTER=$(${first} \\\n  | ${only('id')})`;
  return html`<p>There has to be a dead letter: without one, the answer is 404.</p>
    ${pre(`${letter}\n${curl(call, { id: '$LETTER' })}`)}`;
}

export function route({ method, path }: Call): Html {
  return html`<code>${method.toUpperCase()} ${path}</code>`;
}

function authorization({ security }: Operation, { components, paths }: OpenApiDocument): Html {
  if (security.length === 0) return html`<p>None: anybody may call it.</p>`;
  const schemes = security.flatMap((one) =>
    Object.keys(one).flatMap((name) => components.securitySchemes[name] ?? []),
  );
  const source = paths['/dev/token']
    ? html`Development tokens come from <a href="#devToken"><code>POST /dev/token</code></a
        >.`
    : html`Tokens come from the issuer that this server trusts.`;
  return join(
    schemes,
    ({ bearerFormat, description }) =>
      html`<p>
        <code>Authorization: Bearer &lt;token&gt;</code>, a ${bearerFormat}: ${prose(description)}
        ${source}
      </p>`,
  );
}

function parameter({ name, in: place, required, schema, description }: Parameter): Html {
  const remark = `${place}, ${required ? 'required' : 'optional'}`;
  return entry(name, remark, wordsOf(schema), description);
}

function requestBody({ requestBody }: Operation): Html {
  if (!requestBody) return html``;
  const contents = Object.entries(requestBody.content);
  return join(
    contents,
    ([type, { schema, example }]) =>
      html`<h4>Body</h4>
        <p>
          ${schemaLink(schema)} as <code>${type}</code>,
          ${requestBody.required ? 'required' : 'optional'}
        </p>
        ${pre(JSON.stringify(example, null, 2))}`,
  );
}

function response(status: string, { description, content = {}, headers = {} }: Response): Html {
  const schemas = join(Object.values(content), ({ schema }) => html` ${schemaLink(schema)}`);
  return html`<dt><b>${status}</b>${schemas}</dt>
    <dd>
      ${prose(description, errorTarget)}
      ${join(
        Object.entries(headers),
        ([name, header]) => html`<br /><code>${name}</code>: ${header.description}`,
      )}
    </dd>`;
}

function answer(responses: Operation['responses']): Html {
  const [status, first] = Object.entries(responses)[0]!;
  const example = first.content?.['application/json']?.example;
  return html`<p>answers ${status} with</p>
    ${pre(JSON.stringify(example, null, 2))}`;
}

/** Where the page tells what an error code means. */
function errorTarget(code: string): string | undefined {
  return code in errorCatalog ? `#error-${code}` : undefined;
}

function list<Item>(items: readonly Item[], each: (item: Item) => Html): Html {
  return items.length === 0 ? html`` : html`<dl>${join(items, each)}</dl>`;
}
