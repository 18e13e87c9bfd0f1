import '@fontsource-variable/inter/wght.css';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/surfaces.css';
import { render } from 'solid-js/web';
import { App } from './app.tsx';
import { takeFirstPassword } from './session/first-password.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
// Before anything is drawn or asked for: the address bar shows it no longer than need be.
const firstPassword = takeFirstPassword(window);
render(() => <App {...(firstPassword === undefined ? {} : { firstPassword })} />, root);
