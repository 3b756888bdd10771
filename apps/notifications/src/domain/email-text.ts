import type { Money, OrderChange } from './order-change.js';

/** What a customer reads about a change of an order: one line of subject, and plain text. */
export function emailText(change: OrderChange): {
  readonly subject: string;
  readonly text: string;
} {
  const { subject, body } = texts[change.status](change);
  const text = ['Hello,', ...body, `Your order: ${change.orderId}`, 'Your Protocol Mesh shop'];
  return { subject, text: `${text.join('\n\n')}\n` };
}

const texts: Record<
  OrderChange['status'],
  (change: OrderChange) => { readonly subject: string; readonly body: readonly string[] }
> = {
  PLACED: ({ content }) => ({
    subject: 'We received your order',
    body: ['Thank you for your order. We are reserving it now.', ...describe(content)],
  }),
  CONFIRMED: () => ({
    subject: 'Your order is confirmed',
    body: ['All of your order is in stock and reserved for you.'],
  }),
  REJECTED: ({ reason }) => ({
    subject: 'We can not fulfil your order',
    body: [
      `${rejections.get(reason ?? '') ?? 'Your order could not be fulfilled.'} Nothing is reserved.`,
    ],
  }),
  CANCELLED: () => ({
    subject: 'Your order is cancelled',
    body: ['Your order is cancelled, and nothing is reserved for it any more.'],
  }),
};

const rejections = new Map([
  ['INSUFFICIENT_STOCK', 'There is not enough left of what you ordered.'],
  ['RESERVATION_TIMEOUT', 'We could not reserve your order in time.'],
]);

function describe(content: OrderChange['content']): readonly string[] {
  if (!content) return [];
  const lines = content.lines.map(({ sku, quantity }) => `${quantity} x ${sku}`);
  return [lines.join('\n'), `Total: ${formatMoney(content.total)}`];
}

const formats = new Map<string, Intl.NumberFormat>();

function formatMoney({ amountMinor, currency }: Money): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${amountMinor} ${currency}`;
  // Making a format takes as long as the rest of a mail.
  const format =
    formats.get(currency) ?? new Intl.NumberFormat('en', { style: 'currency', currency });
  formats.set(currency, format);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}
