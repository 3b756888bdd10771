interface Window<Line> {
  last: Line;
  more: number;
}

/**
 * Says the first line of a kind at once, and the others of the next `windowMs` in one line with their
 * count: ten thousand poisonous messages in a row are two lines, not ten thousand.
 */
export function summarized<Line>(options: {
  readonly windowMs?: number;
  readonly kindOf: (line: Line) => string;
  /** `count`: how many lines this one stands for. */
  readonly say: (line: Line, count: number) => void;
}): (line: Line) => void {
  const { windowMs = 10_000, kindOf, say } = options;
  const windows = new Map<string, Window<Line>>();
  const open = (kind: string, line: Line) => {
    const window = { last: line, more: 0 };
    windows.set(kind, window);
    setTimeout(() => {
      windows.delete(kind);
      if (window.more === 0) return;
      say(window.last, window.more);
      open(kind, window.last);
    }, windowMs).unref();
  };
  return (line) => {
    const kind = kindOf(line);
    const window = windows.get(kind);
    if (window === undefined) {
      open(kind, line);
      say(line, 1);
    } else {
      window.last = line;
      window.more += 1;
    }
  };
}
