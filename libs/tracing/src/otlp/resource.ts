import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { OtelEnvironment } from './settings.js';

/** Who sends: OTEL_SERVICE_NAME, else the service's own name, and OTEL_RESOURCE_ATTRIBUTES (`key=value,…`). */
export function resourceOf(service: string, env: OtelEnvironment): Resource {
  const pairs = (env['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',').flatMap((pair) => {
    const [key, value] = pair.split('=').map((part) => part.trim());
    return key && value ? [[key, unescaped(value)] as const] : [];
  });
  const attributes = {
    'service.name': service,
    'service.instance.id': `${service}-${process.pid}`,
    ...Object.fromEntries(pairs),
    ...(env['OTEL_SERVICE_NAME'] && { 'service.name': env['OTEL_SERVICE_NAME'] }),
  };
  return defaultResource().merge(resourceFromAttributes(attributes));
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
