import { cameraTest, savedCamera } from '@vms/api/cameras/camera-schemas.ts';
import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation } from '../installation.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import { tellTest } from './describe-test.ts';
import { SEARCH_TEXTS } from './search-texts.ts';
import { readSignIn, type SignIn, shownAddress, warnOfPassword } from './sign-in.ts';
import { STATE_TEXTS } from './state-texts.ts';
import { searchStreams, tellSearch } from './test.ts';

type Options = Invocation<'cameras add'>['options'];

/** `vms cameras add`: tests the camera first. */
export async function addCamera(
  { words, options }: Invocation<'cameras add'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [name = ''] = words;
  const { url, address } = options;
  if ((url === undefined) === (address === undefined)) {
    throw new CliError('cli.usage', CAMERA_TEXTS.whereIsIt);
  }
  const retentionDays = wholeNumber(options['retention-days'], 1, MAX_RETENTION_DAYS);
  const api = await SystemApi.open(findInstallation(options, environment));
  warnOfPassword(url, terminal);
  warnOfPassword(options['sub-url'], terminal);
  const signIn = await readSignIn(options, terminal);
  const addresses =
    address === undefined
      ? await testedAddresses(api, name, url ?? '', options, signIn, terminal)
      : await foundAddresses(api, name, address, signIn, terminal);
  const { sameAddressAs = [], ...camera } = await api.call('POST', '/cameras', savedCamera, {
    name,
    ...addresses,
    ...signIn,
    ...(retentionDays !== undefined && { retentionDays }),
  });
  terminal.say(CAMERA_TEXTS.added, { name: camera.name, id: camera.id });
  if (sameAddressAs.length > 0) {
    const names = sameAddressAs.map(({ name }) => name).join(', ');
    terminal.note(CAMERA_TEXTS.sameAddress, { names });
  }
  terminal.result({ camera, sameAddressAs });
  return EXIT.ok;
}

interface Addresses {
  readonly url: string;
  readonly subUrl?: string;
}

/** The addresses that were given, once they work. @throws CliError `camera.not-added` */
async function testedAddresses(
  api: SystemApi,
  name: string,
  url: string,
  options: Options,
  signIn: SignIn,
  terminal: Terminal,
): Promise<Addresses> {
  const subUrl = options['sub-url'];
  const streams = [
    { url, stream: 'main', head: CAMERA_TEXTS.mainStream },
    ...(subUrl === undefined ? [] : [{ url: subUrl, stream: 'sub', head: CAMERA_TEXTS.subStream }]),
  ];
  for (const { url: tested, stream, head } of streams) {
    terminal.progress(terminal.in(CAMERA_TEXTS.testing));
    const body = { url: tested, stream, ...signIn };
    const test = await api.call('POST', '/cameras/test', cameraTest, body);
    terminal.say(head, { url: shownAddress(tested) });
    tellTest(test, terminal);
    const { meaning } = STATE_TEXTS[test.state];
    if (test.state !== 'online' && !options.force) throw notAdded(name, terminal.in(meaning));
  }
  return subUrl === undefined ? { url } : { url, subUrl };
}

/** The addresses that a search finds. @throws CliError `camera.not-added` */
async function foundAddresses(
  api: SystemApi,
  name: string,
  address: string,
  signIn: SignIn,
  terminal: Terminal,
): Promise<Addresses> {
  const search = await searchStreams(api, address, signIn, terminal);
  tellSearch(search, terminal);
  const main = search.streams.find(({ role }) => role === 'main');
  const sub = search.streams.find(({ role }) => role === 'sub');
  if (search.outcome !== 'found' || main === undefined) {
    throw notAdded(name, terminal.in(SEARCH_TEXTS[search.outcome]));
  }
  return sub === undefined ? { url: main.url } : { url: main.url, subUrl: sub.url };
}

function notAdded(name: string, why: string): CliError {
  return new CliError('camera.not-added', CAMERA_TEXTS.notAdded, { values: { name, why } });
}

function wholeNumber(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new CliError('cli.usage', CAMERA_TEXTS.notANumber, {
    values: { option: '--retention-days', value: text, min, max },
  });
}
