/**
 * The first line that a page shows and a terminal did not print; undefined when all came, each once. Figures, ids, widths
 * of columns and the order of rows may be others; `…` stands for any text.
 */
export function missingLine(shown: string, printed: string): string | undefined {
  const lines = printed.split('\n').map(plain);
  for (const line of shown.split('\n')) {
    const wanted = plain(line);
    if (wanted === '' || wanted === '…') continue;
    const pattern = new RegExp(`^${wanted.split('…').map(escape).join('.*')}$`);
    const found = lines.findIndex((one) => pattern.test(one));
    if (found < 0) return line;
    lines.splice(found, 1);
  }
  return undefined;
}

const plain = (line: string) =>
  line
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}(-[0-9a-f]+)*\b|\d+([.,:]\d+)*/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

export interface Step {
  readonly command: string;
  /** What the page says that it prints. */
  readonly shown: string;
}

/** Of a block that shows what commands print: each with its part. */
export function stepsOf(text: string): readonly Step[] {
  const [, ...parts] = `\n${text}`.split(/\n\$ /);
  return parts.map((part) => {
    const lines = part.split('\n');
    const more = lines.findIndex((line) => !line.endsWith('\\'));
    return {
      command: lines.slice(0, more + 1).join('\n'),
      shown: lines.slice(more + 1).join('\n'),
    };
  });
}
