import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import {
  WebhookError,
  type Webhook,
  type WebhookChannel,
  type WebhookEndpoint,
} from '../use-cases/webhook.js';
import type { AddressGuard } from './address-guard.js';
import { signatureHeaders, webhookBody } from './webhook-message.js';

/** Longer pauses than this are cut: a broker takes back what stays unacked for half an hour. */
const MAX_RETRY_AFTER_MS = 15 * 60_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** 4xx that say "later", not "never". */
const laterStatuses = new Set([408, 425, 429]);

/**
 * Posts webhooks. Each request has a connection of its own, to an address that the guard has just
 * checked, so that no name can change its mind between check and connection. A 2xx is success. Redirects
 * are not followed; there are no cookies, and no proxy.
 */
export class HttpWebhookChannel implements WebhookChannel {
  readonly #guard: AddressGuard;
  readonly #timeoutMs: number;
  readonly #http = new HttpAgent({ keepAlive: false });
  readonly #https: HttpsAgent;

  constructor(options: {
    readonly guard: AddressGuard;
    /** From the look-up of the name to the end of the answer. @default 10000 */
    readonly timeoutMs?: number;
    /** Authorities that are trusted instead of the usual ones, as PEM. */
    readonly ca?: string;
  }) {
    this.#guard = options.guard;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#https = new HttpsAgent({ keepAlive: false, ...(options.ca && { ca: options.ca }) });
  }

  async deliver(webhook: Webhook, endpoint: WebhookEndpoint, signal: AbortSignal): Promise<void> {
    const { contentType, body } = webhookBody(webhook);
    const what = `${webhook.notificationId} at ${endpoint.id}`;
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(unavailable(what, `no answer within ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    const headers = {
      'content-type': contentType,
      'content-length': String(body.byteLength),
      'user-agent': 'protocol-mesh',
      ...signatureHeaders({
        id: webhook.notificationId,
        sentAt: new Date(),
        body,
        secrets: endpoint.secrets,
      }),
    };
    const given = AbortSignal.any([signal, deadline.signal]);
    try {
      const addresses = await orAborted(this.#guard.addressesOf(endpoint.url), given);
      judge(what, await this.#post({ url: endpoint.url, addresses, headers, body }, given));
    } catch (error) {
      if (given.aborted) throw given.reason;
      if (error instanceof WebhookError) throw error;
      const { message, code } = error as NodeJS.ErrnoException;
      // When no address could be connected to, the message is empty.
      throw unavailable(what, message || String(code));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Fulfilled when the answer has ended, was cut off, or its time is over; what follows the status changes nothing. */
  #post(
    message: {
      readonly url: URL;
      readonly addresses: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    },
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { url, addresses, headers, body } = message;
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: secure ? this.#https : this.#http,
        headers,
        lookup: answering(addresses),
        signal,
      });
      let answer: IncomingMessage | undefined;
      const end = (error: Error) => (answer ? resolve(answer) : reject(error));
      request.on('error', end);
      request.on('close', () => end(new Error('closed without an answer')));
      request.on('response', (response) => {
        answer = response;
        let bytes = 0;
        response.on('error', end);
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > MAX_ANSWER_BYTES) request.destroy();
        });
      });
      request.end(body);
    });
  }
}

/** Names no other addresses than those that were checked. */
function answering(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all || first === undefined) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

/** @throws WebhookError unless the answer is a 2xx */
function judge(what: string, { statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300) return;
  if (statusCode >= 500 || laterStatuses.has(statusCode)) {
    const retryAfterMs = retryAfter(headers['retry-after']);
    throw new WebhookError('WEBHOOK_UNAVAILABLE', `${what}: the endpoint answered ${statusCode}`, {
      ...(retryAfterMs > 0 && { retryAfterMs }),
    });
  }
  const hint = statusCode >= 300 && statusCode < 400 ? ', and redirects are not followed' : '';
  const message = `${what}: the endpoint answered ${statusCode}${hint}`;
  throw new WebhookError('WEBHOOK_REFUSED', message);
}

/** Seconds or a date, as milliseconds from now; 0 for neither. */
function retryAfter(value: string | undefined): number {
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

function unavailable(what: string, why: string): WebhookError {
  return new WebhookError('WEBHOOK_UNAVAILABLE', `${what}: ${why}`);
}

/** A look-up can't be cancelled; it goes on unheeded. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
