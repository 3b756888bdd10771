import type { Admin } from 'kafkajs';
import { MessagingError, TransportError } from '../../errors.js';
import { authenticationErrorOf } from './access.js';
import { createClient } from './client.js';
import type { KafkaSettings } from './options.js';

/** Connects an admin client for as long as `use` takes. @throws TransportError saying what could not be done */
export async function withAdmin<T>(
  settings: KafkaSettings,
  action: string,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createClient(settings).admin();
  try {
    return await translated(
      settings,
      action,
      admin.connect().then(() => use(admin)),
    );
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/**
 * The promise, its failure told as what Kafka could not do.
 * @throws TransportError, or AuthenticationError when the brokers do not let us in
 */
export async function translated<T>(
  { access }: KafkaSettings,
  action: string,
  promise: Promise<T>,
): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const refusal = authenticationErrorOf(cause);
    if (refusal !== null) {
      access.report.refused(refusal);
      throw refusal;
    }
    if (cause instanceof MessagingError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new TransportError(`Kafka could not ${action}: ${text}`, { cause });
  }
}
