import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Projects whose compiler options are the same, so that one program can check them all. */
interface Group {
  readonly options: ts.CompilerOptions;
  readonly files: Set<string>;
}

/**
 * What tsc says of all projects with a target `typecheck`, as one text; empty when that is nothing. Projects of the
 * same options are one program, for what they share is read and checked once: a third of the time of a tsc each.
 *
 * @throws Error when there is no such project, or a tsconfig.json is not there or not of its form
 */
export function typeErrors(workspace: string): string {
  const host = {
    getCurrentDirectory: () => workspace,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => '\n',
  };
  const found = groupsIn(workspace).flatMap(({ options, files }) => [
    ...ts.getPreEmitDiagnostics(ts.createProgram([...files], options)),
  ]);
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(found), host).trimEnd();
}

function groupsIn(workspace: string): readonly Group[] {
  const configs = globSync('{*,*/*}/project.json', { cwd: workspace })
    .filter((file) => 'typecheck' in targetsOf(join(workspace, file)))
    .map((file) => join(workspace, dirname(file), 'tsconfig.json'));
  if (configs.length === 0) throw new Error(`No project of ${workspace} has a target typecheck`);
  const groups = new Map<string, Group>();
  for (const config of configs.sort()) {
    const { options, fileNames } = read(config);
    const key = JSON.stringify({ ...options, configFilePath: undefined });
    const group = groups.get(key) ?? { options, files: new Set() };
    for (const file of fileNames) group.files.add(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function targetsOf(projectFile: string): object {
  const { targets = {} } = JSON.parse(readFileSync(projectFile, 'utf8')) as { targets?: object };
  return targets;
}

function read(config: string): ts.ParsedCommandLine {
  const refuse = ({ messageText }: ts.Diagnostic): never => {
    throw new Error(`${config}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: refuse };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
  if (parsed === undefined) throw new Error(`${config} can't be read`);
  for (const error of parsed.errors) refuse(error);
  return parsed;
}
