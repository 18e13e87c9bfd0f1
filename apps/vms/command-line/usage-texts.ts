import { type Text, text } from '../language/text.ts';

/** What can be wrong with a command line. */
export const WRONG = {
  noSuchCommand: text('There is no command “{asked}”.', 'Não existe o comando “{asked}”.'),
  misspeltCommand: text(
    'There is no command “{asked}”. Did you mean vms {near}?',
    'Não existe o comando “{asked}”. Você quis dizer vms {near}?',
  ),
  tooManyWords: text(
    '“{words}” is more than vms {command} takes.',
    '“{words}” é mais do que vms {command} aceita.',
  ),
  noSuchOption: text(
    'vms {command} has no option {option}.',
    'vms {command} não tem a opção {option}.',
  ),
  misspeltOption: text(
    'vms {command} has no option {option}. Did you mean {near}?',
    'vms {command} não tem a opção {option}. Você quis dizer {near}?',
  ),
  ofOther: text('{option} belongs to vms {owner}.', '{option} pertence a vms {owner}.'),
  valueMissing: text('{option} needs its value.', '{option} precisa do seu valor.'),
  noValue: text('{option} takes no value.', '{option} não aceita valor.'),
  noSuchChoice: text(
    '{option} is “{value}”, but may be: {choices}.',
    '{option} é “{value}”, mas pode ser: {choices}.',
  ),
  noServices: text(
    'vms run needs --services, such as --services ingest,storage.',
    'vms run precisa de --services, como --services ingest,storage.',
  ),
  noSuchService: text(
    'There is no service “{name}”; there are {names}.',
    'Não existe o serviço “{name}”; existem {names}.',
  ),
  seeList: text('vms help lists what there is.', 'vms help mostra o que existe.'),
  seeHelp: text('vms help {command} tells more.', 'vms help {command} explica.'),
} as const satisfies Record<string, Text>;
