/** `0 ms`, `0.4 ms`, `12 ms`, `1.3 s`, `4 min`, `3 h`. */
export function elapsed(ms: number): string {
  if (ms < 0.05) return '0 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** The time, with the day unless it is today. */
export function clock(instant: string): string {
  const date = new Date(instant);
  const time = date.toLocaleTimeString(undefined, { timeStyle: 'medium' });
  const today = date.toDateString() === new Date().toDateString();
  return today ? time : `${date.toLocaleDateString(undefined, { dateStyle: 'medium' })}, ${time}`;
}
