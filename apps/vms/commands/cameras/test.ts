import { cameraSearch, cameraTest } from '@vms/api/cameras/camera-schemas.ts';
import type { z } from 'zod';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation } from '../installation.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import { tellTest } from './describe-test.ts';
import { cameraNamed, listCameras } from './find-camera.ts';
import { SEARCH_TEXTS } from './search-texts.ts';
import { readSignIn, type SignIn, shownAddress, warnOfPassword } from './sign-in.ts';

export type CameraSearch = z.output<typeof cameraSearch>;

/** `vms cameras test`: exit code 1 where the camera does not work. */
export async function testCamera(
  { words, options }: Invocation<'cameras test'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [asked] = words;
  if ((asked === undefined) === (options.address === undefined)) {
    throw new CliError('cli.usage', CAMERA_TEXTS.whatToTest);
  }
  const api = await SystemApi.open(findInstallation(options, environment));
  const signIn = await readSignIn(options, terminal);
  if (options.address !== undefined) {
    const search = await searchStreams(api, options.address, signIn, terminal);
    tellSearch(search, terminal);
    terminal.result(search);
    return search.outcome === 'found' ? EXIT.ok : EXIT.failure;
  }
  const target = asked ?? '';
  const isUrl = target.includes('://');
  if (isUrl) warnOfPassword(target, terminal);
  const body = isUrl
    ? { url: target, ...signIn }
    : { camera_id: cameraNamed(await listCameras(api), target).id, ...signIn };
  terminal.progress(terminal.in(CAMERA_TEXTS.testing));
  const test = await api.call('POST', '/cameras/test', cameraTest, body);
  if (test.state === 'online')
    terminal.say(CAMERA_TEXTS.mainStream, { url: isUrl ? shownAddress(target) : target });
  tellTest(test, terminal);
  terminal.result(test);
  return test.state === 'online' ? EXIT.ok : EXIT.failure;
}

/** Looks for the streams of a camera by its address alone. */
export async function searchStreams(
  api: SystemApi,
  address: string,
  signIn: SignIn,
  terminal: Terminal,
): Promise<CameraSearch> {
  terminal.progress(terminal.in(CAMERA_TEXTS.testing));
  return api.call('POST', '/cameras/find', cameraSearch, { address, ...signIn });
}

/** Tells what a search found, stream by stream. */
export function tellSearch(search: CameraSearch, terminal: Terminal): void {
  const { outcome, maker, streams, detail } = search;
  if (outcome !== 'found') {
    terminal.say(SEARCH_TEXTS[outcome]);
    terminal.say(CAMERA_TEXTS.detail, { text: detail });
    return;
  }
  const name = maker?.name ?? terminal.in(CAMERA_TEXTS.unknownMaker);
  terminal.say(CAMERA_TEXTS.found, { maker: name });
  for (const { role, url, test } of streams) {
    terminal.say(role === 'main' ? CAMERA_TEXTS.mainStream : CAMERA_TEXTS.subStream, { url });
    tellTest(test, terminal);
  }
}
