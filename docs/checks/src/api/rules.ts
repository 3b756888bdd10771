import ts from 'typescript';
import type { Declaration, Exported } from './exports.js';
import { thrownIn } from './thrown.js';

/** What an export lacks: where it is (`Outbox.append`), and what is to be written. */
export interface Lack {
  readonly where: string;
  readonly what: string;
}

/** All that the docstrings of one export lack. CONTRIBUTING.md has the rules in words. */
export function lacksOf({ name, declarations }: Exported): readonly Lack[] {
  if (declarations.every(isEvent)) return [];
  const own = declarations.some(hasText) ? [] : [{ where: name, what: 'has no docstring' }];
  return [...own, ...declarations.flatMap((one) => within(name, one))];
}

function within(name: string, declaration: Declaration): readonly Lack[] {
  if (ts.isFunctionDeclaration(declaration)) return unnamedErrors(name, declaration);
  if (ts.isVariableDeclaration(declaration)) return unnamedErrors(name, declaration);
  if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
    return [
      ...declaration.members.flatMap((member) => ofMember(name, member)),
      ...(isOptions(name) ? fieldLacks(name, declaration.members) : []),
    ];
  }
  if (
    ts.isTypeAliasDeclaration(declaration) &&
    ts.isTypeLiteralNode(declaration.type) &&
    isOptions(name)
  )
    return fieldLacks(name, declaration.type.members);
  return [];
}

/** Methods of classes and interfaces. */
function ofMember(owner: string, member: ts.ClassElement | ts.TypeElement): readonly Lack[] {
  if (!ts.isMethodDeclaration(member) && !ts.isMethodSignature(member)) return [];
  if (isHidden(member)) return [];
  const where = `${owner}.${member.name.getText()}`;
  const text = hasText(member) ? [] : [{ where, what: 'has no docstring' }];
  return [...text, ...unnamedErrors(where, member)];
}

const isHidden = (member: ts.MethodDeclaration | ts.MethodSignature) =>
  ts.isPrivateIdentifier(member.name) ||
  (ts.getModifiers(member as ts.MethodDeclaration) ?? []).some(
    ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.OverrideKeyword,
  );

function unnamedErrors(
  where: string,
  node: Declaration | ts.MethodDeclaration | ts.MethodSignature,
): readonly Lack[] {
  const named = ts
    .getJSDocTags(node)
    .filter(({ tagName }) => tagName.text === 'throws')
    .map((tag) => tag.getText())
    .join(' ');
  return thrownIn(node)
    .filter((error) => !new RegExp(`\\b${error}\\b`).test(named))
    .map((error) => ({ where, what: `has no @throws ${error}` }));
}

const isOptions = (name: string) => name.endsWith('Options');

/** Fields of options: each says what it is, its unit and, when it may be left out, what holds then. */
function fieldLacks(
  owner: string,
  members: ts.NodeArray<ts.ClassElement | ts.TypeElement>,
): readonly Lack[] {
  return members.filter(ts.isPropertySignature).flatMap((field) => {
    const where = `${owner}.${field.name.getText()}`;
    const { text, tags } = docOf(field);
    const lacks: string[] = [];
    const fallback = tags.find(({ name }) => name === 'default');
    if (text === '' && fallback === undefined) lacks.push('has no docstring');
    if (field.questionToken && fallback === undefined && !hasDefaultsWithin(field))
      lacks.push('has no @default');
    if (isQuantity(field) && !hasUnit(field.name.getText(), `${text} ${fallback?.text ?? ''}`))
      lacks.push('has no unit');
    const type = field.type;
    const inner = type && ts.isTypeLiteralNode(type) ? fieldLacks(where, type.members) : [];
    return [...lacks.map((what) => ({ where, what })), ...inner];
  });
}

/** A group of fields that may all be left out says of each what holds then. */
const hasDefaultsWithin = ({ type }: ts.PropertySignature) =>
  type !== undefined &&
  ts.isTypeLiteralNode(type) &&
  type.members.every(({ questionToken }) => questionToken !== undefined);

const isQuantity = ({ type }: ts.PropertySignature) => type?.kind === ts.SyntaxKind.NumberKeyword;

const units =
  /(?:Ms|Bytes)$|\b(?:milliseconds?|seconds?|minutes?|hours?|days?|bytes|MiB|KiB|whole number|share|percent)\b/i;

/** A docstring that opens with what is counted: "Rows read at once", "Retryable failures in a row". */
const counted = /^(?:[A-Za-z]+ )?[A-Za-z]{2,}s\b/;

const hasUnit = (name: string, text: string) =>
  [name, text].some((words) => units.test(words)) || counted.test(text);

function hasText(node: ts.Node): boolean {
  return docOf(node).text !== '';
}

function docOf(node: ts.Node) {
  const parts = ts.getJSDocCommentsAndTags(node);
  const text = parts
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join('')
    .trim();
  const tags = ts.getJSDocTags(node).map((tag) => ({
    name: tag.tagName.text,
    text: ts.getTextOfJSDocComment(tag.comment) ?? '',
  }));
  return { text, tags };
}

/** One of the catalog: what it tells of is said by the comment over its message in proto/. */
function isEvent(node: Declaration): boolean {
  const made = ts.isVariableDeclaration(node) ? node.initializer : undefined;
  return made !== undefined && ts.isCallExpression(made) && made.expression.getText() === 'event';
}
