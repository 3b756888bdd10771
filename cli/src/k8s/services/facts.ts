import type { Participant } from '@mesh/contracts/participants';
import type { Service } from '@mesh/tools/services';

/** A service, and what it does at the brokers: all that manifests of a service follow from. */
export interface ServiceFacts extends Service {
  /** It reads or writes a topic of Kafka. */
  readonly log: boolean;
  /** It reads or writes an exchange of AMQP. */
  readonly work: boolean;
}

export function factsOf(
  services: readonly Service[],
  participants: readonly Participant[],
): readonly ServiceFacts[] {
  return services.map((service) => {
    const own = participants.filter((one) => one.service === service.name);
    const streams = own.flatMap(({ publishes, groups }) => [
      ...publishes,
      ...groups.map(({ stream }) => stream),
    ]);
    const uses = (kind: string) => streams.some((stream) => stream.kind === kind);
    return { ...service, log: uses('log'), work: uses('work') };
  });
}

/** gRPC is spoken by those who serve it and by those who call. */
export function speaksGrpc({ grpc, calls }: Service): boolean {
  return grpc || calls.length > 0;
}

export function namesOf(services: readonly Service[]): readonly string[] {
  return services.map(({ name }) => name);
}

/** A name that PostgreSQL takes without quotes. */
export function sqlName(service: string): string {
  return service.replaceAll('-', '_');
}
