import { text } from '../../../language/text.ts';

/** What makes a whole file unusable. */
export const IMPORT_FAULTS = {
  nothing: text('Nothing was imported.', 'Nada foi importado.'),
  unreadable: text(
    'The file {file} cannot be read: {reason}.',
    'O arquivo {file} não pode ser lido: {reason}.',
  ),
  empty: text(
    'The file is empty. It needs a line with the names of the columns, and a line for each camera.',
    'O arquivo está vazio. Ele precisa de uma linha com os nomes das colunas e uma linha para cada câmera.',
  ),
  tooLarge: text(
    'The file is larger than 8 MB: it is no list of cameras.',
    'O arquivo tem mais de 8 MB: não é uma lista de câmeras.',
  ),
  workbook: text(
    'This is a workbook, not a CSV file. Save it in the spreadsheet as “CSV UTF-8”.',
    'Isto é uma planilha, não um arquivo CSV. Salve-a no programa de planilhas como “CSV UTF-8”.',
  ),
  notText: text('This is no text, so no CSV file.', 'Isto não é texto, portanto não é um CSV.'),
  quote: text(
    'Line {line}: a quote (") is opened and never closed. Close it, or write "" for a quote within a value.',
    'Linha {line}: aspas (") são abertas e nunca fechadas. Feche-as, ou escreva "" para aspas dentro de um valor.',
  ),
  rowTooLong: text(
    'Line {line}: the row is longer than {max} characters. A quote (") that is opened too early joins rows; otherwise shorten its values.',
    'Linha {line}: a linha tem mais de {max} caracteres. Aspas (") abertas cedo demais juntam linhas; se não for isso, encurte os valores.',
  ),
  malformed: text(
    'Line {line} cannot be understood: a quote (") is within a value, or something follows the quote that ends it. Put the whole value between quotes, and write "" for a quote within it.',
    'A linha {line} não pode ser entendida: há aspas (") dentro de um valor, ou algo depois das aspas que o fecham. Ponha o valor inteiro entre aspas, e escreva "" para aspas dentro dele.',
  ),
  columnMissing: text(
    'The first line has no column “{column}”; of the known ones it has: {columns}. Commas, semicolons or tabs separate the columns.',
    'A primeira linha não tem a coluna “{column}”; das conhecidas ela tem: {columns}. As colunas são separadas por vírgula, ponto e vírgula ou tabulação.',
  ),
  noKnownColumn: text(
    'The first line names no known column. It must have “{column}”, and url or address, such as: name,address,user,password. Commas, semicolons or tabs separate the columns.',
    'A primeira linha não tem nenhuma coluna conhecida. Ela precisa de “{column}”, e de url ou endereço, como em: nome;endereço;usuário;senha. As colunas são separadas por vírgula, ponto e vírgula ou tabulação.',
  ),
  columnTwice: text(
    'Two columns mean “{column}”: {first} and {second}. Keep one.',
    'Duas colunas significam “{column}”: {first} e {second}. Deixe uma.',
  ),
  tooManyRows: text('The file has over {max} rows.', 'O arquivo tem mais de {max} linhas.'),
  noRows: text(
    'The file has names of columns, and no camera below them.',
    'O arquivo tem nomes de colunas, e nenhuma câmera abaixo deles.',
  ),
} as const;

