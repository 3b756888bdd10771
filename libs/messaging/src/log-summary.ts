interface Window<Line> {
  readonly openedAt: number;
  readonly timer: NodeJS.Timeout;
  last: Line;
  count: number;
}

/**
 * Says lines of a kind once, with their count, when there was none for `quietMs`, at the latest
 * `atMostMs` after the first: ten thousand poisonous messages in a row are one line. What is not said
 * when the process ends stays unsaid.
 */
export function summarized<Line>(options: {
  /** @default 1000 */
  readonly quietMs?: number;
  /** @default 30000 */
  readonly atMostMs?: number;
  readonly kindOf: (line: Line) => string;
  /** `line` is the last of the `count` that it stands for. */
  readonly say: (line: Line, count: number) => void;
}): (line: Line) => void {
  const { quietMs = 1000, atMostMs = 30_000, kindOf, say } = options;
  const windows = new Map<string, Window<Line>>();
  return (line) => {
    const kind = kindOf(line);
    const window = windows.get(kind);
    if (window !== undefined) {
      window.last = line;
      window.count += 1;
      if (Date.now() - window.openedAt < atMostMs - quietMs) window.timer.refresh();
      return;
    }
    const timer = setTimeout(() => {
      const { last, count } = windows.get(kind) as Window<Line>;
      windows.delete(kind);
      say(last, count);
    }, quietMs).unref();
    windows.set(kind, { openedAt: Date.now(), timer, last: line, count: 1 });
  };
}
