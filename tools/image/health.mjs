// HEALTHCHECK of the image: 0 when the service in this container is ready, else 1. There is no shell in it.
const port = process.env['MANAGEMENT_PORT'];
const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
  signal: AbortSignal.timeout(2_000),
}).catch((error) => ({ ok: false, text: async () => error.message }));
if (!answer.ok) console.error(await answer.text());
process.exit(answer.ok ? 0 : 1);
