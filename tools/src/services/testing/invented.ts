import type { Service } from '../service.js';

const nothing = {
  ...{ grpc: false, http: false, edge: false, database: false },
  ...{ calls: [], outside: [], development: {}, places: [], probe: [] },
};

/** A service of no workspace, with what is said. */
export function invented(name: string, parts: Partial<Service>): Service {
  return { ...nothing, ...parts, name };
}

/** A small mesh: the clerk asks the counter, and writes; the door asks both. */
export const inventedServices: readonly Service[] = [
  invented('clerk', {
    ...{ grpc: true, database: true, calls: ['counter'] },
    ...{ development: { LETTERS: '{folder}/letters' }, probe: ['/v1/letters?limit=1'] },
    outside: [{ what: 'paper', ports: [631], variable: 'PRINTER_URL' }],
    places: [{ what: 'letters', at: '{folder}/letters', unless: 'PRINTER_URL', then: 'printed' }],
  }),
  invented('counter', { grpc: true, database: true, probe: ['/v1/count'] }),
  invented('hooks', { http: true }),
  invented('door', { http: true, edge: true, calls: ['clerk', 'counter'] }),
];
