import { edgeOf, type Service } from '../services/index.js';

/** The rules that name services, with those that there are. */
export function rulesOf(text: string, services: readonly Service[]): string {
  const names = services.map(({ name }) => name);
  const absent = names.map((name) => `absent(up{job="${name}"})`);
  return text
    .replaceAll(/job=~"[^"]*"/g, `job=~"${names.join('|')}"`)
    .replaceAll(
      /^( *)absent\(up\{job="[^"]*"\}\)(\n *or absent\(up\{job="[^"]*"\}\))*$/gm,
      (_, indent: string) => `${indent}${absent.join(`\n${indent}  or `)}`,
    );
}

/** What holds the rule of missing services, for those that there are. */
export function missingTest(services: readonly Service[]): string {
  const edge = edgeOf(services).name;
  const others = services.filter(({ name }) => name !== edge);
  const up = (name: string, values: string) =>
    `      - { series: 'up{job="${name}", instance="a"}', values: ${values} }\n`;
  const there = others.map(({ name }) => up(name, '1x30')).join('');
  return `# Made from apps/*/service.json by \`npm run generate\`; do not edit.
rule_files: [../rules/services.yaml]
evaluation_interval: 1m

tests:
  - name: One service is not known, and something that is not ours is
    interval: 1m
    input_series:
${there}${up('somebody-else', '0x30')}    alert_rule_test:
      - { eval_time: 4m, alertname: MeshServiceMissing }
      - eval_time: 10m
        alertname: MeshServiceMissing
        exp_alerts:
          - exp_labels: { severity: page, job: ${edge} }
            exp_annotations:
              summary: Prometheus knows no instance of ${edge}
              runbook: docs/runbooks/MeshServiceMissing.md

  - name: All are there, also those that do not answer
    interval: 1m
    input_series:
${there}${up(edge, '0x30')}    alert_rule_test:
      - { eval_time: 10m, alertname: MeshServiceMissing }
`;
}
