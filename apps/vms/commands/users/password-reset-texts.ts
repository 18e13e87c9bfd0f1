import { text } from '../../language/text.ts';

export const RESET_TEXTS = {
  ask: text('New password:', 'Senha nova:'),
  askAgain: text('Once more:', 'Mais uma vez:'),
  differ: {
    happened: text('The two passwords differ.', 'As duas senhas são diferentes.'),
    kept: text('The password was not changed.', 'A senha não foi alterada.'),
    remedy: text('Try again.', 'Tente de novo.'),
  },
  howGiven: {
    happened: text(
      'The new password was not given, and there is nobody to ask.',
      'A senha nova não foi informada, e não há a quem perguntar.',
    ),
    kept: text('The password was not changed.', 'A senha não foi alterada.'),
    remedy: text('Give --generate or --password-file.', 'Use --generate ou --password-file.'),
  },
  both: {
    happened: text(
      'Both --generate and --password-file were given.',
      'Foram informados --generate e --password-file ao mesmo tempo.',
    ),
    remedy: text('Give one of them.', 'Informe só um deles.'),
  },
  done: text(
    'The password of {username} was replaced, and all sessions of {username} have ended.',
    'A senha de {username} foi substituída, e todas as sessões de {username} foram encerradas.',
  ),
  generated: text('New password: {password}', 'Senha nova: {password}'),
} as const;
