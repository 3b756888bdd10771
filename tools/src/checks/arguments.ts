import type { Stage } from './all-checks.js';

export interface Arguments {
  /** None: all of them. */
  readonly stage: string | undefined;
  readonly filters: readonly string[];
  readonly help: boolean;
  /** What can't be understood, in a sentence. */
  readonly wrong: string | undefined;
}

/** What is asked of `npm test`. */
export function readArguments(args: readonly string[], stages: readonly Stage[]): Arguments {
  const [stage, ...filters] = args;
  const help = args.includes('--help') || args.includes('-h');
  const option = args.find((arg) => arg.startsWith('-'));
  const known = stages.find(({ name }) => name === stage);
  const wrong = () => {
    if (option) return `There is no option ${option}.`;
    if (stage && !known) return `There is no stage "${stage}".`;
    if (known?.whole && filters.length > 0) return `${stage} takes no filter: it is one whole.`;
    return undefined;
  };
  return { stage, filters, help, wrong: help ? undefined : wrong() };
}
