import type { settingsEn } from './settings-en.ts';

/** Textos das configurações, da lista de teclas e de uma página mais velha que o sistema. */
export const settingsPtBr: Readonly<Record<keyof typeof settingsEn, string>> = {
  'nav.settings': 'Configurações',
  'settings.appearance': 'Aparência',
  'settings.appearanceHint': 'Guardada neste navegador; cada pessoa vê à sua maneira.',
  'settings.zone': 'Horas das câmeras',
  'settings.zone.camera': 'No fuso da câmera',
  'settings.zone.device': 'No fuso deste aparelho',
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
  'shortcuts.play': 'Reproduzir daqui',

  'upgrade.title': 'Há uma versão mais nova desta página',
  'upgrade.hint':
    'O sistema foi atualizado enquanto esta página estava aberta. O que você assiste continua de onde está.',
  'upgrade.reload': 'Recarregar',
  'upgrade.later': 'Mais tarde',
  'upgrade.broken': 'Esta parte da página não pôde ser carregada',
  'upgrade.brokenHint':
    'O sistema provavelmente foi atualizado, ou a conexão caiu. Recarregue a página: você volta para onde está.',
  'error.web.not-understood':
    'O sistema respondeu algo que esta página não entende: um dos dois é de outra versão. Recarregue a página.',
};
