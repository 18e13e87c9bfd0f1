import type { Page } from 'playwright-core';
import { channelsOf, troubles } from './mock-alerts.ts';
import { MOCK_PASSWORD, MOCK_USERNAME, type MockControls } from './mock-api.ts';

/** A state in which a page of the client is checked and pictured. */
export interface PageState {
  /** Of its pictures. */
  readonly name: string;
  /** The route in app.tsx. */
  readonly route: string;
  /** What is opened; the route where it is left out. */
  readonly address?: string;
  readonly signedOut?: boolean;
  /** Makes the world what it is to be; it is put back afterwards. */
  readonly world?: (controls: MockControls) => void;
  /** What a person does to come there. */
  readonly steps?: (page: Page) => Promise<void>;
  /** Stands on the page when it is there. */
  readonly shows: string;
  /** Answers of 400 and more that belong to it. */
  readonly statuses?: readonly number[];
  /** Leaves the walk with Tab out: the arrow keys lead through it, and other tests use them. */
  readonly byArrows?: boolean;
  /** The row that leads to the same page, whose controls and colours are judged there. */
  readonly sameAs?: string;
}

const PRINTED = 'k7wq-m2ht-9xpa-c4vd-t8nb';
const DEMO = '/cameras/cam_aaaaaaaaaaaaaaaa';
const H265 = '/cameras/cam_bbbbbbbbbbbbbbbb';
const WRONG_PASSWORD = '/cameras/cam_eeeeeeeeeeeeeeee';
const CSV = [
  'name,address,url,username,password',
  'Front gate,192.168.1.30,,admin,secret',
  'Garage,192.168.1.31,,admin,wrong',
  ',192.168.1.32,,admin,secret',
  'Warehouse,,rtsp://192.168.1.33/stream1,admin,secret',
].join('\n');

/** What people call their cameras, and what others call theirs. */
const NAMES = [
  'Portão da frente, à esquerda de quem entra, acima da caixa de correio e da campainha nova',
  'Überwachungskameraaußenbereichsparkplatzeinfahrtschrankenanlagenbeleuchtungssteuerung',
  '<script>alert("camera")</script>',
  '<b>Garage</b> & "yard"',
  'كاميرا المدخل الرئيسي للمبنى',
  'מצלמת החניון',
  '正面玄関カメラ',
  '👨‍👩‍👧‍👦🏡🎥🐕‍🦺',
  'Z̸̛͇a̴̘̍l̵̰̏g̶̱͝o̸͓̓',
  '../../etc/passwd',
];

/** Two of each name. */
function fillWithCameras({ world }: MockControls): void {
  world.cameras = [0, 1].flatMap((round) =>
    world.cameras.map((camera, index) => ({
      ...camera,
      id: `cam_${'abcdefghij'.charAt(index).repeat(15)}${'ax'.charAt(round)}`,
      name: `${NAMES[index] ?? camera.name}${round === 0 ? '' : ` ${round + 1}`}`,
    })),
  );
}

function raiseAlerts({ alerts, world }: MockControls): void {
  const now = Date.now();
  alerts.alerts = troubles(now);
  alerts.channels = channelsOf(now);
  world.alarms = [
    {
      code: 'volume.full',
      severity: 'critical',
      subject: 'archive',
      since: new Date(now - 9e5).toISOString(),
      detail: 'Volume archive is full.',
    },
  ];
}

const noCameras = ({ world }: MockControls): void => {
  world.cameras = [];
};
const unanswered = (controls: MockControls): void => {
  controls.beforeAnswer = () => new Promise(() => {});
};
const failing = (controls: MockControls): void => {
  controls.failWith = { status: 503, code: 'rpc.unreachable' };
};
const printed = (controls: MockControls): void => {
  controls.account = { password: PRINTED, mustChoosePassword: true };
};
const find = async (page: Page, address: string): Promise<void> => {
  await page.fill('[name=address]', address);
  await page.fill('[name=username]', 'admin');
  await page.fill('[name=password]', 'secret');
  await page.click('[data-testid=find-camera]');
};
const addBy = async (page: Page, way: string): Promise<void> => {
  await page.click(`[data-testid=add-way] [data-value=${way}]`);
};
const testUrl = async (page: Page, url: string): Promise<void> => {
  await addBy(page, 'url');
  await page.fill('[name=name]', 'Front door');
  await page.fill('[name=url]', url);
  await page.click('[data-testid=test-camera]');
};
const openMenu = async (page: Page, item: string): Promise<void> => {
  await page.locator('[data-testid=camera-menu]').nth(5).click();
  await page.click(`[data-testid=${item}]`);
};

const PLAYING = '[data-testid=tile][data-phase=playing]';
const PROBLEM = '[data-testid=problem]';

