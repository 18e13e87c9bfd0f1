import '@fontsource-variable/inter/wght.css';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/surfaces.css';
import { render } from 'solid-js/web';
import { basePath, isBelowBase } from './api/base.ts';
import { App } from './app.tsx';
import { takeFirstPassword } from './session/first-password.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
if (isBelowBase(location.pathname)) {
  // Before anything is drawn or asked for: the address bar shows it no longer than need be.
  const firstPassword = takeFirstPassword(window);
  render(
    () => (
      <App
        {...(firstPassword === undefined ? {} : { firstPassword })}
        // Hashed by the build: it tells which build this is.
        ownEntry={import.meta.url}
      />
    ),
    root,
  );
} else {
  // At the system's own port, past the proxy that gives it its path.
  const { hash, pathname, search } = location;
  location.replace(basePath() + pathname + search + hash);
}
