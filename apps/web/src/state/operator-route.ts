import { computed } from '@preact/signals';
import { hashTo, path } from './route.js';

export interface LetterName {
  readonly service: string;
  readonly id: string;
}

export const looksAtOperator = computed(() => path.value[0] === 'operator');
/** The dead letter that is looked at. */
export const letterInAddress = computed((): LetterName | undefined => {
  const [view, service, id] = path.value;
  return view === 'operator' && service && id ? { service, id } : undefined;
});

export const operatorHash = (letter?: LetterName): string =>
  letter ? hashTo('operator', letter.service, letter.id) : hashTo('operator');
