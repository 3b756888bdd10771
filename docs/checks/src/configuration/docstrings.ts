import ts from 'typescript';

/** The comment over each property of an object that is named like a variable of an environment. */
export function docstringsIn(source: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile('config.ts', source, ts.ScriptTarget.Latest, true);
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z0-9_]+$/.test(node.name.getText())) {
      const text = commentOver(node);
      if (text !== undefined) found.set(node.name.getText(), text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function commentOver(node: ts.Node): string | undefined {
  const parts = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = parts.map((part) => ts.getTextOfJSDocComment(part.comment) ?? '').join(' ');
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? undefined : line;
}
