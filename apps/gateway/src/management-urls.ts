import { z } from 'zod';

const expected = 'names and URLs such as order=http://order:9090,inventory=http://inventory:9090';

/** Addresses of management ports by service, without a slash at the end. */
export const managementUrls = () =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim().split(/=(.*)/s)))
    .refine((pairs) => pairs.every(isNamedUrl), { error: expected })
    .transform((pairs): Readonly<Record<string, string>> =>
      Object.fromEntries(pairs.map(([name = '', url = '']) => [name, url.replace(/\/+$/, '')])),
    );

function isNamedUrl([name = '', url = '']: readonly string[]): boolean {
  return (
    /^[a-z][a-z0-9-]{0,63}$/.test(name) && /^https?:\/\/[^/?#]+\/?$/.test(url) && URL.canParse(url)
  );
}
