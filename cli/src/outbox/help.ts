export const help = `npm run mesh -- outbox status [--service S]

  Of each service with an outbox: what waits to be published and since when, how much may wait, the replicas that
  relay, and the transactions that are open.

npm run mesh -- outbox reset --service S --from start|end

  For a database that was restored or copied: the relay does not know what of it was published, and stops.
  --from start   publishes everything that is kept again, in the order of its keys; who has an inbox drops what
                 it knows, who has none does its work again
  --from end     publishes nothing of what is there, only what commits from now on
  Relayed by logical replication, after a loss of its slot: --from end makes a new one; what was in the old one is not
  kept. After a copy, --from start publishes again what the table of the mode polling keeps. One that needs no reset
  refuses it.

  --dry-run   says what it would be about; changes nothing
  --yes       does not ask

npm run mesh -- outbox parked --service S

  Events that no broker takes, and those that wait behind one of their key (BEHIND), in the order of the outbox.

npm run mesh -- outbox redrive --service S --stream T [--key K]

  Publishes the parked events of a key after all, in their order, with their ids; stops at the first that fails.
  Without --key: those that have none.

npm run mesh -- outbox discard --service S --position P

  Gives one up: it is never published.

npm run mesh -- outbox audit --service S    who reset it, when and how, the last first

  --json      for programs: npm run -s mesh -- outbox … --json

Services are found through .mesh/endpoints.json (MESH_DIR), or one by --url, its management port. MESH_TOKEN is
a token with the role operator; in development one is signed for you. Exit code 1: it could not be done;
2: the command is not understood.`;
