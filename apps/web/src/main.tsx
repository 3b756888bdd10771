import { render } from 'preact';
import { features } from './features.js';
import { start } from './state/start.js';
import { App } from './view/app.js';

const root = document.getElementById('app');
root?.replaceChildren();
if (root) render(<App features={features} />, root);
void start(features);
