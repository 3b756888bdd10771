import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { staleFiles, writeGenerated } from './generated.js';

const help = `npm run mesh -- manifests check|write

  check   fails when a file below k8s/, or the diagram in docs/architecture.md, is not as the code says
  write   writes them

Topics, users and their rights come from libs/contracts/src/topology and participants; network policies and
the diagram and what is the same for every service from apps/*/service.json and participants.`;

/** What of k8s/ is made from code. */
export const manifests: Command = {
  name: 'manifests',
  summary: 'topics, queues, rights and network policies of k8s/ from the code: check, write',
  async run([action, ...rest], { say }) {
    if (action === '--help' || action === '-h' || action === undefined) {
      say(help);
      return 0;
    }
    if (rest.length > 0 || (action !== 'check' && action !== 'write'))
      throw new CliError(`There is no "manifests ${[action, ...rest].join(' ')}".\n\n${help}`, 2);
    const stale = action === 'check' ? staleFiles() : writeGenerated();
    if (stale.length === 0) say('All is as the code says.');
    else say(`${action === 'check' ? 'Not as the code says' : 'Written'}:\n${stale.join('\n')}`);
    return action === 'check' && stale.length > 0 ? 1 : 0;
  },
};
