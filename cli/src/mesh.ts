import { run } from './run.js';

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  say: (line) => console.log(line),
  warn: (line) => console.error(line),
  env: process.env,
});
