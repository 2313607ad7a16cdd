/** The page: begins it, and draws it. */
import { render } from 'preact';
import { App } from './parts/App.js';
import { begin } from './state.js';

begin().then(() => render(<App />, document.getElementById('page')!));
