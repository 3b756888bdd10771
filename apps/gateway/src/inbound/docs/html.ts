/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number;

/** HTML from a template; what is put in is escaped unless it is {@link Html} itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + render(parts[index] ?? '')).join(''));
}

export function join<Item>(items: readonly Item[], each: (item: Item) => Html): Html {
  return new Html(items.map((item) => each(item).text).join(''));
}

/** Text in which `…` marks code; what `link` knows a target of, leads there. */
export function prose(text: string, link: (code: string) => string | undefined = nowhere): Html {
  const parts = text.split('`').map((part, index) => {
    if (index % 2 === 0) return html`${part}`;
    const target = link(part);
    const code = html`<code>${part}</code>`;
    return target === undefined ? code : html`<a href="${target}">${code}</a>`;
  });
  return join(parts, (part) => part);
}

/** Text as it is, with its line breaks. */
export function pre(text: string): Html {
  return html`<pre>${text}</pre>`;
}

function nowhere(): undefined {}

function render(part: Part): string {
  return part instanceof Html ? part.text : escape(String(part));
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
