import { exampleServices } from './example.js';

/** What is cut out of a file that stays. */
export interface Edit {
  readonly path: string;
  readonly cut: readonly (RegExp | readonly [RegExp, string])[];
}

const services = exampleServices.join('|');
const contracts = 'libs/contracts/src';
const importLine = new RegExp(
  String.raw`^import (?:\{ (?:${services}) \} from )?'\./(?:${services})\.js';\n`,
  'gm',
);
const entryLine = new RegExp(String.raw`^ +(?:\.\.\.)?(?:${services}),\n`, 'gm');
const imageLine = new RegExp(String.raw`^  - \{ name: [\w./-]*(?:${services}),.*\n`, 'gm');

/** Lines of the example in files of everybody. */
export const edits: readonly Edit[] = [
  ...['catalog', 'errors', 'participants', 'topology'].map((part) => ({
    path: `${contracts}/${part}/index.ts`,
    cut: [importLine, entryLine],
  })),
  {
    path: `${contracts}/participants/gateway.ts`,
    cut: [
      /^import \{ notificationsStream \}.*\n/m,
      /^ +\{\n +\.\.\.\(\{ name: 'gateway', stream: notificationsStream[\s\S]*?^ +\},\n(?= )/m,
    ],
  },
  {
    path: 'apps/gateway/src/features.ts',
    cut: [
      /^import .* from '\.\/(?:inbound\/)?(?:order|stock)[\w.]*\.js';\n/gm,
      /^ +\{ module: (?:Stock|Orders)Module,.*\n/gm,
    ],
  },
  {
    path: 'apps/gateway/src/config.ts',
    cut: [
      /^\/\*\* What (?:orders|stock) needs?\. \*\/\nconst (?:orders|stock)Config = \{\n[\s\S]*?^\};\n\n/gm,
      /\.\.\.(?:orders|stock)Config,? ?/g,
    ],
  },
  {
    path: 'apps/web/src/features.ts',
    cut: [
      /^import .* from '\.\/shop\/.*\n/gm,
      /^ +shop,\n/m,
      [/operator\(StockEditor\)/, 'operator()'],
    ],
  },
  { path: 'apps/web/src/style/page.css', cut: [/^@import ['"]\.\.\/shop\/.*\n/gm] },
  {
    path: 'package.json',
    cut: [
      /^    "(?:demo|bench|check:chaos|check:rolling|test:fuzz)": .*\n/gm,
      [/"cli",\s+"bench",\s+"chaos"/, '"cli"'],
    ],
  },
  {
    path: 'vitest.config.ts',
    cut: [
      /^const chaos = .*\n/m,
      [/,cli,chaos\}/g, ',cli}'],
      /^ {6}\{\n {8}test: \{\n {10}name: 'chaos',[\s\S]*?^ {6}\},\n/m,
      /, chaos\b(?=\))/g,
    ],
  },
  {
    path: 'tools/src/checks/all-checks.ts',
    cut: [
      /^import \{ chaosCheck \}.*\n/m,
      /^\/\*\* The whole mesh under faults[\s\S]*?\[chaosCheck\(2\)\];\n\n/m,
      /^ {2}\{\n {4}name: 'chaos',[\s\S]*?^ {2}\},\n/m,
    ],
  },
  { path: 'tools/src/test.ts', cut: [/^ {2}chaosChecks,\n/m, /, \.\.\.chaosChecks/] },
  ...['k8s/release', 'k8s/overlays/production'].map((folder) => ({
    path: `${folder}/kustomization.yaml`,
    cut: [
      imageLine,
      /^# Of the gateway and of notifications.*\nreplicas:\n(?!  - )/m,
      [
        /^# Of the gateway and of notifications the autoscalers say/m,
        '# Of the gateway the autoscaler says',
      ] as const,
    ],
  })),
  {
    path: 'k8s/components/autoscaling/kustomization.yaml',
    cut: [
      /, notifications\.yaml/,
      /\|notifications(?= \})/,
      [/leave these two out/, 'leave it out'],
    ],
  },
  {
    path: 'compose.yaml',
    cut: [new RegExp(String.raw`^  (?:${services}):\n(?: {4,}.*\n)+`, 'gm')],
  },
];
