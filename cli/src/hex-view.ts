/** Offset, sixteen bytes in hex, and the same as text; at most `limit` bytes. */
export function hexView(bytes: Uint8Array, limit = 512): string[] {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const row = [...bytes.subarray(at, Math.min(at + 16, limit))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const halves = [hex.slice(0, 8).join(' '), hex.slice(8).join(' ')].join('  ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    lines.push(`${at.toString(16).padStart(8, '0')}  ${halves.padEnd(48)}  ${text.join('')}`);
  }
  if (bytes.length > limit) lines.push(`… and ${bytes.length - limit} more bytes`);
  return lines;
}
