import type { healthEn } from './health-en.ts';

/** Textos da página de saúde, em português do Brasil. */
export const healthPtBr: Readonly<Record<keyof typeof healthEn, string>> = {
  'health.title': 'Saúde',
  'health.allWell': 'Tudo em ordem',
  'health.allWellHint': 'Tudo o que deve ser gravado está sendo gravado.',
  'health.noAlert': 'Nenhum alerta aberto',
  'health.noAlertHint':
    'Mas nem toda câmera envia imagens: veja abaixo. O que persiste vira alerta.',
  'health.loading': 'Consultando o sistema…',
  'health.alerts': 'Alertas',
  'health.alerts.open': 'Abertos',
  'health.alerts.all': 'Histórico',
  'health.alerts.which': 'Quais alertas',
  'health.noHistory': 'Nada aconteceu até agora',
  'health.since': 'desde {{ time }} · {{ length }}',
  'health.was': '{{ from }} · durou {{ length }}',
  'health.over': 'encerrado',
  'health.more': 'Mostrar mais',
  'health.toCamera': 'Abrir a câmera',
  'health.openCount.one': '{{ count }} alerta aberto',
  'health.openCount.other': '{{ count }} alertas abertos',
  'health.cameras': 'Câmeras',
  'health.camerasNone': 'Nenhuma câmera ainda.',
  'health.volumes': 'Discos',
  'health.volumesNone': 'O sistema não conhece nenhum disco no momento.',
  'health.services': 'Partes do sistema',
  'health.room': 'Espaço para {{ days }}; a meta é {{ promised }}.',
  'health.rate': 'No ritmo atual são gravados {{ perDay }} por dia.',
  'health.keeps': 'Guarda {{ days }} de {{ promised }}',
  'health.forecastDays.one': '{{ count }} dia',
  'health.forecastDays.other': '{{ count }} dias',
  'health.forecastAbout': 'cerca de {{ days }}',
  'health.forecastLess': 'menos de um dia',

  'service.ingest': 'Câmeras',
  'service.ingest.does': 'recebe as imagens das câmeras',
  'service.storage': 'Gravação',
  'service.storage.does': 'escreve, encontra e apaga gravações',
  'service.stream': 'Vídeo ao vivo',
  'service.stream.does': 'leva as imagens ao vivo aos navegadores',
  'service.api': 'Controle',
  'service.api.does': 'guarda câmeras, usuários e alertas',
  'service.gateway': 'Porta de entrada',
  'service.gateway.does': 'serve esta página',

  'alert.acknowledgements.late': 'O disco {{ subject }} confirma tarde o que foi gravado',
  'alert.acknowledgements.late.do':
    'O disco está lento ou ocupado demais; se faltasse energia agora, mais que o último segundo se perderia. Tire outras tarefas dele, grave menos câmeras nele ou use um disco mais rápido.',
  'alert.camera.down': '{{ subject }} não envia imagens',
  'alert.camera.down.do': 'Veja a câmera: a página dela diz por quê e o que fazer.',
  'alert.camera.not-recording': '{{ subject }} não está sendo gravada',
  'alert.camera.not-recording.do':
    'A câmera envia imagens, mas nenhuma chega ao disco. Veja os discos abaixo e “Gravação” nas partes do sistema.',
  'alert.camera.recording-damaged':
    'Gravações de {{ subject }} foram apagadas ou alteradas por outro programa',
  'alert.camera.recording-damaged.do':
    'Outro programa ou pessoa apagou, moveu ou alterou arquivos no disco durante a gravação. A gravação continua em um novo arquivo. Descubra quem tem acesso ao disco.',
  'alert.camera.undecodable': 'A gravação de {{ subject }} não pode ser decodificada',
  'alert.camera.undecodable.do':
    'Reproduza uma gravação de hoje. Verifique na câmera se ela criptografa o vídeo e reinicie-a. A gravação continua.',
  'alert.certificate.expired': 'O certificado desta página venceu em {{ expiresAt }}',
  'alert.certificate.expired.do':
    'Os navegadores recusam a página ou avisam; a gravação continua. Renove o certificado: os arquivos novos são adotados em até um minuto.',
  'alert.certificate.expiring': 'O certificado desta página vence em {{ expiresAt }}',
  'alert.certificate.expiring.do':
    'Ele já deveria ter sido renovado. Veja o que o renova (certbot, acme.sh); os arquivos novos são adotados em até um minuto.',
  'alert.deletion.pending': 'Gravações de câmeras excluídas aguardam a exclusão',
  'alert.deletion.pending.do':
    'Uma nova tentativa é feita automaticamente. Se persistir, veja se um disco está ausente ou só permite leitura.',
  'alert.service.degraded': '{{ subject }}: funciona com limitações',
  'alert.service.degraded.do': 'As gravações continuam. O detalhe técnico diz o que está limitado.',
  'alert.service.failing': '{{ subject }}: não funciona',
  'alert.service.failing.do':
    'O sistema tenta de novo automaticamente. Se persistir, o detalhe e o log dizem por quê: “journalctl -u vms” ou o terminal em que ele foi iniciado.',
  'alert.service.unreachable': '{{ subject }}: não responde',
  'alert.service.unreachable.do':
    'É reiniciado automaticamente em segundos. Se persistir, reinicie o sistema e veja o log.',
  'alert.volume.failing': 'A escrita no disco {{ subject }} falha',
  'alert.volume.failing.do':
    'As câmeras gravam nos outros discos, se houver. O disco pode estar com defeito: veja o log do sistema (“dmesg”), salve o que precisar e troque-o.',
  'alert.volume.filling': 'O disco {{ subject }} não consegue guardar pelo tempo desejado',
  'alert.volume.filling.do':
    'As gravações mais antigas são excluídas antes da hora. Grave com menos qualidade, guarde menos dias ou acrescente um disco.',
  'alert.volume.full': 'O disco {{ subject }} está cheio',
  'alert.volume.full.do':
    'Não há mais o que apagar, e nada é gravado nele. Libere espaço: outros arquivos podem tê-lo ocupado. A gravação é retomada automaticamente.',
  'alert.volume.hung': 'O disco {{ subject }} não responde',
  'alert.volume.hung.do':
    'Verifique o cabo ou a rede de um disco de rede. A gravação é retomada automaticamente quando ele responder.',
  'alert.volume.in-use': 'O disco {{ subject }} está em uso por outro sistema',
  'alert.volume.in-use.do':
    'Outro sistema grava na mesma pasta. Pare-o ou escolha outra pasta aqui. A gravação começa automaticamente.',
  'alert.volume.missing': 'O disco {{ subject }} está ausente',
  'alert.volume.missing.do':
    'Verifique se está conectado e montado. A gravação é retomada automaticamente quando ele voltar; o que foi gravado nele está seguro lá.',

  'channels.title': 'Avisos',
  'channels.lead': 'Os alertas aparecem aqui e são enviados para:',
  'channels.none': 'Os alertas só aparecem aqui',
  'channels.noneHint':
    'Para recebê-los por e-mail ou em outro programa, indique para onde no vms.yaml, por exemplo:',
  'channels.webhook': 'Webhook',
  'channels.mail': 'E-mail',
  'channels.delivered': 'última entrega: {{ time }}',
  'channels.never': 'nada entregue ainda',
  'channels.waiting.one': '{{ count }} à espera',
  'channels.waiting.other': '{{ count }} à espera',
  'channels.failed': 'A última entrega falhou. Detalhe (em inglês): {{ error }}',
  'channels.test': 'Enviar um teste',
  'channels.testing': 'Enviando…',
  'channels.testGood': 'O teste chegou.',
  'channels.testBad': 'O teste não chegou. Detalhe (em inglês): {{ detail }}',
};
