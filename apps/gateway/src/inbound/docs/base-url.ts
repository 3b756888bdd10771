const authority = /^([\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/**
 * The address at which the reader has reached this server, without a slash at its end. It stands in
 * commands that people paste into shells, so a Host header that is anything but a name or an address
 * with a port is not taken over.
 */
export function baseUrl(request: { readonly protocol: string; readonly host?: string }): string {
  const { protocol, host = '' } = request;
  return `${protocol}://${authority.test(host) ? host : 'localhost'}`;
}
