import { alert } from '../state/alert.js';
import { ConnectionState } from './connection-state.js';
import { JourneyView } from './journey-view.js';
import { OrderForm } from './order-form.js';
import { OrderList } from './order-list.js';

export function App() {
  return (
    <>
      <header class="top">
        <div>
          <h1>Protocol Mesh</h1>
          <p>Place an order and watch it cross four services, live.</p>
        </div>
        <ConnectionState />
      </header>
      <p class="alert" role="alert">
        {alert}
      </p>
      <main>
        <OrderForm />
        <JourneyView />
        <OrderList />
      </main>
      <footer>
        <a href="/docs">API</a> <a href="/openapi.json">OpenAPI</a>{' '}
        <a href="/asyncapi.json">AsyncAPI</a>
      </footer>
    </>
  );
}
