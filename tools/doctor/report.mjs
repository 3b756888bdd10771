/** For a person: a line a thing, and below what is not there how to install it. */
export function report(findings) {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return [...findings.flatMap((finding) => linesOf(finding, width)), '', verdict(findings)].join(
    '\n',
  );
}

function linesOf({ name, state, found = '', neededFor, install }, width) {
  const begin = `${state.padEnd(9)}${name.padEnd(width)}`;
  if (state === 'ok' || state === 'note') return [`${begin}  ${found}`.trimEnd()];
  const indent = ' '.repeat(begin.length + 2);
  return [
    `${begin}  ${[found, `needed for: ${neededFor}`].filter(Boolean).join('; ')}`,
    `${indent}Debian: ${install.debian}`,
    `${indent}macOS: ${install.macos}`,
  ];
}

function verdict(findings) {
  const named = (wanted) =>
    findings.filter(({ state }) => state === wanted).map(({ name }) => name);
  const [faults, missing] = [named('fault'), named('missing')];
  if (faults.length > 0) return `npm start can't work here: mend ${faults.join(', ')}`;
  if (missing.length === 0) return 'npm start and npm test have all that they need';
  return `npm start has all that it needs; npm test skips a part without: ${missing.join(', ')}`;
}
