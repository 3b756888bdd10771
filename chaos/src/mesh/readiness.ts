import { answers } from '@mesh/tools/launcher';
import { allServices } from '@mesh/tools/services';
import type { Replica } from './chaos-mesh.js';

/** Those that do not say that they are ready, with what they say instead. */
export async function notReady(replicas: readonly Replica[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    replicas.map(async ({ name, management }) => {
      const why = await whyNotReady(management);
      return why === undefined ? [] : [`${name}: ${why}`];
    }),
  );
  return answers.flat();
}

/** Gateways through which an order would not succeed. */
export async function refusing(gateways: readonly string[]): Promise<readonly string[]> {
  const paths = allServices().flatMap(({ probe }) => probe);
  const usable = await Promise.all(gateways.map((gateway) => answers(gateway, paths)));
  return gateways.filter((_, index) => !usable[index]).map((url) => `${url} takes no order`);
}

async function whyNotReady(management: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${management}/health/ready`, {
      signal: AbortSignal.timeout(2_000),
    });
    const detail = await response.text();
    return response.ok ? undefined : detail;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
