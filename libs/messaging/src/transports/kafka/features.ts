import type { Features } from '../../transport.js';

export const features: Features = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: true,
  delay: false,
  priority: false,
  expiry: false,
};
