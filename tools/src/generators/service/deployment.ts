import type { Tree } from '@nx/devkit';
import type { Names } from '../kit/names.js';
import { edit, writeTemplates } from '../kit/workspace.js';

const production = 'k8s/overlays/production/kustomization.yaml';

/** What deploys the service and is its own; what is the same for every service is made from its service.json. */
export function addDeployment(tree: Tree, { kebab }: Names, values: object): void {
  const to = `k8s/base/${kebab}`;
  writeTemplates(tree, { from: 'service/files/k8s', to, values });
  edit(tree, production, (text) => {
    const image = `  - { name: mesh/${kebab}, newName: registry.example/mesh/${kebab} }`;
    const replicas = `  - { name: ${kebab}, count: 2 }`;
    return addLine(addLine(text, 'images', image), 'replicas', replicas);
  });
  edit(tree, 'k8s/release/kustomization.yaml', (text) => {
    const [, tag = '0.1.0'] = /newTag: ([\w.-]+)/.exec(text) ?? [];
    return addLine(text, 'images', `  - { name: mesh/${kebab}, newTag: ${tag} }`);
  });
  edit(tree, 'compose.yaml', (text) => addToCompose(text, kebab));
}

/** Adds a line at the end of a list at the top of a YAML file. */
function addLine(text: string, list: string, line: string): string {
  if (text.includes(line)) return text;
  const found = new RegExp(String.raw`^${list}:\n(?:  .*\n)*`, 'm').exec(text);
  if (!found) return `${text.trimEnd()}\n${list}:\n${line}\n`;
  const end = found.index + found[0].length;
  return `${text.slice(0, end)}${line}\n${text.slice(end)}`;
}

/** In front of the gateway, which comes last of the services. */
function addToCompose(text: string, kebab: string): string {
  if (text.includes(`\n  ${kebab}:\n`)) return text;
  const service = `  ${kebab}:
    <<: *service
    image: mesh/${kebab}
    build: { context: ., args: { SERVICE: ${kebab} } }
    volumes: ['keys:/keys:ro']
    environment:
      <<: *environment
      # made for ${kebab} by \`npm run mesh -- manifests write\`
      # end of what is made for ${kebab}
`;
  return text.replace('\n  gateway:\n', `\n${service}  gateway:\n`);
}
