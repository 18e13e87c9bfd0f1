import { EXPORT_FORMATS } from '@vms/storage/export/export-recording.ts';
import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

export const EXPORT_COMMANDS = {
  export: {
    summary: text(
      'writes what was recorded in a time into a file that any player opens',
      'exporta a gravação de um período para um arquivo que qualquer player abre',
    ),
    details: text(
      'Works while the system runs and while it is stopped. Times are those of the clocks in the time zone of the camera, such as 2026-01-31 12:00 or 12:00 for today, or ISO 8601 with a zone. The file begins with the keyframe at or before --from. Gaps in the recording are left out and listed. Video is not re-encoded; in MP4 sound in G.711 becomes FLAC, which loses nothing. Where the camera changed its encoding another file begins, with -2 in its name. No file is ever overwritten.',
      'Funciona com o sistema em execução e com ele parado. As horas são as dos relógios no fuso da câmera, como 31/01/2026 12:00, ou 12:00 para hoje, ou ISO 8601 com fuso. O arquivo começa no quadro-chave em --from ou antes dele. Lacunas na gravação são puladas e listadas. As imagens não são recodificadas; em MP4 o som em G.711 vira FLAC, que não perde nada. Onde a câmera mudou a codificação começa outro arquivo, com -2 no nome. Nenhum arquivo é sobrescrito.',
    ),
    arguments: [
      {
        name: text('CAMERA', 'CÂMERA'),
        help: text(
          'its name or its id; of a removed camera its id',
          'o nome ou o id dela; de uma câmera removida, o id',
        ),
      },
    ],
    options: {
      from: { type: 'string', value: text('TIME', 'HORA'), help: text('beginning', 'início') },
      to: { type: 'string', value: text('TIME', 'HORA'), help: text('end (now)', 'fim (agora)') },
      format: {
        type: 'string',
        value: text('FORMAT', 'FORMATO'),
        choices: EXPORT_FORMATS,
        help: text(
          'of the file (that of --out, else mp4)',
          'formato do arquivo (o de --out, senão mp4)',
        ),
      },
      out: {
        type: 'string',
        value: text('FILE', 'ARQUIVO'),
        help: text(
          'file or folder to write to (a name with camera and time, here)',
          'arquivo ou pasta de destino (um nome com câmera e hora, aqui)',
        ),
      },
      stream: {
        type: 'string',
        value: text('STREAM', 'FLUXO'),
        choices: ['main', 'sub'],
        help: text('which of its streams (main)', 'qual dos fluxos dela (main)'),
      },
      'time-zone': {
        type: 'string',
        value: text('ZONE', 'FUSO'),
        help: text(
          'of the times, such as America/Sao_Paulo (that of the camera)',
          'fuso das horas, como America/Sao_Paulo (o da câmera)',
        ),
      },
    },
    examples: [
      {
        line: text(
          "vms export 'Front gate' --from 12:00 --to 12:15",
          "vms export 'Portão' --from 12:00 --to 12:15",
        ),
        help: text('a quarter of an hour of today, as MP4', 'quinze minutos de hoje, em MP4'),
      },
      {
        line: text(
          "vms export cam_abcdefghijklmnop --from '2026-01-31 22:00' --to '2026-02-01 06:00' --out /media/usb/night.mkv",
          "vms export cam_abcdefghijklmnop --from '31/01/2026 22:00' --to '01/02/2026 06:00' --out /media/usb/noite.mkv",
        ),
        help: text('a night, as Matroska', 'uma noite, em Matroska'),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
