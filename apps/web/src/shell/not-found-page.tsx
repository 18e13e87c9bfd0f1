import { A } from '@solidjs/router';
import { usePreferences } from '../i18n/preferences.tsx';
import { Empty } from '../ui/empty.tsx';
import { useTitle } from '../ui/title.ts';

export function NotFoundPage() {
  const { t } = usePreferences();
  useTitle(() => t('app.notFound'));
  return (
    <Empty icon="search" title={t('app.notFound')} hint={t('app.notFoundHint')}>
      <A href="/cameras" class="button" data-variant="secondary">
        {t('app.toCameras')}
      </A>
    </Empty>
  );
}
