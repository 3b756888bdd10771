import type { AsyncApiChannel } from './async-api-document.js';
import { fieldsList } from './fields-list.js';
import { html, join, pre, prose, type Html } from './html.js';
import type { JsonSchema } from './json-schema.js';

export interface Message {
  readonly name: string;
  readonly summary?: string;
  readonly payload: JsonSchema;
  readonly examples?: readonly { readonly payload: unknown }[];
}

/** A channel with its messages: in full where they are JSON, by name where they are Protobuf. */
export function channelSection(
  name: string,
  channel: AsyncApiChannel,
  messages: Readonly<Record<string, Message>>,
): Html {
  const its = Object.keys(channel.messages).flatMap((message) => messages[message] ?? []);
  const inFull = its.filter(({ examples }) => examples);
  const byName = its.filter(({ examples }) => !examples);
  return html`<section id="channel-${name}">
    <h3><code>${channel.address}</code></h3>
    <p>${prose(channel.description)}</p>
    ${
      byName.length > 0
        ? html`<ul>
            ${join(byName, (message) => html`<li><code>${message.name}</code></li>`)}
          </ul>`
        : ''
    }
    ${join(inFull, messageSection)}
  </section>`;
}

function messageSection({ name, summary = '', payload, examples = [] }: Message): Html {
  return html`<section id="message-${name}">
    <h4><code>${name}</code> ${summary}</h4>
    ${payload.description ? html`<p>${prose(payload.description)}</p>` : ''}
    ${fieldsList(payload, { nested: false })}
    ${join(examples, (example) => pre(JSON.stringify(example.payload, null, 2)))}
  </section>`;
}
