import type { Tree } from '@nx/devkit';
import { addImport, addToObject } from './edit-typescript.js';
import type { Service } from './services.js';
import { edit } from './workspace.js';

const folder = 'libs/contracts/src/errors';

/** Adds codes to the errors of a service, with what each looks like: `{ grpc: 'NOT_FOUND', … }`. */
export function ensureErrors(
  tree: Tree,
  { kebab, camel }: Pick<Service, 'kebab' | 'camel'>,
  looks: Readonly<Record<string, string>>,
): void {
  const path = `${folder}/${kebab}.ts`;
  if (!tree.exists(path)) {
    tree.write(
      path,
      `import type { ErrorLook } from './error-look.js';

export const ${camel} = {} as const satisfies Readonly<Record<string, ErrorLook>>;
`,
    );
  }
  edit(tree, path, (text) =>
    Object.entries(looks).reduce(
      (sum, [code, look]) => addToObject(sum, camel, `${code}: ${look}`),
      text,
    ),
  );
  edit(tree, `${folder}/index.ts`, (text) =>
    addToObject(addImport(text, `./${kebab}.js`, camel), 'errorCatalog', `...${camel}`),
  );
}
