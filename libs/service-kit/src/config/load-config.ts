import type { z } from 'zod';
import { checkRules, isSecret, maskUrl, show, type ConfigFault } from './rules.js';

/** EX_CONFIG of sysexits(3). */
export const configExitCode = 78;

type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault of the environment at once. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(
    readonly service: string,
    readonly faults: readonly ConfigFault[],
  ) {
    const lines = faults.map(
      ({ variable, expected, received }) =>
        `  ${variable}: expected ${expected}; received ${received}`,
    );
    super(`The configuration of ${service} is not valid:\n${lines.join('\n')}`);
    this.name = new.target.name;
  }
}

/**
 * The environment as the schema sees it. An empty variable counts as absent.
 * @throws ConfigError naming every variable that is wrong
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  service = 'this service',
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => toFault(issue, present))),
    ...checkRules(Object.keys(schema.shape), present),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigError(service, byVariable(faults));
  return parsed.data;
}

/** The resolved config as it may be printed: no credential in it. */
export function maskConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, mask(name, value)]),
  );
}

/** What of the resolved config must be in no log line: secrets, and passwords of URLs. */
export function secretsOf(config: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    if (isSecret(name)) return [value];
    const { password } = URL.parse(value) ?? {};
    return password ? [password, decodeURIComponent(password)] : [];
  });
}

function mask(name: string, value: unknown): unknown {
  if (isSecret(name) && value !== undefined) return '***';
  return typeof value === 'string' ? maskUrl(value) : value;
}

function toFault(issue: z.core.$ZodIssue, env: Environment): ConfigFault {
  const variable = String(issue.path[0] ?? '');
  return { variable, expected: expectation(issue), received: show(variable, env[variable]) };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return `a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `${typeof issue.minimum === 'number' && issue.origin !== 'string' ? 'at least' : 'a length of at least'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.origin !== 'string' ? 'at most' : 'a length of at most'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** One fault a variable: the first says most. */
function byVariable(faults: readonly ConfigFault[]): ConfigFault[] {
  const first = new Map<string, ConfigFault>();
  for (const fault of faults) if (!first.has(fault.variable)) first.set(fault.variable, fault);
  return [...first.values()];
}
