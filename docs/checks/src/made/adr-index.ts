import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** docs/adr/README.md, before prettier: every decision with its title and state. */
export function adrIndex(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name));
  const rows = files.sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, title = ''] = /^# \d{4}: (.*)$/m.exec(text) ?? [];
    if (title === '')
      throw new Error(`docs/adr/${name} does not begin with "# ${name.slice(0, 4)}: title"`);
    const [, state = 'accepted'] = /[Ss]tatus: (.*?)\.?$/m.exec(text) ?? [];
    return `| [${name.slice(0, 4)}](${name}) | ${title.replaceAll('|', String.raw`\|`)} | ${state} |`;
  });
  return `# Decisions

Made by \`npm run generate -- docs\`; do not edit. One page a decision: why, what it costs, what was rejected. A new one is for each
guarantee of a broker, each change of the envelope, each new dependency or lib, and whatever else somebody would ask about.

| Number | Decision | State |
| ------ | -------- | ----- |
${rows.join('\n')}
`;
}
