import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';

/** Adding cameras: by address alone, one after the other, and from a file. */
export async function testAddCameras(context: TestContext, harness: Harness): Promise<void> {
  const { controls } = harness.server;
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  const find = async (address: string, password = 'secret'): Promise<void> => {
    await page.fill('[data-testid=find-form] [name=address]', address);
    await page.fill('[data-testid=find-form] [name=username]', 'admin');
    await page.fill('[data-testid=find-form] [name=password]', password);
    await page.click('[data-testid=find-camera]');
  };

  await context.test('says in plain words why a camera was not found', async () => {
    page = await harness.signedIn('/cameras?add=1');
    await page.waitForSelector('[data-testid=find-form]');
    await page.click('[data-testid=find-camera]');
    assert.match(await text('.field-error'), /Fill in this field/);
    const cases: [string, RegExp][] = [
      ['10.0.9.1', /asks for a user name/],
      ['10.0.9.2', /refuses this user name[\s\S]*tried only once/],
      ['10.0.9.3', /Nothing answers at 10\.0\.9\.3[\s\S]*power and network/],
      ['10.0.9.4', /not with camera streams[\s\S]*554/],
      ['10.0.9.5', /refuses to send its streams/],
      ['10.0.9.6', /none of the known stream addresses works[\s\S]*Tried 14 addresses/],
      ['10.0.9.7', /did not work[\s\S]*DESCRIBE/],
      ['10.0.9.8', /did not work/],
    ];
    for (const [address, words] of cases) {
      await find(address);
      await page.waitForFunction(
        (wanted) =>
          document.querySelector('[data-testid=not-found]')?.textContent.includes(wanted) === true,
        `rtsp://${address}:554/`,
      );
      assert.match(await text('[data-testid=not-found]'), words, address);
    }
    await find('10.0.9.20/stream');
    assert.match(await text('.field-error'), /not an address/);
  });

  await context.test(
    'finds both streams by address and password, and what to improve',
    async () => {
      await find('http://10.0.9.20/');
      const found = await text('[data-testid=found]');
      for (const words of [/Intelbras/, /H\.264 High/, /1920 × 1080/, /704 × 480/, /least delay/]) {
        assert.match(found, words);
      }
      assert.match(found, /keyframe\) comes only every 10 s[\s\S]*interval \(GOP\) to 2 s/);
      assert.equal(await page.inputValue('[name=name]'), 'Intelbras 10.0.9.20');
      // The name is selected: whoever types replaces it, and Enter adds.
      await page.keyboard.type('Portão da frente');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-testid=added]');
      const camera = controls.world.cameras.find(({ name }) => name === 'Portão da frente');
      assert.equal(camera?.url, 'rtsp://10.0.9.20:554/cam/realmonitor?channel=1&subtype=0');
      assert.equal(camera.subUrl, 'rtsp://10.0.9.20:554/cam/realmonitor?channel=1&subtype=1');
    },
  );

  await context.test('keeps user and password for the next one', async () => {
    await page.click('[data-testid=added-next]');
    assert.equal(await page.inputValue('[name=username]'), 'admin');
    assert.equal(await page.inputValue('[name=password]'), 'secret');
    assert.equal(await page.inputValue('[name=address]'), '');
    await page.keyboard.type('10.0.9.21');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=found]');
    await page.keyboard.press('Enter');
    assert.match(
      await text('[data-testid=added]'),
      /Portão da frente[\s\S]*Intelbras 10\.0\.9\.21/,
    );
  });

  await context.test('hands a full address to the other form', async () => {
    await page.click('[data-testid=added-next]');
    await page.fill('[name=address]', 'rtsp://me:secret@10.0.9.40/stream1');
    await page.click('[data-testid=find-camera]');
    await page.getByRole('button', { name: 'Use it there' }).click();
    assert.equal(await page.inputValue('[name=url]'), 'rtsp://10.0.9.40/stream1');
    assert.equal(await page.inputValue('[name=username]'), 'me');
  });

  await context.test('tests every line of a file before it adds those that work', async () => {
    await page.click('[data-testid=add-way] [data-value=file]');
    await page.fill('[name=csv]', 'name,address\n"Gate');
    assert.match(await text('[data-testid=file-fault]'), /Line 2: A quotation mark/);
    const file = [
      'name;address;url;username;password',
      '<img src=x onerror=alert(1)>;10.0.9.30;;admin;secret',
      'Garage;10.0.9.31;;admin;wrong',
      ';10.0.9.32;;admin;secret',
      'بوابة 🚪;;rtsp://10.0.9.33/stream1;admin;secret',
      'Yard;;rtsp://10.0.9.34/closed;admin;secret',
    ].join('\n');
    await page.setInputFiles('[data-testid=file-input]', {
      name: 'cameras.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(file),
    });
    await page.click('[data-testid=file-check]');
    await page.waitForSelector('[data-testid=file-add]');
    const line = (number: number): Promise<string> =>
      text(`[data-testid=file-rows] [data-line="${number}"]`);
    assert.match(await line(2), /<img src=x onerror=alert\(1\)>[\s\S]*works/);
    assert.match(await line(3), /refuses this user name/);
    assert.match(await line(4), /name is missing/);
    assert.match(await line(5), /works/);
    assert.match(await line(6), /Unreachable/);
    assert.match(await text('[data-testid=file-add]'), /Add 2 cameras/);
    await page.click('[data-testid=file-add]');
    assert.match(
      await text('[data-testid=added]'),
      /<img src=x onerror=alert\(1\)>[\s\S]*بوابة 🚪/,
    );
    await page.click('[data-testid=added-live]');
    await page.waitForURL(/\/live$/);
    await page.context().close();
  });
}
