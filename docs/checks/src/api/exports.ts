import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { isGenerated } from './entries.js';

/** Something that a lib offers by a name, with all its declarations (several for a function of several signatures). */
export interface Exported {
  readonly name: string;
  /** Where it is declared, from the root. */
  readonly path: string;
  readonly declarations: readonly Declaration[];
}

export type Declaration =
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.FunctionDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableDeclaration;

/** Reads a module of the project by its path from the root. */
export type ReadModule = (path: string) => ts.SourceFile;

/** Modules below a folder, each read once. */
export function modulesIn(folder: string): ReadModule {
  const read = new Map<string, ts.SourceFile>();
  return (path) => {
    const known = read.get(path);
    if (known) return known;
    const source = readFileSync(join(folder, path), 'utf8');
    const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
    read.set(path, file);
    return file;
  };
}

/**
 * What a module exports, followed to where it is declared. Not what another lib declares, which is that lib's
 * to document, and not generated code.
 * @throws Error when a module exports by `*`, or what it does not have: no reader could tell where it is from
 */
export function exportsOf(path: string, read: ReadModule): readonly Exported[] {
  const file = read(path);
  return file.statements
    .flatMap((statement) => {
      if (ts.isExportDeclaration(statement)) return reexported(statement);
      if (!ts.canHaveModifiers(statement) || !isExported(statement)) return [];
      return namesOf(statement).map((name) => declared(name));
    })
    .filter(({ name }, at, all) => all.findIndex((one) => one.name === name) === at);

  function reexported({ exportClause, moduleSpecifier }: ts.ExportDeclaration): Exported[] {
    if (!exportClause || !ts.isNamedExports(exportClause))
      throw new Error(`${path} exports by *: name what it offers`);
    return exportClause.elements.flatMap(({ name, propertyName }) => {
      const of = (propertyName ?? name).text;
      const from = moduleSpecifier as ts.StringLiteral | undefined;
      if (from === undefined) return [{ ...declared(of), name: name.text }];
      if (!from.text.startsWith('.')) return [];
      const target = join(dirname(path), from.text.replace(/\.js(x?)$/, '.ts$1'));
      if (isGenerated(target)) return [];
      const found = exportsOf(target, read).find((one) => one.name === of);
      if (!found) throw new Error(`${path} exports ${of}, which ${target} does not`);
      return [{ ...found, name: name.text }];
    });
  }

  function declared(name: string): Exported {
    const declarations = file.statements.flatMap(declarationsIn);
    return {
      name,
      path,
      declarations: declarations.filter(
        (one) => (one.name as ts.Identifier | undefined)?.text === name,
      ),
    };
  }
}

const isExported = (node: ts.HasModifiers) =>
  ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

const namesOf = (statement: ts.Statement) =>
  declarationsIn(statement).flatMap(({ name }) =>
    name && ts.isIdentifier(name) ? [name.text] : [],
  );

function declarationsIn(statement: ts.Statement): readonly Declaration[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations;
  return ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
    ? [statement]
    : [];
}