/** What is wrong with a row, and what to do. */
export const ROW_FAULTS = {
  tooManyCells: text(
    'it has {count} values for {columns} columns: put a value that contains {delimiter} between quotes',
    'ela tem {count} valores para {columns} colunas: ponha entre aspas um valor que contém {delimiter}',
  ),
  nameMissing: text('the name is missing', 'falta o nome'),
  nameTooLong: text(
    'the name is longer than {max} characters',
    'o nome tem mais de {max} caracteres',
  ),
  invisible: text(
    'the {column} contains invisible characters: type it again',
    'o campo {column} contém caracteres invisíveis: digite-o de novo',
  ),
  nameInvisible: text(
    'the name has no visible character: type it again',
    'o nome não tem nenhum caractere visível: digite-o de novo',
  ),
  placeMissing: text(
    'url and address are both missing: give one of them',
    'faltam a url e o endereço: informe um deles',
  ),
  placeTwice: text(
    'url and address are both there: leave one of them empty',
    'há url e endereço: deixe um deles vazio',
  ),
  credentialTooLong: text(
    'the {column} is longer than {max} characters',
    'o campo {column} tem mais de {max} caracteres',
  ),
  passwordWithoutUser: text(
    'there is a password and no user: fill in the user',
    'há senha sem usuário: preencha o usuário',
  ),
  notDays: text(
    'the retention is not a whole number of days between 1 and {max}',
    'a retenção não é um número inteiro de dias entre 1 e {max}',
  ),
  notEnabled: text(
    'enabled is neither yes nor no: write one of them',
    'ativa não é sim nem não: escreva um dos dois',
  ),
  notZone: text(
    'the time zone is not known: write one like America/Sao_Paulo',
    'o fuso horário não é conhecido: escreva um como America/Sao_Paulo',
  ),
  nameTwice: text(
    'the name is that of line {line} too: give it another one',
    'o nome é o mesmo da linha {line}: dê outro nome',
  ),
  placeInFileTwice: text(
    'the address is that of line {line} too: remove one of the two',
    'o endereço é o mesmo da linha {line}: remova uma das duas',
  ),
  nameTaken: text(
    'another camera is called so ({url}): give it another name',
    'outra câmera já tem este nome ({url}): dê outro nome',
  ),
} as const;

export const IMPORT_TEXTS = {
  dryUntested: {
    happened: text(
      '--dry-run tests every row, and --no-test tests none: give one of them.',
      '--dry-run testa cada linha, e --no-test não testa nenhuma: informe só um deles.',
    ),
  },
  read: text(
    '{file} (rows: {rows}): {encoding}, values separated by {delimiter}.',
    '{file} (linhas: {rows}): {encoding}, valores separados por {delimiter}.',
  ),
  comma: text('commas', 'vírgula'),
  semicolon: text('semicolons', 'ponto e vírgula'),
  tab: text('tabs', 'tabulação'),
  windows1252: text(
    'It is not UTF-8, so it was read as Windows-1252: check names with accents.',
    'Ele não é UTF-8, então foi lido como Windows-1252: confira os nomes com acentos.',
  ),
  ignored: text(
    'The column “{column}” is not known and is ignored.{hint}',
    'A coluna “{column}” não é conhecida e foi ignorada.{hint}',
  ),
  didYouMean: text(' Did you mean “{near}”?', ' Você quis dizer “{near}”?'),
  headLine: text('LINE', 'LINHA'),
  headName: text('NAME', 'NOME'),
  headResult: text('RESULT', 'RESULTADO'),
  added: text('added: {found}', 'adicionada: {found}'),
  addedUntested: text('added, not tested', 'adicionada, sem teste'),
  sameAddress: text('{text}; the same address as {names}', '{text}; o mesmo endereço de {names}'),
  works: text('works: {found}', 'funciona: {found}'),
  withAdvice: text('{found}. Advice: {advice}', '{found}. Conselho: {advice}'),
  subStream: text('the sub stream: {why}', 'o fluxo secundário: {why}'),
  fails: text('does not work: {why}', 'não funciona: {why}'),
  exists: text('already exists, skipped', 'já existe, pulada'),
  wrong: text('WRONG: {why}', 'ERRADA: {why}'),
  stopped: text('not done: {why}', 'não feita: {why}'),
  progress: text('{done} of {count}: {name}', '{done} de {count}: {name}'),
  summaryDry: text(
    'Dry run, nothing was changed. Work: {works}. Do not work: {fails}. Already there: {exists}. Wrong: {wrong}.',
    'Simulação, nada foi alterado. Funcionam: {works}. Não funcionam: {fails}. Já existem: {exists}. Erradas: {wrong}.',
  ),
  summary: text(
    'Added: {added}. Already there: {exists}. Not added: {fails}. Wrong: {wrong}.',
    'Adicionadas: {added}. Já existiam: {exists}. Não adicionadas: {fails}. Erradas: {wrong}.',
  ),
  again: text(
    'Correct those rows and run it again: cameras that already exist are skipped.',
    'Corrija essas linhas e execute de novo: as câmeras que já existem são puladas.',
  ),
  anyway: text(
    '--no-test adds cameras with a full URL that do not work now.',
    '--no-test adiciona câmeras com URL completa que não funcionam agora.',
  ),
} as const;
