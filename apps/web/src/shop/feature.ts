import type { Feature } from '../feature.js';
import { followConnection } from './state/heard.js';
import { followShop } from './state/live-shop.js';
import { followLookedAt } from './state/looked-at.js';
import { loadStock } from './state/stock.js';
import { Shop } from './view/shop.js';

/** Placing orders and watching them, live. */
export const shop: Feature = {
  label: 'Shop',
  title: 'Protocol Mesh',
  hash: '#/',
  View: Shop,
  follow() {
    followConnection();
    followShop();
    followLookedAt();
  },
  load: loadStock,
};
