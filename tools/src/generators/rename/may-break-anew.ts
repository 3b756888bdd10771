/** prettier's printWidth. */
const width = 100;

/**
 * Whether prettier could write it otherwise: a line that was changed is shorter now, so that more may fit into
 * it, or too long, or the row of a table. What only grew, and still fits, stays as it is.
 */
export function mayBreakAnew(path: string, before: string, after: string): boolean {
  if (madeByPrograms.test(path)) return false;
  const was = before.split('\n');
  return after.split('\n').some((line, index) => {
    const old = was[index] ?? '';
    if (line === old) return false;
    return line.length < old.length || line.length > width || line.trimStart().startsWith('|');
  });
}

/** Not formatted, see .prettierignore. */
const madeByPrograms = /^libs\/contracts\/src\/gen(?:-es)?\/|^package-lock\.json$/;
