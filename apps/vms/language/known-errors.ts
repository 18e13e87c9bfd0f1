/**
 * In Portuguese, what errors of libraries and services mean that a command may meet; in English they
 * say it themselves. By code.
 */
export const KNOWN_ERRORS: Readonly<Record<string, string>> = {
  'auth.secret-unusable': 'Uma chave secreta da pasta de dados não pode ser usada.',
  'auth.password-too-long': 'A senha é longa demais.',
  'auth.password-too-weak': 'A senha nova é fraca demais.',
  'bus.already-running': 'O sistema desta pasta de dados já está em execução.',
  'bus.path-too-long': 'O caminho da pasta de execução é longo demais.',
  'bus.unreachable': 'O sistema não está em execução.',
  'camera.demo-locked': 'A câmera de demonstração pertence ao sistema.',
  'camera.limit-reached': 'O sistema já tem o número máximo de câmeras. Remova uma antes.',
  'camera.no-sub-stream': 'Esta câmera não tem fluxo secundário.',
  'camera.not-found': 'Esta câmera não existe mais.',
  'camera.too-many-tests': 'Há testes de câmeras demais ao mesmo tempo.',
  'camera.url-invalid':
    'Este não é o endereço de uma câmera: ele começa com rtsp:// ou rtsps:// e tem um host.',
  'config.invalid':
    'A configuração não pode ser usada, e nada foi iniciado com ela. Corrija no vms.yaml a chave que o detalhe mostra e inicie de novo.',
  'config.syntax':
    'A configuração não é YAML válido. Corrija a linha que o detalhe mostra; antes de uma chave o YAML quer espaços, nunca tabulações.',
  'config.too-large': 'O arquivo de configuração é grande demais. Verifique se é o arquivo certo.',
  'config.variable-missing':
    'Falta uma variável de ambiente que a configuração pede. Defina a que o detalhe mostra.',
  'database.cannot-open': 'O banco de dados não pode ser aberto.',
  'database.migration-failed': 'O banco de dados não pôde ser atualizado.',
  'database.newer-schema': 'O banco de dados é de uma versão mais nova do vms.',
  'export.aborted': 'A exportação foi interrompida; nada dela ficou.',
  'export.cannot-write': 'O arquivo da exportação não pode ser escrito.',
  'export.exists': 'Já existe um arquivo com esse nome, que não foi alterado.',
  'export.too-long':
    'Este período é longo demais para um arquivo MP4; exporte menos ou use --format mkv.',
  'export.too-many-files':
    'A câmera mudou a codificação vezes demais neste período; exporte menos.',
  'http.address-not-available': 'Um endereço da configuração não existe nesta máquina.',
  'http.cannot-listen': 'Uma porta não pode ser aberta.',
  'http.insecure-remote':
    'A configuração deixaria senhas e gravações passarem pela rede sem criptografia.',
  'http.port-in-use': 'Uma porta está em uso por outro programa.',
  'http.port-not-permitted': 'Uma porta não é permitida a este usuário.',
  'http.internal': 'O sistema cometeu um erro; o log dele diz o que houve.',
  'http.invalid-request': 'Algo do que foi informado não é válido.',
  'launcher.already-running': 'Outro processo ainda trabalha com esta pasta de dados.',
  'launcher.child-failed': 'Um processo do sistema não pôde ser iniciado.',
  'launcher.child-never-started':
    'Um processo do sistema terminou várias vezes antes de funcionar.',
  'launcher.missing-program': 'Falta um programa do sistema operacional.',
  'launcher.run-directory-unsafe':
    'A pasta dos sockets deste sistema está aberta a outros usuários; nada foi iniciado.',
  'playback.bad-range': 'Este período não pode ser reproduzido.',
  'playback.not-found': 'Esta gravação não existe mais.',
  'playback.unreadable': 'Uma gravação não pode ser lida.',
  'playback.volume-busy': 'O volume não responde.',
  'tls.certificate-unusable': 'O certificado do gateway não pode ser usado.',
  'rpc.failed': 'Uma parte do sistema falhou.',
  'rpc.timeout': 'Uma parte do sistema demorou demais para responder.',
  'rpc.unreachable': 'Uma parte do sistema não está em execução agora.',
  'storage.volume-in-use': 'Outro processo usa o volume.',
  'storage.volume-missing': 'O volume não está lá: o disco não está montado, ou é outro.',
  'storage.volume-not-empty': 'A pasta do volume novo contém outra coisa.',
  'storage.volume-unusable': 'O volume não pode ser lido ou escrito.',
  'user.not-found': 'Não há usuário com esse nome.',
};
