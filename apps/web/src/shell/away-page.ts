import { basePath } from '../api/base.ts';
import type { Locale, Translate } from '../i18n/translate.ts';

/** As public/away-worker.js names them. */
const CACHE = 'vms-away';
const PAGE = 'away-page';
/** Milliseconds that belong to what a person came for: a worker is started after the first pictures. */
const HOLD_OFF_MS = 3_000;
/** Seconds between two tries to load what was asked for. */
const RETRY_SECONDS = 5;

/**
 * What a person sees who opens or reloads a page while the system is unavailable: words, and the page again as
 * soon as it answers. It needs no script, so that it may run none.
 */
export function awayPage(t: Translate, locale: Locale): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${RETRY_SECONDS}">
<title>${t('away.title')} · ${t('app.name')}</title>
<style>body{display:grid;place-content:center;min-height:90vh;margin:1.5rem;font:1rem/1.5 system-ui,sans-serif;text-align:center}</style>
</head>
<body>
<main>
<h1>${t('away.title')}</h1>
<p>${t('away.page')}</p>
</main>
</body>
</html>
`;
}

/**
 * Has a worker show `awayPage` while the system is unavailable. Browsers have workers over HTTPS and on this machine
 * alone, and not with a certificate that they do not trust; elsewhere nothing happens.
 */
export function keepAwayPage(t: Translate, locale: Locale): void {
  if (!('serviceWorker' in navigator) || !('caches' in window)) return;
  const page = awayPage(t, locale);
  keeping ??= new Promise((resolve) => setTimeout(resolve, HOLD_OFF_MS));
  keeping = keeping.then(() => keep(page));
}

/** One after the other: of two languages in quick succession the later one stays. */
let keeping: Promise<void> | undefined;

async function keep(page: string): Promise<void> {
  try {
    const cache = await caches.open(CACHE);
    await cache.put(
      `${basePath()}/${PAGE}`,
      new Response(page, {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        },
      }),
    );
    await navigator.serviceWorker.register(`${basePath()}/away-worker.js`, {
      updateViaCache: 'none',
    });
  } catch {
    // The browser refuses workers or storage: it shows its own page then.
  }
}
