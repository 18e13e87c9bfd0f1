/** npm run build: installs what is missing and builds the web client, as a production needs it. */
import { ensureInstalled, main } from './installation.mjs';
import { ensureWebBuilt } from './web-build.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureWebBuilt();
  return 0;
});
