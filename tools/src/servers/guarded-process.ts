import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { ServerError } from './server-error.js';

export interface GuardedCommand {
  /** For messages: `Kafka`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Takes the server's output, appended. */
  readonly logFile: string;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

export interface GuardedProcess {
  /** Of the server itself, not of its guardian. */
  readonly pid: number;
  /** Fulfilled when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** The end of the server's output, for error messages. */
  logTail(): string;
  /** Ends the server and whatever it started, in at most `graceMs`. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the server, says its pid on descriptor 3, and waits for the end of its own input: that comes
 * from `stop` or with the death of this process, even by SIGKILL. Then the server gets SIGTERM and,
 * after the grace, its whole process group SIGKILL.
 */
const guardian = `
exec 4<&0
"$@" 3>&- 4<&- </dev/null &
server=$!
echo "$server" >&3
exec 3>&-
(
  while read -r _ <&4; do :; done
  kill -TERM "$server"
  left="$GUARDIAN_GRACE_TENTHS"
  while [ "$left" -gt 0 ] && kill -0 "$server"; do sleep 0.1; left=$((left - 1)); done
  kill -KILL "-$$"
) 2>/dev/null &
wait "$server"
kill -KILL "-$$"
`;

/** Starts a server that ends with this process, even when this process is killed with SIGKILL. */
export async function startGuarded(options: GuardedCommand): Promise<GuardedProcess> {
  const log = openSync(options.logFile, 'a');
  const child = spawn('/bin/sh', ['-c', guardian, 'guardian', options.command, ...options.args], {
    cwd: options.cwd,
    detached: true,
    env: {
      ...process.env,
      ...options.env,
      GUARDIAN_GRACE_TENTHS: String(Math.ceil(options.graceMs / 100)),
    },
    stdio: ['pipe', log, log, 'pipe'],
  });
  closeSync(log);
  const ended = once(child, 'close').then(() => undefined);
  const input = child.stdin as Writable;
  input.on('error', () => {});
  const pid = Number(await firstLine(child.stdio[3] as Readable));
  if (!(pid > 0)) throw new ServerError('SERVER_FAILED', `${options.name} could not be started`);
  return {
    pid,
    ended,
    logTail: () =>
      readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n'),
    stop: async () => {
      input.end();
      await ended;
    },
  };
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text.trim();
}
