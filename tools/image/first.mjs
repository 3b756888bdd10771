// Loaded before a service in its image. The first process of a container ignores a signal that it has no handler
// for, so a service that is still being loaded would be waited for and then killed. 143: a job that was ended is
// not done.
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(143);
  });
