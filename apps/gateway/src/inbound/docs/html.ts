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

/** Text in which `…` marks code. */
export function prose(text: string): Html {
  const parts = text.split('`');
  return new Html(
    parts
      .map((part, index) => (index % 2 === 1 ? `<code>${escape(part)}</code>` : escape(part)))
      .join(''),
  );
}

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
