import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { common } from '@mesh/tools/bundle';
import { root } from '@mesh/tools/root';
import { rolldown, type InputOptions } from 'rolldown';

type Named = Readonly<Record<string, unknown>>;

/** What the gateway serves at /openapi.json and /asyncapi.json, as far as it is looked at. */
export interface Documents {
  readonly openApi: {
    readonly paths: Readonly<Record<string, Named>>;
    readonly components: { readonly schemas: Named };
  };
  readonly asyncApi: {
    readonly channels: Named;
    readonly components: { readonly messages: Named };
  };
}

/** Made by the gateway's own code, bundled: nobody outside of an app imports it. */
export async function readDocuments(): Promise<Documents> {
  const build = await rolldown({
    ...(common as InputOptions),
    input: join(root, 'apps/gateway/src/inbound/docs/testing/page.ts'),
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const folder = join(root, 'dist/docs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `contract-${process.pid}.js`);
  writeFileSync(file, output[0].code);
  try {
    const { docsOf } = (await import(pathToFileURL(file).href)) as { docsOf(): Documents };
    return docsOf();
  } finally {
    rmSync(file);
  }
}
