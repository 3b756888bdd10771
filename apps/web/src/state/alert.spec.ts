import { expect, it } from 'vitest';
import { ApiError } from '../api.js';
import { alert, withdraw, wordsOf } from './alert.js';

it('given a mesh that could not be reached, when it is back, then the alert goes', () => {
  alert.value = wordsOf(new ApiError(0, 'UNREACHABLE', 'It can not be reached.'));
  withdraw();
  expect(alert.value).toBe('');
});

it('given another fault, when the connection is back, then its alert stays', () => {
  alert.value = wordsOf(new ApiError(409, 'CONFLICT', 'Too late.'));
  withdraw();
  expect(alert.value).toBe('Too late.');
});
