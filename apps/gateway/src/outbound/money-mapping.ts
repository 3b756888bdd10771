import type { Money as MoneyMessage } from '@mesh/contracts/type/money';
import type { Money } from '../domain/money.js';
import { present } from './present.js';

export function toMoney(message: MoneyMessage | undefined): Money {
  const { amountMinor, currency } = present(message, 'money');
  return { amountMinor, currency };
}
