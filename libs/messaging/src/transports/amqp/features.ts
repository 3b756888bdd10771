import type { Features } from '../../transport.js';

export const features: Features = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: false,
  delay: true,
  priority: true,
  expiry: true,
};