/** Every page in every state that looks different. A route without a row fails a test. */
export const PAGE_STATES: readonly PageState[] = [
  { name: 'sign-in', route: '/sign-in', signedOut: true, shows: '[data-testid=sign-in-form]' },
  {
    name: 'sign-in-wrong',
    route: '/sign-in',
    signedOut: true,
    steps: async (page) => {
      await page.fill('[name=username]', MOCK_USERNAME);
      await page.fill('[name=password]', `not ${MOCK_PASSWORD}`);
      await page.click('[data-testid=sign-in]');
    },
    shows: PROBLEM,
  },
  {
    name: 'welcome',
    route: '/welcome',
    address: `/welcome#${PRINTED}`,
    signedOut: true,
    world: printed,
    shows: '[data-testid=choose-password-form]',
  },
  {
    name: 'welcome-picture',
    route: '/welcome',
    address: `/welcome#${PRINTED}`,
    signedOut: true,
    world: printed,
    steps: (page) => page.click('[data-testid=choose-password-later]'),
    shows: '.welcome-stage[data-phase=playing]',
  },
  {
    name: 'welcome-used',
    route: '/welcome',
    address: `/welcome#${PRINTED}`,
    signedOut: true,
    shows: '[data-testid=welcome-used]',
  },
  { name: 'start', route: '/', shows: '[data-testid=camera-card]', sameAs: 'cameras' },
  { name: 'cameras', route: '/cameras', shows: '[data-testid=camera-card]' },
  {
    name: 'cameras-names',
    route: '/cameras',
    world: fillWithCameras,
    shows: '[data-testid=camera-card]',
  },
  { name: 'cameras-empty', route: '/cameras', world: noCameras, shows: '.empty' },
  { name: 'cameras-loading', route: '/cameras', world: unanswered, shows: '.skeleton' },
  { name: 'cameras-error', route: '/cameras', world: failing, shows: PROBLEM, statuses: [503] },
  {
    name: 'user-menu',
    route: '/cameras',
    steps: async (page) => {
      await page.waitForSelector('[data-testid=camera-card]');
      await page.click('[data-testid=user-menu]');
    },
    shows: '[role=menu]',
    byArrows: true,
  },
  {
    name: 'add-not-found',
    route: '/cameras',
    address: '/cameras?add=1',
    steps: (page) => find(page, '192.168.1.3'),
    shows: '[data-testid=not-found]',
  },
  {
    name: 'add-found',
    route: '/cameras',
    address: '/cameras?add=1',
    steps: (page) => find(page, '192.168.1.20'),
    shows: '[data-testid=found]',
  },
  {
    name: 'add-file',
    route: '/cameras',
    address: '/cameras?add=1',
    steps: async (page) => {
      await addBy(page, 'file');
      await page.fill('[name=csv]', CSV);
      await page.click('[data-testid=file-check]');
    },
    shows: '[data-testid=file-add]',
  },
  {
    name: 'add-url',
    route: '/cameras',
    address: '/cameras?add=1',
    steps: (page) => testUrl(page, 'rtsp://viewer:secret@10.0.4.30:554/stream1'),
    shows: '[data-testid=test-result]',
  },
  {
    name: 'edit-camera',
    route: '/cameras',
    steps: (page) => openMenu(page, 'edit-camera'),
    shows: '[role=dialog]',
  },
  {
    name: 'delete-camera',
    route: '/cameras',
    steps: (page) => openMenu(page, 'delete-camera'),
    shows: '[role=dialog], [role=alertdialog]',
  },
  {
    name: 'camera-live',
    route: '/cameras/:id',
    address: DEMO,
    shows: '[data-testid=player][data-phase=live-playing]',
  },
  {
    name: 'camera-recording',
    route: '/cameras/:id',
    address: DEMO,
    steps: async (page) => {
      await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
      await page.click('[data-testid=player-back]');
      await page.click('#tab-details');
    },
    shows: '[data-testid=player][data-phase=ready]',
  },
  {
    name: 'camera-not-playable',
    route: '/cameras/:id',
    address: H265,
    shows: '[data-testid=live-trouble]',
    statuses: [422],
  },
  {
    name: 'camera-wrong-password',
    route: '/cameras/:id',
    address: WRONG_PASSWORD,
    shows: '[data-testid=recording]',
    statuses: [503],
  },
  {
    name: 'camera-missing',
    route: '/cameras/:id',
    address: '/cameras/cam_zzzzzzzzzzzzzzzz',
    shows: '[data-testid=camera-missing]',
    statuses: [404],
  },
  { name: 'live', route: '/live', shows: PLAYING },
  {
    name: 'live-names',
    route: '/live',
    world: fillWithCameras,
    steps: (page) => page.click('[data-testid=live-layout] [data-value="9"]'),
    shows: PLAYING,
    statuses: [422, 503],
  },
  { name: 'live-empty', route: '/live', world: noCameras, shows: '.empty' },
  { name: 'live-error', route: '/live', world: failing, shows: PROBLEM, statuses: [503] },
  {
    name: 'health',
    route: '/system',
    world: ({ world }) => {
      world.cameras = world.cameras.filter(({ status }) => status.state === 'online');
    },
    shows: '[data-testid=all-well]',
  },
  {
    name: 'health-room',
    route: '/system',
    world: ({ world }) => {
      world.cameras = world.cameras.filter(({ status }) => status.state === 'online');
      world.forecast = { askedDays: 30, keptDays: 0.4, bytesPerDay: 2.1e12 };
    },
    shows: '[data-testid=room-short]',
  },
  { name: 'health-early', route: '/system', shows: '[data-testid=no-alert]' },
  { name: 'health-alerts', route: '/system', world: raiseAlerts, shows: '[data-testid=alert]' },
  { name: 'health-error', route: '/system', world: failing, shows: PROBLEM, statuses: [503] },
  { name: 'settings', route: '/settings', shows: '.tokens' },
  {
    name: 'settings-first-password',
    route: '/settings',
    world: (controls) => {
      controls.account = { password: MOCK_PASSWORD, mustChoosePassword: true };
    },
    steps: (page) => page.click('[data-testid=choose-password-later]'),
    shows: '[data-testid=first-password-notice]',
  },
  {
    name: 'settings-token',
    route: '/settings',
    steps: async (page) => {
      await page.fill('[name=tokenName]', NAMES[4] ?? '');
      await page.press('[name=tokenName]', 'Enter');
    },
    shows: '[data-testid=new-token]',
  },
  { name: 'account', route: '/account', shows: '.tokens', sameAs: 'settings' },
  { name: 'not-found', route: '*', address: '/nowhere', shows: 'main h1, main h2' },
];
