import type { Feature } from '../feature.js';
import { customer, token } from '../state/session.js';
import { ConnectionPill } from './connection-pill.js';

interface HeaderProps {
  readonly features: readonly Feature[];
  readonly shown: Feature | undefined;
}

export function Header({ features, shown }: HeaderProps) {
  return (
    <header class="top">
      <h1 class="brand">Protocol Mesh</h1>
      <nav aria-label="Views">
        {features.map((feature) => (
          <a
            key={feature.hash}
            href={feature.hash}
            aria-current={feature === shown ? 'page' : undefined}
          >
            {feature.label}
          </a>
        ))}
      </nav>
      <span class="who">{token.value ? customer : 'not signed in'}</span>
      <ConnectionPill />
    </header>
  );
}
