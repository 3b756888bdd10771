import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from './find-command.js';
import { ServerError } from './server-error.js';

const artifacts = [
  ['org.apache.kafka', 'kafka_2.13', '4.1.1'],
  ['org.apache.logging.log4j', 'log4j-slf4j-impl', '2.24.3'],
  ['org.apache.logging.log4j', 'log4j-core', '2.24.3'],
];

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mesh</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${artifacts
  .map(
    ([group, artifact, version]) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  )
  .join('\n')}
  </dependencies>
</project>
`;

/** Says what is missing to run Kafka here, or null. */
export function missingForKafka(): string | null {
  const missing = [
    findCommand('java') === null ? 'Java 17 or newer (Debian: default-jre-headless)' : null,
    findCommand('mvn') === null && !haveKafkaJars() ? 'Maven (Debian: maven)' : null,
  ].filter((name) => name !== null);
  return missing.length === 0 ? null : `Kafka needs ${missing.join(' and ')}`;
}

/** Whether an earlier start has fetched the broker's jars. */
export function haveKafkaJars(): boolean {
  return existsSync(jarFolder());
}

/**
 * The folder of the broker's jars: taken from Maven Central once (43 MB), then kept in the user's
 * cache folder, where every checkout finds them.
 * @throws ServerError SERVER_MISSING, SERVER_FAILED
 */
export async function kafkaJars(): Promise<string> {
  const folder = jarFolder();
  const missing = missingForKafka();
  if (missing !== null) throw new ServerError('SERVER_MISSING', missing);
  if (existsSync(folder)) return folder;

  await mkdir(join(folder, '..'), { recursive: true });
  const temporary = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(temporary, 'pom.xml'), pom);
    const goal = [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      '-DoutputDirectory=jars',
    ];
    await promisify(execFile)('mvn', goal, { cwd: temporary });
    // Another process may have been faster: its folder is as good.
    await rename(join(temporary, 'jars'), folder).catch((cause: unknown) => {
      if (!existsSync(folder)) throw cause;
    });
  } catch (cause) {
    throw new ServerError(
      'SERVER_FAILED',
      `Maven could not copy Kafka's jars to ${folder}: ${String(cause)}`,
      { cause },
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

function jarFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(
    cache,
    'protocol-mesh',
    `kafka-jars-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`,
  );
}
