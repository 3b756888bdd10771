import descriptor from '../../service.json' with { type: 'json' };

// A gateway that calls nobody has no such field.
const { calls = [] } = descriptor as { readonly http: boolean; readonly calls?: readonly string[] };

/** For each service that the gateway calls, an address where nobody is; a test that needs an answer brings a double. */
export const calledAddresses: Readonly<Record<string, string>> = Object.fromEntries(
  calls.map((name) => [`${name.replaceAll('-', '_').toUpperCase()}_GRPC_ADDRESS`, '127.0.0.1:1']),
);
