/** What somebody may make of a starter: a library, of which one service lends books and another hears of it. */
export const ownName = {
  ...{ name: 'city-library', product: 'City Library', scope: 'library' },
} as const;

export interface Wish {
  readonly generator: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** In the order in which a person runs the generators, after `rename`. */
export const wishes: readonly Wish[] = [
  { generator: 'service', options: { name: 'lending', aggregate: 'loan' } },
  { generator: 'service', options: { name: 'reading', aggregate: 'shelf', plural: 'shelves' } },
  {
    generator: 'event',
    options: { service: 'lending', name: 'BookReturned', fields: 'bookId:string' },
  },
  { generator: 'subscribe', options: { service: 'reading', event: 'BookReturned' } },
  {
    generator: 'rpc',
    options: { service: 'lending', method: 'RenewLoan', request: 'loanId:string,days:uint32' },
  },
  {
    generator: 'endpoint',
    options: { service: 'lending', method: 'RenewLoan', path: '/v1/loans/{loanId}/renew' },
  },
  { generator: 'subscribe', options: { service: 'gateway', event: 'LoanCreated' } },
  { generator: 'remove-example', options: {} },
];
