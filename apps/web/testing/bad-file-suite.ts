import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { MAX_FILE_LINES } from '../src/cameras/add/file-model.ts';
import type { Harness } from './harness.ts';

const LOCALES = ['en', 'pt-BR'] as const;
type Locale = (typeof LOCALES)[number];

/** A list of cameras with a mistake, and what must be said of it. */
interface BadFile {
  readonly what: string;
  readonly text: string;
  readonly says: Readonly<Record<Locale, RegExp>>;
}

/** Of the whole file: nothing of it can be tested. */
const BAD_FILES: readonly BadFile[] = [
  {
    what: 'names of columns and nothing below',
    text: 'name,address\n',
    says: { en: /no camera in this text/, 'pt-BR': /nenhuma câmera neste texto/ },
  },
  {
    what: 'no names of columns',
    text: '10.0.0.1,admin,secret\n',
    says: {
      en: /Line 1: .*first line must name the columns/,
      'pt-BR': /Linha 1: .*primeira linha precisa ter os nomes das colunas/,
    },
  },
  {
    what: 'an unknown column',
    text: 'name,address,colour\nGate,10.0.0.1,red\n',
    says: {
      en: /Line 1: .*no column “colour”/,
      'pt-BR': /Linha 1: .*Não existe a coluna “colour”/,
    },
  },
  {
    what: 'a quotation mark that is never closed',
    text: 'name,address\nYard,10.0.0.1\n"Gate,10.0.0.2\n',
    says: { en: /Line 3: A quotation mark/, 'pt-BR': /Linha 3: Faltou fechar aspas/ },
  },
  {
    what: 'something behind a closing quotation mark',
    text: 'name,address\nYard,10.0.0.1\n"Gate" 2,10.0.0.2\n',
    says: { en: /Line 3: .*double the mark/, 'pt-BR': /Linha 3: .*duplicadas/ },
  },
  {
    what: 'too many lines',
    text: `name,address\n${'Gate,10.0.0.1\n'.repeat(MAX_FILE_LINES + 1)}`,
    says: { en: /At most 500 lines.*Split/, 'pt-BR': /No máximo 500 linhas.*Divida/ },
  },
];

/** Of one line, the first below the names of the columns; the others go on. */
const BAD_LINES: readonly BadFile[] = [
  {
    what: 'no name',
    text: ',10.0.0.1,,,,',
    says: { en: /name is missing/, 'pt-BR': /Falta o nome/ },
  },
  {
    what: 'no place',
    text: 'Gate,,,,,',
    says: { en: /Address and url are both missing/, 'pt-BR': /Faltam o endereço e a url/ },
  },
  {
    what: 'two places',
    text: 'Gate,10.0.0.1,rtsp://10.0.0.1/1,,,',
    says: { en: /not both/, 'pt-BR': /não os dois/ },
  },
  {
    what: 'an address that is none',
    text: 'Gate,10.0.0.1/x,,,,',
    says: { en: /address is not valid/, 'pt-BR': /endereço não é válido/ },
  },
  {
    what: 'a url of a web page',
    text: 'Gate,,http://10.0.0.1/1,,,',
    says: { en: /a web page/, 'pt-BR': /uma página web/ },
  },
  {
    what: 'a sub stream that is none',
    text: 'Gate,,rtsp://10.0.0.1/1,ftp://x,,',
    says: { en: /rtsp:\/\/ or rtsps:\/\//, 'pt-BR': /rtsp:\/\/ ou rtsps:\/\// },
  },
  {
    what: 'more fields than columns',
    text: 'Gate,10.0.0.1,,,admin,se,cret',
    says: { en: /7 fields instead of 6/, 'pt-BR': /7 campos em vez de 6/ },
  },
  {
    what: 'a camera that another line has',
    text: 'Gate,http://10.0.0.99/,,,,',
    says: { en: /already in line 2/, 'pt-BR': /já está na linha 2/ },
  },
  {
    what: 'a camera that is there',
    text: 'Gate,,rtsp://10.0.4.11:554/Streaming/Channels/101,,,',
    says: { en: /already has this address/, 'pt-BR': /já tem este endereço/ },
  },
];

const COLUMNS = 'name,address,url,subUrl,username,password';
/** Small words that English cannot do without and Portuguese does not have. */
const ENGLISH = /\b(the|is|are|not|of|this|that|and|with|line|already)\b/i;

/** Lists of cameras with every kind of mistake, in both languages. */
export async function testBadFiles(context: TestContext, harness: Harness): Promise<void> {
  const assertSays = (text: string, locale: Locale, { what, says }: BadFile): void => {
    assert.match(text, says[locale], what);
    if (locale === 'pt-BR') assert.doesNotMatch(text, ENGLISH, what);
  };
  for (const locale of LOCALES) {
    await context.test(`names every mistake of a file in ${locale}`, async () => {
      const page: Page = await harness.signedIn('/cameras?add=1', { locale });
      await page.click('[data-testid=add-way] [data-value=file]');
      const fill = (text: string): Promise<void> => page.fill('[name=csv]', text);
      for (const file of BAD_FILES) {
        await fill(file.text);
        const fault = page.locator('[data-testid=file-fault]');
        assertSays(await fault.innerText(), locale, file);
        assert.equal(await page.locator('[data-testid=file-rows]').count(), 0, file.what);
        await fill('');
        await fault.waitFor({ state: 'detached' });
      }
      // Each below a line that is right, which stays so.
      for (const line of BAD_LINES) {
        await fill(`${COLUMNS}\nYard,10.0.0.99,,,admin,secret\n${line.text}\n`);
        const row = page.locator('[data-testid=file-rows] [data-line="3"]');
        assertSays(await row.locator('p').innerText(), locale, line);
        const right = page.locator('[data-testid=file-rows] [data-line="2"]');
        assert.equal(await right.getAttribute('data-tone'), 'off', line.what);
        await fill('');
        await row.waitFor({ state: 'detached' });
      }
      await page.context().close();
    });
  }
}
