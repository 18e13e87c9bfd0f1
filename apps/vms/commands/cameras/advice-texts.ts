import type { AdviceCode } from '@vms/common/camera-advice.ts';
import { type Text, text } from '../../language/text.ts';

/** What to change in a camera, by the code of the advice. */
export const ADVICE_TEXTS: Readonly<Record<AdviceCode, Text>> = {
  'audio.not-supported': text(
    'Its sound ({codec}) is not recorded. Set AAC or G.711 in the camera to record it.',
    'O som dela ({codec}) não é gravado. Configure AAC ou G.711 na câmera para gravá-lo.',
  ),
  'audio.not-in-webrtc': text(
    'Its sound ({codec}) is recorded, but not heard in every live view. G.711 is heard everywhere.',
    'O som dela ({codec}) é gravado, mas nem todo vídeo ao vivo o reproduz. O G.711 é reproduzido em todos.',
  ),
  'clock.wrong': text(
    'Its own clock is {seconds} s off: the time that it writes into the picture is wrong. Switch NTP on in the camera. Recordings have our time.',
    'O relógio dela está {seconds} s errado: a hora que ela escreve na imagem não é a certa. Ative o NTP na câmera. As gravações usam a nossa hora.',
  ),
  'login.not-asked': text(
    'It does not ask for a password: anyone on the network can see its picture. Switch authentication on in the camera.',
    'Ela não pede senha: quem a alcança pela rede vê a imagem. Ative a autenticação na câmera.',
  ),
  'video.b-frames': text(
    'It sends B-frames, which low-latency live views cannot carry. Switch B-frames off, or choose the Baseline or Main profile.',
    'Ela envia quadros B, que a exibição ao vivo de baixa latência não suporta. Desative os quadros B ou escolha o perfil Baseline ou Main.',
  ),
  'video.bit-rate-high': text(
    'It sends {megabitsPerSecond} Mbit/s; {recommendedMegabitsPerSecond} Mbit/s are enough for this size and rate, and the disk lasts longer.',
    'Ela envia {megabitsPerSecond} Mbit/s; {recommendedMegabitsPerSecond} Mbit/s bastam para este tamanho e taxa, e o disco dura mais.',
  ),
  'video.bit-rate-low': text(
    'It sends only {megabitsPerSecond} Mbit/s: details are lost as soon as something moves. Set about {recommendedMegabitsPerSecond} Mbit/s.',
    'Ela envia só {megabitsPerSecond} Mbit/s: os detalhes se perdem quando algo se move. Configure cerca de {recommendedMegabitsPerSecond} Mbit/s.',
  ),
  'video.codec-not-supported': text(
    'Its video codec ({codec}) cannot be recorded. Set H.264 or H.265 in the camera.',
    'O codec de vídeo dela ({codec}) não pode ser gravado. Configure H.264 ou H.265 na câmera.',
  ),
  'video.frame-rate-differs': text(
    'It declares {declaredFramesPerSecond} frames a second and sends {framesPerSecond}: often it is too dark, or the camera is overloaded.',
    'Ela declara {declaredFramesPerSecond} quadros por segundo e envia {framesPerSecond}: costuma ser pouca luz, ou câmera sobrecarregada.',
  ),
  'video.gop-long': text(
    'A keyframe comes only every {seconds} s: views and exports begin late. Set {recommendedSeconds} s.',
    'Um quadro-chave vem só a cada {seconds} s: exibições e exportações começam tarde. Configure {recommendedSeconds} s.',
  ),
  'video.h265-without-sub': text(
    'It sends H.265 and has no sub stream in H.264: most browsers show no live picture. Add a sub stream in H.264.',
    'Ela envia H.265 e não tem fluxo secundário em H.264: a maioria dos navegadores não mostra a imagem ao vivo. Adicione um fluxo secundário em H.264.',
  ),
  'video.h265-sub': text(
    'Its sub stream is H.265 too, which helps no browser. Set the sub stream to H.264.',
    'O fluxo secundário dela também é H.265, o que não ajuda nenhum navegador. Configure-o para H.264.',
  ),
  'video.sub-large': text(
    'Its sub stream has {width} × {height}; a grid uses at most {maxWidth} × {maxHeight}. Set a smaller size.',
    'O fluxo secundário dela tem {width} × {height}; uma grade usa no máximo {maxWidth} × {maxHeight}. Configure um tamanho menor.',
  ),
};
