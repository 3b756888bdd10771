import { useEffect, useRef } from 'preact/hooks';
import { alert, announcement } from '../state/alert.js';
import { route } from '../state/route.js';
import { Header } from './header.js';
import { Operator } from './operator/operator.js';
import { Shop } from './shop.js';

const titles = { shop: 'Protocol Mesh', operator: 'Operator · Protocol Mesh' };

export function App() {
  const { view } = route.value;
  const content = useRef<HTMLElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    document.title = titles[view];
    if (opened.current) content.current?.focus();
    opened.current = true;
  }, [view]);
  const skip = (event: Event) => {
    event.preventDefault();
    content.current?.focus();
  };
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      <Header />
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
        {view === 'shop' ? <Shop /> : <Operator />}
      </main>
      <footer>
        <a href="/docs">API</a> <a href="/openapi.json">OpenAPI</a>{' '}
        <a href="/asyncapi.json">AsyncAPI</a>
      </footer>
    </>
  );
}
