/** Text in a frame that is hard to overlook between the lines of a long output. */
export function banner(text: string): string {
  const bar = '!'.repeat(Math.min(100, text.length + 8));
  return `\n${bar}\n!!  ${text}\n${bar}\n`;
}
