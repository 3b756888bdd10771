export type Environment = Readonly<Record<string, string | undefined>>;

/** A rule over several variables. */
export interface Rule {
  /** Holds for schemas that have this variable. */
  readonly variable: string;
  /** What is expected of the variable when it is not so. */
  check(env: Environment): string | undefined;
}

export const production = (env: Environment) => env['NODE_ENV'] === 'production';
