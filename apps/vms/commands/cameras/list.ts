import { EXIT } from '../../cli-error.ts';
import { columnsOf } from '../../command-line/columns.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation } from '../installation.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import { rateText, trackText } from './describe-test.ts';
import { listCameras } from './find-camera.ts';
import { STATE_TEXTS } from './state-texts.ts';

/** `vms cameras list` */
export async function list(
  { options }: Invocation<'cameras list'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const api = await SystemApi.open(findInstallation(options, environment));
  const cameras = await listCameras(api);
  terminal.result({ cameras });
  if (cameras.length === 0) {
    terminal.say(CAMERA_TEXTS.none);
    return EXIT.ok;
  }
  const { headName, headState, headVideo, headAddress, headId } = CAMERA_TEXTS;
  const rows = cameras.map(({ name, url, id, status }) => {
    const video = status.tracks.find(({ kind }) => kind === 'video');
    const parts = [
      video === undefined ? '' : trackText(video, terminal),
      rateText(status, terminal),
    ];
    const shown = parts.filter((part) => part !== '').join(', ');
    return [name, terminal.in(STATE_TEXTS[status.state].label), shown, url, id];
  });
  const head = [headName, headState, headVideo, headAddress, headId];
  terminal.print(
    columnsOf(
      head.map((each) => terminal.in(each)),
      rows,
    ),
  );
  const online = cameras.filter(({ status }) => status.state === 'online').length;
  terminal.say(CAMERA_TEXTS.count, { online, count: cameras.length });
  return EXIT.ok;
}
