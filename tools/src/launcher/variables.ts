export type Environment = Readonly<Record<string, string>>;

/** Of those that the person has not set. */
export function unset(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !process.env[name]));
}

/** With the folder of the mesh in the place of {folder}. */
export function inFolder(text: string, dir: string): string {
  return text.replaceAll('{folder}', dir);
}
