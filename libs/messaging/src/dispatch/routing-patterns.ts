/**
 * Compiles AMQP binding patterns (words between dots, `*` one word, `#` any number of words) to a
 * test on a routing key, for transports whose broker does not match them itself.
 */
export function matcherOf(patterns: readonly string[]): (routingKey: string) => boolean {
  if (patterns.includes('#')) return () => true;
  const tests = patterns.map((pattern) => new RegExp(`^${expressionOf(pattern.split('.'))}$`));
  return (routingKey) => tests.some((test) => test.test(`.${routingKey}`));
}

/** Over a routing key with a dot before each of its words. */
function expressionOf(words: readonly string[]): string {
  return words
    .map((word) => {
      if (word === '#') return String.raw`(?:\.[^.]*)*`;
      if (word === '*') return String.raw`\.[^.]*`;
      return String.raw`\.${word.replace(/[$()*+?[\\\]^{|}]/g, String.raw`\$&`)}`;
    })
    .join('');
}
