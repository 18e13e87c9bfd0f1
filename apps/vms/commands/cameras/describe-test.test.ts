import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraTestView } from '@vms/api/cameras/camera-schemas.ts';
import { Terminal } from '../../command-line/terminal.ts';
import type { Language } from '../../language/text.ts';
import { tellTest } from './describe-test.ts';

function told(codec: string, language: Language): string {
  let shown = '';
  const stdout = {
    write: (text: string) => {
      shown += text;
      return true;
    },
  };
  const view: CameraTestView = {
    state: 'online',
    detail: '',
    tracks: [{ kind: 'video', codec, supported: true }],
    framesPerSecond: 25,
    bitsPerSecond: 4e6,
    gopSeconds: 2,
    reordersFrames: false,
    browser: { webrtc: { ok: false, reason: 'stream.h265-not-playable' }, mse: { ok: true } },
    advice: [{ code: 'audio.not-in-webrtc', severity: 'info', values: { codec: 'aac' } }],
    elapsedMs: 1,
  };
  tellTest(view, new Terminal({ language, json: false, stdout, stderr: stdout }));
  return shown;
}

test('H.265 is live by MSE only where the browser plays it', () => {
  assert.match(told('h265', 'en'), /live by MSE: where the browser plays H\.265/);
  assert.match(told('h265', 'pt-BR'), /ao vivo por MSE: onde o navegador reproduz H\.265/);
  assert.match(told('h264', 'en'), /live by MSE: yes/);
});

test('advice names codecs as people do', () => {
  assert.match(told('h264', 'en'), /Its sound \(.?AAC.?\) is recorded/);
  assert.match(told('h264', 'pt-BR'), /mas nem todo vídeo ao vivo o reproduz/);
});
