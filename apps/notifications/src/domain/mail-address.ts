const unsafe = /[^A-Za-z0-9_-]/gu;

/**
 * The address of a customer at `domain`. Any id gives one valid mailbox name, and different ids
 * different ones: what an address may not hold is percent-encoded, a dot at its edge or doubled too.
 */
export function mailAddress(customerId: string, domain: string): string {
  const name = customerId.toWellFormed().replace(unsafe, (character, at: number, whole: string) => {
    const between = at > 0 && at < whole.length - 1 && whole[at - 1] !== '.';
    return character === '.' && between ? '.' : percentEncode(character);
  });
  return `${name}@${domain}`;
}

function percentEncode(character: string): string {
  const encoded = encodeURIComponent(character);
  if (encoded !== character) return encoded;
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
