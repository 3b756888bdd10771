import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';

/** What one process has to go through to reach a server or another process. */
export interface Link {
  /** `order-2 to database`. */
  readonly name: string;
  readonly proxy: TcpProxy;
}

/** Proxies between processes and their servers, one a pair, made when first asked for. */
export class Links {
  readonly #links = new Map<string, Link>();

  /** All that were asked for. */
  get all(): readonly Link[] {
    return [...this.#links.values()];
  }

  /** Where the port of 127.0.0.1 is reached through a link of that name. */
  async through(name: string, port: number): Promise<number> {
    const known = this.#links.get(name);
    if (known) return known.proxy.port;
    const proxy = await TcpProxy.open({ port });
    this.#links.set(name, { name, proxy });
    return proxy.port;
  }

  /** The same URL, reached through a link. */
  async urlThrough(name: string, url: string): Promise<string> {
    const through = new URL(url);
    through.port = String(await this.through(name, Number(through.port)));
    return through.href.replace(/\/$/, url.endsWith('/') ? '/' : '');
  }

  /** One that another owner closes. */
  add(link: Link): void {
    this.#links.set(link.name, link);
  }

  async heal(): Promise<void> {
    await Promise.all(this.all.map(({ proxy }) => proxy.heal()));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ proxy }) => proxy.close()));
  }
}
