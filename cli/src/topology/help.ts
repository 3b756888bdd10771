export const help = `npm run mesh -- topology diff|apply

  diff      what the brokers have otherwise than this code describes it (libs/contracts/src/topology)
  apply     makes what is missing and changes what can be changed safely; names the rest and why

  --brokers kafka|amqp  one of them; else each whose address is set
  --yes                 apply does not ask
  --json                for programs: npm run -s mesh -- topology diff --json

Brokers are found by KAFKA_BROKERS and AMQP_URL, as the services find them. Safe is what deletes nothing that
is there, keeps the order by key and stops nobody. There is no flag for the rest: it is done with the
broker's own tools, by somebody who decides about the data. Queues of groups are made and checked by the
services that read them: a service that finds its queue otherwise says so and does not start.

Exit code 0: nothing differs, or nothing is left; 1: something does, or a broker does not answer;
2: the command is not understood.`;
