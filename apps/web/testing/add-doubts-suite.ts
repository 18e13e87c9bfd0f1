import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';

const WORDS = {
  en: {
    ansi: /read as Windows-1252/,
    fault: /name is missing/,
    unread: /could not read the file/,
    twin: /“Reception” already has this address/,
    twins: /“Reception”, “.*” already have this address/,
    h265: /This browser cannot play H\.265[\s\S]*H\.264/,
    discard: /Discard what was entered\?/,
    unclear: /A % in the user name or password/,
    late: /There is an @ after the host/,
  },
  'pt-BR': {
    ansi: /lido como Windows-1252/,
    fault: /Falta o nome/,
    unread: /não conseguiu ler o arquivo/,
    twin: /“Reception” já tem este endereço/,
    twins: /“Reception”, “.*” já têm este endereço/,
    h265: /Este navegador não reproduz H\.265[\s\S]*H\.264/,
    discard: /Descartar o que foi preenchido\?/,
    unclear: /Um % no usuário ou na senha/,
    late: /Há um @ depois do host/,
  },
} as const;

/** What is wrong or doubtful when cameras are added, and how it is added all the same, in both languages. */
export async function testAddDoubts(context: TestContext, harness: Harness): Promise<void> {
  for (const locale of ['en', 'pt-BR'] as const) {
    harness.server.controls.reset();
    const says = WORDS[locale];
    const page = await harness.signedIn('/cameras?add=1', { locale });
    await context.test(`a filled form is not discarded by Escape (${locale})`, () =>
      escapeAsks(page, says),
    );
    await context.test(`a password may have any character in an address (${locale})`, () =>
      anyCharacter(page, says),
    );
    await context.test(`an address that is there, and H.265, are reported before (${locale})`, () =>
      toldBefore(page, harness, says),
    );
    await context.test(`says that a file cannot be read, and begins again (${locale})`, () =>
      otherFile(page, says),
    );
    await context.test(`lines of a file are corrected, or added all the same (${locale})`, () =>
      fileDoubts(page, harness, says),
    );
    await page.context().close();
  }
}

type Words = (typeof WORDS)[keyof typeof WORDS];
const form = '[data-testid=camera-form]';

