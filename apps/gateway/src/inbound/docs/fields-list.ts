import { html, join, prose, type Html } from './html.js';
import { alternatives, fieldsOf, type Field, type JsonSchema } from './json-schema.js';
import { wordsOf } from './schema-words.js';

/** What a schema asks for, field by field; each of its alternatives in a list of its own. */
export function fieldsList(schema: JsonSchema, options: { readonly nested: boolean }): Html {
  const shown = ({ path }: Field) => options.nested || !/[.[]/.test(path);
  return join(
    alternatives(schema),
    (alternative) => html`<dl>${join(fieldsOf(alternative).filter(shown), field)}</dl>`,
  );
}

function field({ path, required, schema }: Field): Html {
  return entry(path, required ? '' : 'optional', wordsOf(schema), schema.description);
}

/** One entry of a list: its name, a remark, what it must be, and what it is for. */
export function entry(name: string, remark: string, words: Html, description = ''): Html {
  return html`<dt><code>${name}</code>${remark ? html` <small>${remark}</small>` : ''}</dt>
    <dd>${words}${description ? html`. ${prose(description)}` : ''}</dd>`;
}
