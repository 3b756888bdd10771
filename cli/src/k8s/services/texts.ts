/** Files by their path from the root. */
export type Texts = readonly (readonly [path: string, text: string])[];

/** With which every file begins that is made of the services alone. */
export const madeHead =
  '# For each service, from apps/*/service.json and libs/contracts/src/participants,';

const head = `${madeHead}\n# by \`npm run mesh -- manifests write\`; change those.\n`;

export function withHead(texts: Texts): Texts {
  return texts.map(([path, text]) => [
    path,
    (path.endsWith('.sql') ? head.replaceAll('# ', '-- ') : head) + text,
  ]);
}
