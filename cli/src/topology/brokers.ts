import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import type { AppliedTopology, TopologyDifference } from '@mesh/messaging';
import * as amqp from '@mesh/messaging/amqp';
import * as kafka from '@mesh/messaging/kafka';
import { brokerAccess, ConfigError } from '@mesh/service-kit/broker-access';
import { CliError } from '../cli-error.js';
import type { BrokerName } from './options.js';

/** A broker and what this code describes for it. */
export interface Broker {
  readonly name: BrokerName;
  diff(): Promise<TopologyDifference[]>;
  apply(): Promise<AppliedTopology>;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Opener {
  readonly variable: string;
  open(address: string, env: Environment): Broker;
}

const openers: Readonly<Record<BrokerName, Opener>> = {
  kafka: {
    variable: 'KAFKA_BROKERS',
    open(address, env) {
      const options = {
        ...{ brokers: address.split(','), clientId: 'mesh-topology' },
        ...accessOf(env).kafka,
        topics: kafkaTopics,
      };
      return {
        name: 'kafka',
        diff: () => kafka.diffTopology(options),
        apply: () => kafka.applyTopology(options),
      };
    },
  },
  amqp: {
    variable: 'AMQP_URL',
    open(url, env) {
      const options = {
        ...{ url, clientName: 'mesh-topology', topology: amqpTopology },
        ...accessOf(env).amqp,
      };
      return {
        name: 'amqp',
        diff: () => amqp.diffTopology(options),
        apply: () => amqp.applyTopology(options),
      };
    },
  },
};

/**
 * The brokers that the environment names.
 * @throws CliError when there are none, or not the one that is asked for
 */
export function brokersOf(env: Environment, asked: BrokerName | undefined): Broker[] {
  const names = asked === undefined ? (Object.keys(openers) as BrokerName[]) : [asked];
  const brokers = names.flatMap((name) => {
    const { variable, open } = openers[name];
    const address = env[variable];
    return address ? [open(address, env)] : [];
  });
  if (brokers.length > 0) return brokers;
  const variables = names.map((name) => openers[name].variable).join(' or ');
  throw new CliError(
    `Nothing was compared: set ${variables}. In the embedded profile there is no topology: streams are rows of a log in PostgreSQL.`,
    2,
  );
}

/** TLS and SASL as the services have them. @throws CliError */
function accessOf(env: Environment): ReturnType<typeof brokerAccess> {
  try {
    return brokerAccess(env);
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, 2) : error;
  }
}
