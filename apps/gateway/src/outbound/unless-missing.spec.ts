import { AppError } from '@mesh/service-kit';
import { expect, it } from 'vitest';
import { unlessMissing } from './unless-missing.js';

it('given an answer, then gives it', async () => {
  expect(await unlessMissing(Promise.resolve(1))).toBe(1);
});

it('given that there is none, then gives nothing', async () => {
  const missing = Promise.reject(new AppError('NOT_FOUND', 'There is none'));
  expect(await unlessMissing(missing)).toBeUndefined();
});

it('given another failure, then fails with it', async () => {
  const away = new AppError('UNAVAILABLE', 'Nobody answers');
  await expect(unlessMissing(Promise.reject(away))).rejects.toBe(away);
});
