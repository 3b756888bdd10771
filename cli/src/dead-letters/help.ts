export const help = `npm run mesh -- dead-letters list|show|redrive|discard|export|stats|audit

  list                  dead letters, the oldest first
  show probe/7 …        one whole: its failure, headers, bytes as hex and the best guess at them
  redrive               handles them again, in the order of their keys, in small batches; stops at the first
                        event that fails, and passes over messages that still can not be read
  discard               gives up: the events count as handled and never have an effect
  export                whole dead letters, one JSON a line, to the output or to --out FILE (--force replaces one)
  stats                 how many there are, by cause
  audit [probe/7]       who did what, and what came of it, the last first

Which ones, for list, redrive, discard and export:
  probe/7 …             by name; or by one or more of
  --service probe       --group probe       --stream mesh.probe.v1   --key KEY
  --reason max-attempts|rejected|expired|overflow|undecodable|gap
  --type mesh.probe.v1.JobPlaced            --fingerprint 1a2b3c4d5e6f
  --older-than 2h       --younger-than 15m  (ms, s, m, h, d)
  --all                 redrive and discard want to be told
  A redrive takes keys whole: what is parked behind a dead letter goes with it, in order.

  --dry-run             says what a redrive or a discard would take, and changes nothing
  --yes                 does not ask
  --batch 20            dead letters a request of a redrive or a discard, at most 100
  --limit 100           lines of list, stats and audit
  --json                for programs: npm run -s mesh -- dead-letters list --json

Services are found through .mesh/endpoints.json (MESH_DIR). MESH_TOKEN is a token with the role operator; in
development one is signed for you. Exit code 1: something failed; 2: the command is not understood.`;
