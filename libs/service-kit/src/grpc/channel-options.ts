import type { ChannelOptions, ServiceConfig } from '@grpc/grpc-js';

/** Options of a client's channel: all addresses of a name in turn, connections watched, refusals repeated. */
export function channelOptions(service: string): ChannelOptions {
  const config = {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{ service }],
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: '0.05s',
          maxBackoff: '0.5s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  };
  return {
    'grpc.service_config': JSON.stringify(
      config satisfies Partial<Record<keyof ServiceConfig, unknown>>,
    ),
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.keepalive_permit_without_calls': 1,
    // A service that is back is found within half a second, not after the two minutes of the default.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 500,
    // Pods have new addresses. The default of 30 s would leave a channel with those of pods that are all gone.
    'grpc.dns_min_time_between_resolutions_ms': 2_000,
    // What is configured is here: no lookup of TXT records beside each of addresses.
    'grpc.service_config_disable_resolution': 1,
  };
}
