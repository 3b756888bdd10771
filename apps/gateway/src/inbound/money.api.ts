import { z } from 'zod';
import { described } from './api-schemas.js';
import { named } from './docs/api-part.js';

export const money = z.strictObject({
  amountMinor: described(z.int(), 'Integer minor units: cents for EUR'),
  currency: described(z.string().length(3), 'ISO 4217'),
});

export const examplePrice = { amountMinor: 1_200, currency: 'EUR' };
export const Money = named('Money', money, examplePrice);
