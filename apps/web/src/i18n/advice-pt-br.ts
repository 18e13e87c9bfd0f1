import type { adviceEn } from './advice-en.ts';

/** O que um teste de câmera recomenda, em português do Brasil. */
export const advicePtBr: Readonly<Record<keyof typeof adviceEn, string>> = {
  'advice.audio.not-supported': 'O áudio é {{ codec }}, que não é gravado.',
  'advice.audio.not-supported.do':
    'Na câmera, em Áudio, escolha G.711 (PCMA ou PCMU) ou AAC se quiser som.',
  'advice.audio.not-in-webrtc':
    'O áudio é {{ codec }}: é gravado, mas o vídeo ao vivo mais rápido fica sem som.',
  'advice.audio.not-in-webrtc.do': 'Na câmera, em Áudio, escolha G.711 (PCMA ou PCMU).',
  'advice.clock.wrong':
    'O relógio da câmera está errado em {{ seconds }} s. As gravações têm a hora certa mesmo assim; só a hora escrita na imagem está errada.',
  'advice.clock.wrong.do':
    'Na câmera, em Sistema, Data e hora, configure um servidor de hora (NTP) e o fuso horário.',
  'advice.login.not-asked': 'A câmera mostra a imagem a qualquer um na rede, sem pedir senha.',
  'advice.login.not-asked.do': 'Na câmera, ative a autenticação RTSP e dê uma senha ao usuário.',
  'advice.video.b-frames':
    'A câmera envia quadros B, que o vídeo ao vivo mais rápido (WebRTC) não leva. A página usa uma via mais lenta.',
  'advice.video.b-frames.do':
    'Na câmera, em Vídeo, escolha o perfil Main ou Baseline, ou ponha os quadros B em 0.',
  'advice.video.bit-rate-high':
    'A imagem ocupa {{ megabitsPerSecond }} Mbit/s; cerca de {{ recommendedMegabitsPerSecond }} bastam. O disco enche antes do necessário.',
  'advice.video.bit-rate-high.do': 'Na câmera, em Vídeo, diminua a taxa de bits.',
  'advice.video.bit-rate-low':
    'A imagem ocupa só {{ megabitsPerSecond }} Mbit/s; os detalhes se perdem assim que algo se move.',
  'advice.video.bit-rate-low.do':
    'Na câmera, em Vídeo, aumente a taxa de bits para cerca de {{ recommendedMegabitsPerSecond }} Mbit/s.',
  'advice.video.codec-not-supported': 'O vídeo é {{ codec }}, que não pode ser gravado.',
  'advice.video.codec-not-supported.do':
    'Na câmera, em Vídeo, escolha H.264 (funciona em todo lugar) ou H.265.',
  'advice.video.frame-rate-differs':
    'A câmera diz {{ declaredFramesPerSecond }} quadros por segundo e envia {{ framesPerSecond }}.',
  'advice.video.frame-rate-differs.do':
    'Muitas vezes está escuro demais, ou a câmera está sobrecarregada: use uma exposição mais curta ou menos quadros por segundo.',
  'advice.video.gop-long':
    'Uma imagem completa (quadro-chave) só vem a cada {{ seconds }} s. Os vídeos ao vivo e as exportações demoram a começar.',
  'advice.video.gop-long.do':
    'Na câmera, em Vídeo, ponha o intervalo de quadros I (GOP) em {{ recommendedSeconds }} s e desligue os codecs “smart” ou “+”.',
  'advice.video.h265-without-sub':
    'O fluxo principal é H.265, que a maioria dos navegadores não mostra ao vivo, e não há fluxo secundário.',
  'advice.video.h265-without-sub.do':
    'Na câmera, ligue o fluxo secundário e ponha-o em H.264. A gravação continua em H.265.',
  'advice.video.h265-sub':
    'O fluxo secundário também é H.265, e a maioria dos navegadores não mostra nada ao vivo.',
  'advice.video.h265-sub.do': 'Na câmera, ponha o fluxo secundário em H.264.',
  'advice.video.sub-large':
    'O fluxo secundário tem {{ width }} × {{ height }}: mais do que um quadro pequeno consegue mostrar.',
  'advice.video.sub-large.do':
    'Na câmera, ponha o fluxo secundário em no máximo {{ maxWidth }} × {{ maxHeight }}. Assim muitas câmeras ao mesmo tempo ficam fluidas.',
  'advice.unknown': 'O sistema recomenda algo que esta página não conhece ({{ code }}).',
};
