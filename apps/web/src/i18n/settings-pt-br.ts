import type { settingsEn } from './settings-en.ts';

/** Textos das configurações, da lista de teclas e de uma página mais velha que o sistema. */
export const settingsPtBr: Readonly<Record<keyof typeof settingsEn, string>> = {
  'nav.settings': 'Configurações',
  'settings.appearance': 'Aparência',
  'settings.appearanceHint': 'Vale só neste navegador; nada muda para as outras pessoas.',
  'settings.zone': 'Fuso horário',
  'settings.zone.camera': 'De cada câmera',
  'settings.zone.system': 'Do sistema',
  'settings.zone.device': 'Deste aparelho',
  'zone.menu': 'Fuso: {{ zone }}. Mudar',
  'zone.question': 'Em que fuso horário mostrar os horários?',
  'zone.clocks': 'No sistema são {{ system }}; neste aparelho, {{ device }}.',
  'settings.zoneOfDevice': 'Este aparelho',
  'settings.zoneOfSystem': 'O sistema',
  'settings.about': 'Sobre',
  'settings.licence': 'Software livre, sob a licença MIT ou a Apache License 2.0, como preferir.',
  'settings.firstPassword': 'Você ainda usa a senha impressa',
  'settings.firstPasswordHint':
    'Quem a viu no terminal pode entrar. Escolha uma que só você conheça.',

  'shortcuts.title': 'Atalhos de teclado',
  'shortcuts.everywhere': 'Em todo lugar',
  'shortcuts.help': 'Mostrar esta lista',
  'shortcuts.tab': 'Ir ao próximo controle',
  'shortcuts.escape': 'Fechar o que está aberto',
  'shortcuts.tiles': 'De câmera em câmera',
  'shortcuts.open': 'Abrir a câmera',
  'shortcuts.pages': 'Página anterior ou seguinte',
  'shortcuts.timeline': 'Linha do tempo',
  'shortcuts.step': 'Um passo para trás ou para a frente',
  'shortcuts.tenSteps': 'Dez passos',
  'shortcuts.zoom': 'Aproximar ou afastar',
  'shortcuts.pan': 'Antes ou depois',
  'shortcuts.ends': 'Primeira gravação, ou ao vivo',
  'shortcuts.space': 'Espaço',
  'shortcuts.player': 'Câmera',
  'shortcuts.playPause': 'Reproduzir ou pausar',
  'shortcuts.play': 'Reproduzir a partir daqui',

  'away.title': 'O sistema não responde',
  'away.partTitle': 'Uma parte do sistema não responde',
  'away.shown': 'O que você vê aqui é de {{ time }}. Tentando de novo automaticamente.',
  'away.part': 'Esta página será carregada assim que o sistema responder.',
  'away.page': 'Esta página será recarregada automaticamente assim que o sistema responder.',

  'upgrade.title': 'Há uma versão mais nova desta página',
  'upgrade.hint':
    'O sistema foi atualizado enquanto esta página estava aberta. Depois de recarregar, o que você assiste continua de onde está.',
  'upgrade.reload': 'Recarregar',
  'upgrade.later': 'Mais tarde',
  'upgrade.broken': 'Esta parte da página não pôde ser carregada',
  'upgrade.brokenHint':
    'O sistema provavelmente foi atualizado, ou a conexão caiu. Recarregue a página: ela abre onde você está agora.',
  'error.web.not-understood':
    'Esta página não entende a resposta do sistema: as versões são diferentes. Recarregue a página.',
};
