import ts from 'typescript';

/** What an edit needs to find and did not: the file was changed by hand beyond what it knows. */
export class EditError extends Error {
  readonly code = 'PLACE_NOT_FOUND';

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Adds names to the imports of a module; those that are there already stay. */
export function addImport(text: string, from: string, ...names: readonly string[]): string {
  const source = parse(text);
  const imports = source.statements.filter(ts.isImportDeclaration);
  const same = imports.find(
    (one) => (one.moduleSpecifier as ts.StringLiteral).text === from && hasNames(one),
  );
  if (same) return mergeNames(text, same, names);
  const types = names.every((name) => name.startsWith('type '));
  const shown = types ? names.map((name) => name.slice('type '.length)) : names;
  const statement = `import ${types ? 'type ' : ''}{ ${shown.join(', ')} } from '${from}';`;
  const last = imports.at(-1);
  return last
    ? `${text.slice(0, last.end)}\n${statement}${text.slice(last.end)}`
    : `${statement}\n\n${text}`;
}

/**
 * Adds an element at the end of an array literal: the value of a variable, or of a property anywhere
 * (`providers` of a module). Nothing happens when the same element is there, whatever its line breaks.
 * @throws EditError when there is no such array
 */
export function addToArray(text: string, name: string, element: string): string {
  const array = valueOf(text, name, ts.isArrayLiteralExpression);
  const same = array.elements.some((one) => squeezed(one.getText()) === squeezed(element));
  return same ? text : insertLast(text, array.elements, array.end - 1, element);
}

/** The same for a property of an object literal, by the key it begins with. */
export function addToObject(text: string, name: string, property: string): string {
  const object = valueOf(text, name, ts.isObjectLiteralExpression);
  const key = keyOf(property);
  const same = object.properties.some((one) => keyOf(one.getText()) === key);
  return same ? text : insertLast(text, object.properties, object.end - 1, property);
}

/** Adds a member at the end of a class; nothing happens when one of that name is there. @throws EditError */
export function addMember(text: string, className: string, name: string, member: string): string {
  const found = statementOf(text, (one): one is ts.ClassDeclaration | ts.InterfaceDeclaration => {
    const isType = ts.isClassDeclaration(one) || ts.isInterfaceDeclaration(one);
    return isType && one.name?.text === className;
  });
  if (!found) throw new EditError(`There is no class or interface ${className}`);
  const members: readonly ts.Node[] = [...found.members];
  if (members.some((one) => (one as ts.ClassElement).name?.getText() === name)) return text;
  const at = found.end - 1;
  return `${text.slice(0, at).trimEnd()}\n\n${member.trim()}\n${text.slice(at)}`;
}

/** Adds a property in front of a class's methods; nothing happens when a member of that name is there. @throws EditError */
export function addProperty(
  text: string,
  className: string,
  name: string,
  property: string,
): string {
  const found = statementOf(text, (one): one is ts.ClassDeclaration => {
    return ts.isClassDeclaration(one) && one.name?.text === className;
  });
  if (!found) throw new EditError(`There is no class ${className}`);
  if (found.members.some((one) => one.name?.getText() === name)) return text;
  const last = found.members.findLast(ts.isPropertyDeclaration);
  const at = last?.end ?? found.members.pos;
  const behind = last || found.members.length === 0 ? '' : '\n';
  return `${text.slice(0, at)}\n  ${property.trim()}${behind}${text.slice(at)}`;
}

/** Adds a statement at the end, unless `name` is declared already. */
export function addDeclaration(text: string, name: string, statement: string): string {
  return new RegExp(String.raw`\b(const|function|class|interface|type) ${name}\b`).test(text)
    ? text
    : `${text.trimEnd()}\n${statement.trim()}\n`;
}

/** Whether the text declares or names it. */
export function mentions(text: string, name: string): boolean {
  return new RegExp(String.raw`\b${name}\b`).test(text);
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('edited.tsx', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
}

function hasNames({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.namedBindings !== undefined && ts.isNamedImports(importClause.namedBindings);
}

function mergeNames(text: string, found: ts.ImportDeclaration, names: readonly string[]): string {
  const bindings = found.importClause?.namedBindings as ts.NamedImports;
  const isType = found.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const plain = (name: string) => name.replace(/^type /, '');
  const present = new Set(bindings.elements.map((one) => plain(one.getText())));
  const missing = names.filter((name) => !present.has(plain(name)));
  if (missing.length === 0) return text;
  const all = [...bindings.elements.map((one) => one.getText()), ...missing];
  const valueNeeded = isType && missing.some((name) => !name.startsWith('type '));
  const shown = all.map((name, index) => {
    const old = index < bindings.elements.length;
    if (isType) return valueNeeded && old ? `type ${name}` : valueNeeded ? name : plain(name);
    return name;
  });
  const head = isType && !valueNeeded ? 'import type' : 'import';
  const from = found.moduleSpecifier.getText();
  const statement = `${head} { ${shown.join(', ')} } from ${from};`;
  return text.slice(0, found.getStart()) + statement + text.slice(found.end);
}

function valueOf<Value extends ts.Node>(
  text: string,
  name: string,
  is: (node: ts.Node) => node is Value,
): Value {
  const found = find(parse(text), (node): Value | undefined => {
    const named = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node);
    if (!named || node.name.getText() !== name || !node.initializer) return undefined;
    return find(node.initializer, (value) => (is(value) ? value : undefined));
  });
  if (!found) throw new EditError(`There is no ${name} with a list to add to`);
  return found;
}

function statementOf<Found extends ts.Statement>(
  text: string,
  is: (node: ts.Statement) => node is Found,
): Found | undefined {
  return parse(text).statements.find(is);
}

function find<Found>(node: ts.Node, look: (node: ts.Node) => Found | undefined): Found | undefined {
  return look(node) ?? ts.forEachChild(node, (child) => find(child, look));
}

function insertLast(
  text: string,
  present: ts.NodeArray<ts.Node>,
  end: number,
  added: string,
): string {
  const last = present.at(-1);
  if (!last) return `${text.slice(0, end)}${added}${text.slice(end)}`;
  return `${text.slice(0, last.end)}, ${added}${text.slice(last.end)}`;
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, '').replaceAll(/,(?=[}\])])/g, '');
}

function keyOf(property: string): string {
  return /^\s*['"]?([\w$.-]+|\.\.\.[\w$.]+)/.exec(property)?.[1] ?? property;
}
