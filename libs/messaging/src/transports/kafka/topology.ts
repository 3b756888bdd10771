import kafkajs, { type Admin } from 'kafkajs';
import type { AppliedTopology, TopologyDifference } from '../../topology-difference.js';
import { withAdmin } from './admin.js';
import { settingsOf, type KafkaOptions } from './options.js';
import { findDifferences } from './find-differences.js';
import type { TopicSetting } from './topic-settings.js';
import { Topics } from './topics.js';

/**
 * How the topics at the broker differ from those described in the options; changes nothing.
 * @throws TransportError when the broker can't be reached or refuses to tell
 */
export function diffTopology(options: KafkaOptions): Promise<TopologyDifference[]> {
  const settings = settingsOf(options);
  return withAdmin(settings, 'compare topics', (admin) => findDifferences(admin, settings.topics));
}

/**
 * Makes topics that are missing and changes what can be changed safely: nothing is deleted, order by
 * key holds, publishing goes on. Settings that the description does not name stay as they are. Idempotent.
 * @throws TransportError when the broker can't be reached or refuses
 */
export function applyTopology(options: KafkaOptions): Promise<AppliedTopology> {
  const settings = settingsOf(options);
  return withAdmin(settings, 'change topics', async (admin) => {
    const differences = await findDifferences(admin, settings.topics);
    const [applied, left] = [true, false].map((safe) =>
      differences.filter(({ change }) => (change === 'safe') === safe),
    ) as [TopologyDifference[], TopologyDifference[]];
    const missing = applied.filter(({ setting }) => setting === null).map(({ name }) => name);
    await new Topics(async () => admin, settings).ensure(missing);
    for (const [name, changes] of Map.groupBy(applied, (one) => one.name)) {
      const values = changes.flatMap(({ setting, wanted }) =>
        setting === null ? [] : [{ name: setting, value: wanted }],
      );
      if (values.length > 0) await alter(admin, name, values);
    }
    return { applied, left };
  });
}

/**
 * kafkajs knows only the request that resets what it does not name, so everything that was set on
 * the topic is sent again. What somebody sets in the same moment is lost.
 */
async function alter(admin: Admin, name: string, values: readonly TopicSetting[]): Promise<void> {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type, name }],
  });
  const set = (resources[0]?.configEntries ?? [])
    .filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
    .map(({ configName, configValue }) => [configName, configValue] as const);
  const all = new Map([...set, ...values.map((one) => [one.name, one.value] as const)]);
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type, name, configEntries: [...all].map(([name, value]) => ({ name, value })) }],
  });
}
