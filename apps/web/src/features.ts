import type { Feature } from './feature.js';
import { operator } from './view/operator/feature.js';
import { shop } from './shop/feature.js';
import { StockEditor } from './shop/view/stock-editor.js';

/** The views of this page. The first one is shown when the address names none. */
export const features: readonly Feature[] = [
  // One line a view.
  shop,
  operator(StockEditor),
];