async function escapeAsks(page: Page, says: Words): Promise<void> {
  const dialog = page.locator('[data-testid=add-dialog]');
  const ask = page.locator('[data-testid=discard]');
  await page.waitForSelector('[data-testid=find-form]');
  await page.fill('[name=address]', '10.0.9.3');
  await page.keyboard.press('Escape');
  assert.match(await ask.innerText(), says.discard);
  // Escape is a no, and nothing is lost; so is the button, which has the focus.
  await page.keyboard.press('Escape');
  await ask.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await ask.waitFor();
  await page.waitForFunction(
    () => document.activeElement?.getAttribute('data-testid') === 'discard-no',
  );
  await page.keyboard.press('Enter');
  await ask.waitFor({ state: 'detached' });
  assert.equal(await page.inputValue('[name=address]'), '10.0.9.3');
  // A camera that does not answer is handed on, with who signs in.
  await page.fill('[name=username]', 'admin');
  await page.click('[data-testid=find-camera]');
  await page.click('[data-testid=give-url]');
  assert.equal(await page.inputValue(`${form} [name=url]`), 'rtsp://10.0.9.3/');
  assert.equal(await page.inputValue(`${form} [name=username]`), 'admin');
  await page.keyboard.press('Escape');
  await page.click('[data-testid=discard-yes]');
  await dialog.waitFor({ state: 'detached' });
  // Where nothing was entered nothing is asked.
  await page.click('[data-testid=add-camera]');
  await page.waitForSelector('[data-testid=find-form]');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

async function anyCharacter(page: Page, says: Words): Promise<void> {
  await page.click('[data-testid=add-camera]');
  await page.click('[data-testid=add-way] [data-value=url]');
  const type = async (address: string): Promise<void> => {
    await page.fill(`${form} [name=url]`, '');
    await page.locator(`${form} [name=url]`).pressSequentially(address);
    await page.locator(`${form} [name=url]`).blur();
  };
  for (const password of ['at@at', '100%', '%^{|}é"\'\\:', 'a%b@c']) {
    await type(`rtsp://jo:${password}@10.0.9.40/1`);
    assert.equal(await page.inputValue(`${form} [name=url]`), 'rtsp://10.0.9.40/1');
    assert.equal(await page.inputValue(`${form} [name=username]`), 'jo');
    assert.equal(await page.inputValue(`${form} [name=password]`), password);
  }
  await type('rtsp://10.0.9.40/1?user=ana&password=s3cret');
  assert.equal(
    await page.inputValue(`${form} [name=url]`),
    'rtsp://10.0.9.40/1?user=$USERNAME&password=$PASSWORD',
  );
  assert.equal(await page.inputValue(`${form} [name=password]`), 's3cret');
  await page.fill(`${form} [name=name]`, 'Any');
  for (const [address, words] of [
    ['rtsp://jo:12/34@camera.lan/1', says.late],
    ['rtsp://jo:p%40q%@10.0.9.40/1', says.unclear],
  ] as const) {
    await type(address);
    await page.click('[data-testid=test-camera]');
    assert.match(await page.locator('.field-error').innerText(), words);
    assert.equal(await page.inputValue(`${form} [name=url]`), address);
  }
}

async function toldBefore(page: Page, harness: Harness, says: Words): Promise<void> {
  const { controls } = harness.server;
  const [first] = controls.world.cameras.filter(({ name }) => name === 'Reception');
  assert.ok(first);
  const twin = page.locator('[data-testid=same-address]');
  await page.fill(`${form} [name=url]`, `${first.url}/other-channel`);
  assert.equal(await twin.count(), 0);
  await page.fill(`${form} [name=url]`, first.url);
  assert.match(await twin.innerText(), says.twin);
  const { cameras } = controls.world;
  controls.world.cameras = cameras.map((camera, place) =>
    place === cameras.length - 1 ? { ...camera, url: first.url } : camera,
  );
  await twin.filter({ hasText: says.twins }).waitFor();
  controls.world.cameras = cameras;
  await page.fill(`${form} [name=url]`, 'rtsp://10.0.9.40/h265');
  await twin.waitFor({ state: 'detached' });
  await page.click('[data-testid=test-camera]');
  assert.match(await page.locator('[data-testid=h265]').innerText(), says.h265);
  await page.keyboard.press('Escape');
  await page.click('[data-testid=discard-yes]');
}

/** A file that was moved or may not be opened, and one after which another is pasted. */
async function otherFile(page: Page, says: Words): Promise<void> {
  await page.click('[data-testid=add-camera]');
  await page.click('[data-testid=add-way] [data-value=file]');
  await page.evaluate(() => {
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = () => {
      Blob.prototype.arrayBuffer = arrayBuffer;
      return Promise.reject(new DOMException('It is gone.', 'NotReadableError'));
    };
  });
  const file = { name: 'cameras.csv', mimeType: 'text/csv', buffer: Buffer.from('name,url\n') };
  await page.setInputFiles('[data-testid=file-input]', file);
  assert.match(await page.innerText('[data-testid=file-fault]'), says.unread);
  await page.fill('[name=csv]', 'name,url\n,rtsp://10.0.9.33/1\n');
  await page.click('[data-testid=line-correct]');
  await page.fill('[name=csv]', 'name,url\n,rtsp://10.0.9.34/1\n');
  await page.waitForSelector('[name=line-name]', { state: 'detached' });
  await page.waitForSelector('[data-testid=line-correct]');
  await page.keyboard.press('Escape');
  await page.click('[data-testid=discard-yes]');
}

async function fileDoubts(page: Page, harness: Harness, says: Words): Promise<void> {
  const { controls } = harness.server;
  const [known] = controls.world.cameras.filter(({ name }) => name === 'Reception');
  assert.ok(known);
  await page.click('[data-testid=add-camera]');
  await page.click('[data-testid=add-way] [data-value=file]');
  const text = [
    'nome;endereço;url;usuário;senha',
    ';;rtsp://10.0.9.33/1;admin;segredo',
    'Portão;;rtsp://10.0.9.34/closed;admin;ação',
    `Outra;;${known.url};admin;x`,
    'Pátio;10.0.9.3;;admin;x',
  ].join('\r\n');
  // As a spreadsheet of a German or Brazilian Windows saves it.
  await page.setInputFiles('[data-testid=file-input]', {
    name: 'cameras.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text, 'latin1'),
  });
  assert.match(await page.locator('[data-testid=file-encoding]').innerText(), says.ansi);
  const line = (number: number) => page.locator(`[data-testid=file-rows] [data-line="${number}"]`);
  assert.match(await line(2).innerText(), says.fault);
  assert.match(await line(3).innerText(), /Portão/);
  assert.match(await line(4).innerText(), says.twin);
  // The first is corrected in place; Enter ends the correction and sends nothing.
  await line(2).locator('[data-testid=line-correct]').click();
  await page.fill('[name=line-name]', 'Doca');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=line-name]', { state: 'detached' });
  assert.match(await line(2).innerText(), /Doca/);
  // What is typed stays while the list of cameras changes, and cannot end while lines are tested.
  await line(4).locator('[data-testid=line-correct]').click();
  await page.fill('[name=line-name]', 'Outra 2');
  controls.world.cameras = controls.world.cameras.map((camera) =>
    camera.id === known.id ? { ...camera, name: 'Reception 2' } : camera,
  );
  await line(4).filter({ hasText: 'Reception 2' }).waitFor();
  assert.equal(await page.inputValue('[name=line-name]'), 'Outra 2');
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  controls.beforeAnswer = () => answered;
  await page.click('[data-testid=file-check]');
  await page.waitForSelector('[name=line-name]:disabled');
  assert.ok(await page.isDisabled('[data-testid=line-done]'));
  controls.beforeAnswer = undefined;
  answer();
  await page.waitForSelector('[name=line-name]:not(:disabled)');
  await page.click('[data-testid=line-done]');
  await page.click('[data-testid=file-check]');
  await page.waitForSelector('[data-testid=file-add]');
  // One works, one does not, one is not meant, one is not found.
  assert.match(await page.locator('[data-testid=file-add]').innerText(), /\b1\b/);
  assert.equal(await line(5).locator('[data-testid=line-anyway]').count(), 0);
  await line(3).locator('[data-testid=line-anyway]').check();
  await line(4).locator('[data-testid=line-anyway]').check();
  await line(5).locator('[data-testid=line-correct]').click();
  await page.fill('[name=line-place]', 'rtsp://10.0.9.35/closed');
  await page.click('[data-testid=line-done]');
  await page.click('[data-testid=file-check]');
  await line(5).locator('[data-testid=line-anyway]').check();
  assert.match(await page.locator('[data-testid=file-add]').innerText(), /\b4\b/);
  await page.click('[data-testid=file-add]');
  await page.waitForSelector('[data-testid=added]');
  const added = controls.world.cameras.slice(-4);
  assert.deepEqual(
    added.map(({ name, url }) => [name, url]),
    [
      ['Doca', 'rtsp://10.0.9.33/1'],
      ['Portão', 'rtsp://10.0.9.34/closed'],
      ['Outra 2', known.url],
      ['Pátio', 'rtsp://10.0.9.35/closed'],
    ],
  );
}
