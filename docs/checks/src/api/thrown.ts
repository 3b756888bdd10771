import ts from 'typescript';

/** Bugs of whoever calls, and what the language throws itself: no caller catches them by their class. */
const ofTheLanguage = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'AggregateError',
]);

/** Classes of errors that a function throws itself: not what it calls, nor functions within it. */
export function thrownIn(node: ts.Node): readonly string[] {
  const found = new Set<string>();
  const own = ts.isVariableDeclaration(node) ? node.initializer : node;
  if (own) ts.forEachChild(own, visit);
  return [...found].filter((name) => !ofTheLanguage.has(name));

  function visit(child: ts.Node): void {
    if (ts.isFunctionLike(child) || ts.isClassLike(child)) return;
    if (ts.isThrowStatement(child) && ts.isNewExpression(child.expression))
      found.add(child.expression.expression.getText());
    ts.forEachChild(child, visit);
  }
}
