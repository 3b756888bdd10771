export const help = `npm run mesh -- replay --service S --group G --stream T FROM

  Sends a group back: events that it has handled come again, in the order of their keys, and then go on with
  what is new. The service leaves the group for that moment; other replicas of it must be stopped.

FROM is one of
  --from-start                      the oldest event that is kept
  --from-time 2026-11-21T14:00:00Z  what the broker took then or later; with a zone
  --from-offset 3:1200              partition 3 from offset 1200; the other partitions stay

  --dry-run   says what would come again and how much of it the inbox knows; changes nothing
  --again     the inbox forgets these events first, so that they have an effect once more; dead letters stay.
              Without it, what was handled has no effect again (handlers that are at-least-once have)
  --yes       does not ask
  --json      for programs: npm run -s mesh -- replay … --json

npm run mesh -- replay audit --service S    who sent which group back, the last first

The service is found through .mesh/endpoints.json (MESH_DIR), or by --url, its management port. MESH_TOKEN is
a token with the role operator; in development one is signed for you. Exit code 1: it could not be done;
2: the command is not understood.`;
