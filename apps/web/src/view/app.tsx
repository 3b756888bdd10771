import { useEffect, useRef } from 'preact/hooks';
import type { Feature } from '../feature.js';
import { alert, announcement } from '../state/alert.js';
import { parsePath, path } from '../state/route.js';
import { Header } from './header.js';

export function App({ features }: { readonly features: readonly Feature[] }) {
  const feature = shownOf(features);
  const content = useRef<HTMLElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    document.title = feature?.title ?? '';
    if (opened.current) content.current?.focus();
    opened.current = true;
  }, [feature]);
  const skip = (event: Event) => {
    event.preventDefault();
    content.current?.focus();
  };
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      <Header features={features} shown={feature} />
      <div class="alert" role="alert">
        {alert.value && (
          <p>
            {alert}
            <button type="button" aria-label="Dismiss" onClick={() => (alert.value = '')}>
              ✕
            </button>
          </p>
        )}
      </div>
      <p class="unseen" role="status">
        {announcement}
      </p>
      <main id="content" ref={content} tabIndex={-1}>
        {feature && <feature.View />}
      </main>
      <footer>
        <a href="/docs">API</a> <a href="/openapi.json">OpenAPI</a>{' '}
        <a href="/asyncapi.json">AsyncAPI</a>
      </footer>
    </>
  );
}

/** The view of the address; the first one when it names none. */
function shownOf(features: readonly Feature[]): Feature | undefined {
  const named = features.find(({ hash }) => {
    const [name] = parsePath(hash);
    return name !== undefined && name === path.value[0];
  });
  return named ?? features[0];
}
