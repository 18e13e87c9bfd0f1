import { day, decimal, gigabytes, type MailWords } from './words.ts';

const locale = 'pt-BR';

export const ptBr: MailWords = {
  locale,
  alerts: {
    'acknowledgements.late': {
      title: (name) => `O disco ${name} confirma tarde o que foi gravado`,
      remedy:
        'A gravação continua. Veja o que mais usa o disco e o estado de saúde dele (smartctl).',
    },
    'camera.down': {
      title: (name) => `${name} não envia imagens`,
      remedy:
        'Confira a energia, o cabo de rede e a senha da câmera. Nada dela está sendo gravado agora.',
    },
    'camera.not-recording': {
      title: (name) => `${name} não está sendo gravada`,
      remedy:
        'A câmera envia imagens, mas nenhuma chega ao disco. Veja a página de saúde e o registro (log).',
    },
    'camera.recording-damaged': {
      title: (name) => `Gravações de ${name} foram apagadas ou alteradas por outro programa`,
      remedy:
        'A gravação continua em um novo arquivo. Descubra que programa ou pessoa apaga ou altera arquivos no disco de gravações.',
    },
    'camera.undecodable': {
      title: (name) => `A gravação de ${name} não pode ser decodificada`,
      remedy:
        'Verifique se a câmera criptografa a transmissão ou precisa ser reiniciada, e reproduza uma gravação de hoje.',
    },
    'certificate.expired': {
      title: (_name, { expiresAt }) => `O certificado venceu em ${day(expiresAt, locale)}`,
      remedy:
        'Os navegadores recusam a página ou avisam; a gravação continua. Renove o certificado; ele é adotado em até um minuto.',
    },
    'certificate.expiring': {
      title: (_name, { expiresAt }) => `O certificado vence em ${day(expiresAt, locale)}`,
      remedy:
        'Ele já deveria ter sido renovado: veja o que o renova (certbot, acme.sh). Um novo é adotado em até um minuto.',
    },
    'deletion.pending': {
      title: (_name, { cameras }) =>
        `Gravações de ${cameras} câmera(s) excluída(s) ainda não foram apagadas`,
      remedy:
        'Uma nova tentativa é feita automaticamente. Confira se o armazenamento funciona e se o disco aceita escrita.',
    },
    'service.degraded': {
      title: (name) => `O serviço ${name} funciona com limitações`,
      remedy: 'O detalhe diz o que está limitado.',
    },
    'service.failing': {
      title: (name) => `O serviço ${name} não funciona`,
      remedy: 'O detalhe diz por quê. Veja o registro (log) do sistema.',
    },
    'service.unreachable': {
      title: (name) => `O serviço ${name} não responde`,
      remedy: 'Ele é reiniciado sozinho. Se continuar fora, veja o registro (log) do sistema.',
    },
    'volume.failing': {
      title: (name) => `A escrita no disco ${name} falha`,
      remedy:
        'As câmeras deste disco não estão sendo gravadas. Verifique já o disco e a conexão dele.',
    },
    'volume.filling': {
      title: (name, values) =>
        values.reason === 'reserve'
          ? `O disco ${name} tem só ${gigabytes(values.freeBytes, locale)} livres`
          : `O disco ${name} tem espaço para cerca de ${decimal(values.keptDays, locale)} dias, não ${decimal(values.askedDays, locale)}`,
      remedy: 'Acrescente um disco, guarde por menos dias ou remova o que mais ocupa o disco.',
    },
    'volume.full': {
      title: (name) => `O disco ${name} está cheio`,
      remedy: 'As câmeras deste disco não estão sendo gravadas. Remova o que mais ocupa o disco.',
    },
    'volume.hung': {
      title: (name) => `O disco ${name} não responde`,
      remedy:
        'As câmeras deste disco não estão sendo gravadas. Verifique já o disco e a conexão dele.',
    },
    'volume.in-use': {
      title: (name) => `O disco ${name} está em uso por outro sistema`,
      remedy:
        'As câmeras deste disco não são gravadas aqui. Pare o outro sistema ou use outra pasta.',
    },
    'volume.missing': {
      title: (name) => `O disco ${name} está ausente`,
      remedy:
        'As câmeras deste disco não estão sendo gravadas. Confira se ele está conectado e montado.',
    },
  },
  over: 'Encerrado',
  since: (time) => `Desde ${time}`,
  from: (from, to) => `De ${from} até ${to}`,
  detail: 'Detalhe (em inglês)',
  whatToDo: 'O que fazer',
  several: (opened, closed) =>
    [
      opened > 0 && `${opened} ${opened === 1 ? 'novo' : 'novos'}`,
      closed > 0 && `${closed} ${closed === 1 ? 'encerrado' : 'encerrados'}`,
    ]
      .filter(Boolean)
      .join(', '),
  testSubject: 'Mensagem de teste',
  testText: 'Este é um teste: os alertas deste sistema chegam até você.',
  signature: 'Enviado pelo sistema de gerenciamento de vídeo. Respostas não são lidas.',
};
