/**
 * Writes docs/architecture/rtsp-quirks.md from the table in libs/wire/rtsp/quirks.ts:
 * `node_modules/.bin/node scripts/quirks-page.ts`. A test compares the two.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Quirk, RTSP_QUIRKS } from '../libs/wire/rtsp/quirks.ts';

export const QUIRKS_PAGE = join(import.meta.dirname, '../docs/architecture/rtsp-quirks.md');

/** Trackers by the letters that the table uses. */
const TRACKERS: Readonly<Record<string, string>> = {
  R: 'scottlamb/retina',
  M: 'scottlamb/moonfire-nvr',
  G: 'AlexxIT/go2rtc',
  X: 'bluenviron/mediamtx',
  S: 'ngraziano/SharpRTSP',
  gortsplib: 'bluenviron/gortsplib',
};

/** The page, in Markdown. */
export function renderQuirksPage(quirks: readonly Quirk[]): string {
  const lines = [
    '# Peculiarities of cameras, and what we do about them',
    '',
    'Made by `scripts/quirks-page.ts` from the table in',
    '[libs/wire/rtsp/quirks.ts](../../libs/wire/rtsp/quirks.ts): change it there. Every row has a test whose',
    'title begins with `quirk <id>`. All are tolerated by default, and told once a stream.',
    '',
  ];
  quirks.forEach((quirk, index) => {
    lines.push(
      `## ${index + 1}. \`${quirk.id}\``,
      '',
      `- **Cameras:** ${quirk.camera}`,
      `- **Symptom:** ${quirk.symptom}`,
      `- **Specification:** ${quirk.specification}`,
      `- **What we do:** ${quirk.tolerance}`,
      `- **Test:** [${quirk.test}](../../${quirk.test}), bytes in [${quirk.fixture}](../../${quirk.fixture})`,
      `- **Known from:** ${linked(quirk.issue)}`,
      '',
    );
  });
  return `${lines.join('\n').trimEnd()}\n`;
}

function linked(issues: string): string {
  return issues
    .split(', ')
    .map((issue) => {
      const [tracker = '', number] = issue.split('#');
      const repository = TRACKERS[tracker];
      if (issue === 'GL') return 'comments in gortsplib';
      if (repository === undefined || number === undefined) return issue;
      return `[${repository}#${number}](https://github.com/${repository}/issues/${number})`;
    })
    .join(', ');
}

if (import.meta.main) writeFileSync(QUIRKS_PAGE, renderQuirksPage(RTSP_QUIRKS));
