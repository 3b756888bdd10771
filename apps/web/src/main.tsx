import { render } from 'preact';
import { start } from './state/start.js';
import { App } from './view/app.js';

const root = document.getElementById('app');
root?.replaceChildren();
if (root) render(<App />, root);
void start();
