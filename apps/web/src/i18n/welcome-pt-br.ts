import type { welcomeEn } from './welcome-en.ts';

/** Textos do primeiro acesso e da escolha da senha, em português do Brasil. */
export const welcomePtBr: Readonly<Record<keyof typeof welcomeEn, string>> = {
  'welcome.title': 'Boas-vindas',
  'welcome.step.password': 'Senha',
  'welcome.step.picture': 'Primeira imagem',
  'welcome.step.cameras': 'Suas câmeras',
  'welcome.signingIn': 'Entrando…',
  'welcome.used': 'Este endereço não serve mais para entrar',
  'welcome.usedHint':
    'Uma senha já foi escolhida, ou o endereço não foi copiado por inteiro. Entre com a sua senha. Quem administra o sistema pode definir outra com “vms user password”.',
  'welcome.usedSignedIn': 'Você já escolheu uma senha: o endereço impresso não é mais necessário.',
  'welcome.toSignIn': 'Entrar',
  'welcome.password': 'Escolha a sua senha',
  'welcome.passwordLead':
    'Ela substitui a senha impressa do usuário “{{ name }}”. Ela é guardada de modo que ninguém possa lê-la.',
  'welcome.printed': 'A senha impressa',
  'welcome.choose': 'Usar esta senha',
  'welcome.later': 'Mais tarde',
  'welcome.demoLead':
    'Esta é a câmera de demonstração, ao vivo. Ela já está sendo gravada, como as suas serão.',
  'welcome.pictureLead': 'Esta é a sua câmera, ao vivo.',
  'welcome.noCameras': 'Adicione a primeira câmera: bastam o endereço, o usuário e a senha dela.',
  'welcome.addCameras': 'Adicionar suas câmeras',
  'welcome.toLive': 'Dar uma olhada antes',

  'password.new': 'Nova senha',
  'password.hint':
    'No mínimo 12 caracteres. Várias palavras são fáceis de lembrar e difíceis de adivinhar.',
  'password.again': 'Repita a nova senha',
  'password.againHint': 'Não é necessário enquanto a senha está visível.',
  'password.mismatch': 'As duas senhas são diferentes.',
  'password.saved': 'Sua senha foi definida.',
  'password.strength.tooShort.one': 'Falta {{ count }} caractere.',
  'password.strength.tooShort.other': 'Faltam {{ count }} caracteres.',
  'password.strength.has-name': 'Ela contém o nome do usuário: tire-o.',
  'password.strength.repeats': 'Ela repete os mesmos poucos caracteres.',
  'password.strength.enough': 'É aceita, mas fácil de adivinhar: acrescente uma palavra.',
  'password.strength.good': 'Boa: difícil de adivinhar.',
  'password.strength.strong': 'Forte: muito difícil de adivinhar.',
};
