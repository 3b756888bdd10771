import type { IncomingMessage, ServerResponse } from 'node:http';

export type ManagementHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => Promise<void>;

/** What modules add to the management port, each under a path of its own. */
export class ManagementRoutes {
  readonly #handlers = new Map<string, ManagementHandler>();

  /** `path`, such as `/dead-letters`, and everything below it. */
  add(path: string, handler: ManagementHandler): void {
    this.#handlers.set(path, handler);
  }

  find(path: string): ManagementHandler | undefined {
    const [, first] = path.split('/', 2);
    return this.#handlers.get(`/${first}`);
  }
}
