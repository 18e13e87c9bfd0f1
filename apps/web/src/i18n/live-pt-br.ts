import type { liveEn } from './live-en.ts';

/** Textos do vídeo ao vivo, em português do Brasil. */
export const livePtBr: Readonly<Record<keyof typeof liveEn, string>> = {
  'live.label': 'AO VIVO',
  'live.goLive': 'Ver ao vivo',
  'live.isLive': 'Ao vivo',
  'live.connecting': 'Conectando…',
  'live.reconnecting': 'Reconectando…',
  'live.noPicture': 'Sem imagem no momento',
  'live.noPictureHint': 'A câmera não envia nada. A imagem volta sozinha assim que ela enviar.',
  'live.notPlayable': 'Esta câmera não pode ser vista ao vivo aqui',
  'live.notPlayableShort': 'Não pode ser vista aqui',
  'live.failed': 'A imagem ao vivo foi interrompida',
  'live.noPictureSince': 'Sem imagem desde {{ time }}',
  'live.toRecordings': 'Ver a gravação mais recente',
  'live.details': 'Como esta imagem chega',
  'live.way': 'Via',
  'live.codec': 'Codec',
  'live.delay': 'Atraso (estimativa)',
  'live.loss': 'Pacotes perdidos',
  'live.lossNone': 'nenhum (TCP)',
  'live.stream': 'Fluxo',
  'live.stream.main': 'principal',
  'live.stream.sub': 'secundário',
  'live.why.fastest': 'WebRTC, porque tem o menor atraso.',
  'live.why.sound': 'MSE por WebSocket, porque o WebRTC não leva o som desta câmera (AAC).',
  'live.why.noMedia':
    'MSE por WebSocket, porque nada chegou por WebRTC. O UDP provavelmente está bloqueado entre este computador e o servidor.',
  'live.why.browser': 'MSE por WebSocket, porque este navegador não tem WebRTC.',
  'live.why.h265': 'MSE por WebSocket, porque a câmera envia H.265, que o WebRTC não leva.',
  'live.why.bFrames':
    'MSE por WebSocket, porque a câmera envia quadros B, que o WebRTC não mostra em ordem.',
  'live.why.shape':
    'MSE por WebSocket, porque os pixels desta imagem não são quadrados, e o WebRTC a mostraria achatada.',
  'live.why.codec': 'MSE por WebSocket, porque o WebRTC não leva o que a câmera envia.',
  'live.why.only': 'WebRTC, porque nada chegou pelo WebSocket.',
  'live.subInstead':
    'Este é o fluxo secundário: o principal ({{ codec }}) não pode ser enviado por WebRTC.',
  'live.layout': 'Câmeras por tela',
  'live.page': '{{ page }} de {{ pages }}',
  'live.pages': 'Páginas de câmeras',
  'live.previousPage': 'Câmeras anteriores',
  'live.nextPage': 'Próximas câmeras',
  'live.help':
    'As setas passam de uma câmera a outra, Enter abre, Page Up e Page Down viram a página, F é tela cheia.',

  'error.web.no-media':
    'Nada chega do servidor, nem por WebRTC nem por WebSocket. Continuamos tentando. A gravação não é afetada.',
  'error.stream.b-frames':
    'A câmera envia quadros B, que não podem ser mostrados aqui. Ponha o perfil dela em Baseline, ou configure nela um fluxo secundário sem eles. Ela é gravada mesmo assim.',
  'error.stream.camera-not-found': 'Esta câmera não existe mais, ou está desativada.',
  'error.stream.codec-not-playable':
    'Este navegador não decodifica o que a câmera envia. Configure nela um fluxo secundário em H.264. Ela é gravada mesmo assim.',
  'error.stream.h265-not-playable':
    'A câmera envia H.265, e este navegador não decodifica. Configure nela um fluxo secundário em H.264, ou use um navegador com H.265. Ela é gravada mesmo assim.',
  'error.stream.without-idr':
    'A câmera não envia quadros IDR, sem os quais este navegador não começa. Desative na câmera o “intra refresh” (ou os GOPs abertos), ou configure nela um fluxo secundário sem eles. Ela é gravada mesmo assim.',
  'error.stream.limit-reached':
    'O sistema atingiu o limite de vídeos ao vivo abertos. Feche um; este começa em seguida.',
  'error.stream.no-keyframe':
    'A câmera ainda não enviou uma imagem inteira. Tente de novo em alguns segundos.',
  'error.stream.not-allowed': 'Você não tem permissão para ver esta câmera ao vivo.',
  'error.stream.snapshot-failed':
    'Não foi possível fazer uma foto do que a câmera enviou. Tente de novo.',
  'error.stream.snapshot-unavailable':
    'O servidor não pode fazer fotos: falta o ffmpeg nele. Peça a quem o administra para instalar.',
  'error.stream.too-many-offers':
    'Muitos vídeos ao vivo estão sendo abertos ao mesmo tempo. Tente de novo em instantes.',
  'error.stream.webrtc-unavailable': 'O servidor não pode enviar por WebRTC.',
};
