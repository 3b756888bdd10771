import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { findCommand } from '@mesh/tools/servers/find-command';
import { makeLocalSecrets } from '@mesh/tools/k8s/local-secrets';
import { root } from '@mesh/tools/root';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from './manifest.js';
import { serviceNames } from './service-code.js';

/** Why manifests can't be rendered here, or null. */
export function missingForKubectl(): string | null {
  return findCommand('kubectl') === null ? 'kubectl is not installed' : null;
}

/** A copy of k8s/ with secrets in it, to render and to spoil. */
export class ManifestTree {
  readonly folder = mkdtempSync(join(tmpdir(), 'mesh-k8s-'));

  constructor() {
    const skipped = /\/(checks|schemas)$|\/overlays\/\w+\/[\w-]+\/[^/]*(\.env|cursor-secret)$/;
    cpSync(join(root, 'k8s'), this.folder, {
      recursive: true,
      filter: (path) => !skipped.test(path) && !path.endsWith('/overlays/local/secrets'),
    });
    makeLocalSecrets(join(this.folder, 'overlays/local'));
    for (const name of ['secrets', 'servers-elsewhere'])
      fillIn(join(this.folder, 'overlays/production', name));
  }

  /** @throws Error with what kubectl says of a folder that it can't render */
  async render(path: string): Promise<Manifest[]> {
    const folder = join(this.folder, path);
    const { code, output } = await runProgram('kubectl', ['kustomize', folder]);
    if (code !== 0) throw new Error(`${path} can not be rendered: ${output.trim()}`);
    return parseAllDocuments(output)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
  }

  /** Makes an overlay of what production has, with these components alone. @returns its path */
  addOverlay(path: string, components: readonly string[]): string {
    const folder = join(this.folder, path);
    mkdirSync(folder, { recursive: true });
    const text = readFileSync(join(this.folder, 'overlays/production/kustomization.yaml'), 'utf8');
    const production = parse(text) as Record<string, unknown>;
    const given = ['secrets', 'servers-elsewhere'].map(
      (name) => `../../overlays/production/${name}`,
    );
    const own = ['../../release', ...given, ...components];
    const scaled = components.some((one) => one.endsWith('/autoscaling'));
    const replicas = scaled
      ? production['replicas']
      : serviceNames.map((name) => ({ name, count: 2 }));
    // Brokers are elsewhere, unless a component says otherwise.
    const settings = readFileSync(join(this.folder, 'overlays/production/mesh.env'), 'utf8');
    writeFileSync(
      join(folder, 'mesh.env'),
      settings.replace(/^KAFKA_BROKERS=.*$/m, 'KAFKA_BROKERS=kafka.example:9093'),
    );
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      stringify({ ...production, replicas, components: own }),
    );
    return path;
  }

  /** Of k8s/components, those that an overlay takes. */
  componentsOf(path: string): string[] {
    const text = readFileSync(join(this.folder, path, 'kustomization.yaml'), 'utf8');
    const { components = [] } = parse(text) as { readonly components?: readonly string[] };
    return components.flatMap((one) => /^\.\.\/\.\.\/components\/(.+)$/.exec(one)?.[1] ?? []);
  }

  delete(path: string): void {
    rmSync(join(this.folder, path));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const samples: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://service:sample@postgres.example:5432/service?sslmode=verify-full',
  AMQP_URL: 'amqps://service:sample@rabbitmq.example:5671',
  SMTP_URL: 'smtps://mail.example',
};

/** As somebody does who follows the examples. */
function fillIn(folder: string): void {
  for (const example of readdirSync(folder).filter((file) => file.endsWith('.env.example'))) {
    const names = readFileSync(join(folder, example), 'utf8').match(/^\w+/gm) ?? [];
    const text = names.map((name) => `${name}=${samples[name] ?? 'sample'}\n`).join('');
    writeFileSync(join(folder, example.replace(/\.example$/, '')), text);
  }
  writeFileSync(join(folder, 'cursor-secret'), 'sample'.repeat(8));
}
