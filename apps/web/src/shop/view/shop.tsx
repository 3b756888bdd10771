import { ConnectionPanel } from './connection-panel.js';
import { OrderForm } from './order-form.js';
import { OrderList } from './order-list.js';
import { PathPanel } from './path-panel.js';
import { SignInPanel } from '../../view/sign-in-panel.js';

export function Shop() {
  return (
    <div class="shop">
      <SignInPanel />
      <OrderForm />
      <PathPanel />
      <ConnectionPanel />
      <OrderList />
    </div>
  );
}
