import { stringify } from 'yaml';

/** An object of Kubernetes as it is written into a file. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
  readonly data?: Readonly<Record<string, string>>;
}

/** A file below k8s/ that is made from code, with what it is made from told at its head. */
export interface GeneratedFile {
  readonly path: string;
  readonly madeFrom: string;
  readonly manifests: readonly Manifest[];
}

/** The file's text. */
export function textOf({ madeFrom, manifests }: GeneratedFile): string {
  const head = `# Made from ${madeFrom}\n# by \`npm run mesh -- manifests write\`; change those.\n`;
  const options = { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false };
  return head + manifests.map((manifest) => stringify(manifest, options)).join('---\n');
}
