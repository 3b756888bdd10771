import type { ComponentType } from 'preact';
import type { Feature } from '../../feature.js';
import { operatorHash } from '../../state/operator-route.js';
import { Operator } from './operator.js';

/** The operator's view, with panels that other features have for operators. */
export const operator = (...panels: readonly ComponentType[]): Feature => ({
  label: 'Operator',
  title: 'Operator · Protocol Mesh',
  hash: operatorHash(),
  View: () => <Operator panels={panels} />,
});
