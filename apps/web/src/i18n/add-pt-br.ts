import { ADDRESS_FAULTS_IN_PORTUGUESE } from '@vms/common/camera-address-pt-br.ts';
import type { addEn } from './add-en.ts';

/** Textos da inclusão de câmeras, em português do Brasil. */
export const addPtBr: Readonly<Record<keyof typeof addEn, string>> = {
  'add.title': 'Adicionar câmeras',
  'add.way': 'Como adicionar',
  'add.way.address': 'Pelo endereço',
  'add.way.url': 'Por endereço RTSP',
  'add.way.file': 'De um arquivo',
  'add.address.lead':
    'O endereço da câmera na sua rede e o usuário e a senha com que você abre a página dela. O resto é encontrado automaticamente.',
  'add.address': 'Endereço',
  'add.addressHint': 'Por exemplo 192.168.1.20. Informe a porta só se não for a usual.',
  'add.addressWrong':
    'Isto não é um endereço: informe o número (192.168.1.20) ou o nome da câmera, e nada depois.',
  'add.addressIsUrl': 'Este é um endereço RTSP completo. O lugar dele é “Por endereço RTSP”.',
  'add.useUrl': 'Usar lá',
  'add.find': 'Encontrar a câmera',
  'add.finding': 'Procurando…',
  'add.findingAt': 'Procurando os fluxos de {{ address }} · {{ time }}',
  'add.findingHint':
    'Entramos uma vez e tentamos o que cada fabricante usa: Intelbras, Hikvision, Dahua, Axis, Reolink, TP-Link e outros. Leva até meio minuto.',
  'add.found': 'Encontrada',
  'add.foundOf': 'Encontrada: uma câmera da {{ maker }}',
  'add.stream.main': 'Fluxo principal, que é gravado',
  'add.stream.sub': 'Fluxo secundário, para mosaicos e navegadores',
  'add.noSub': 'Nenhum fluxo secundário foi encontrado. A câmera funciona mesmo assim.',
  'add.name': 'Dê um nome a ela',
  'add.add': 'Adicionar esta câmera',
  'add.addedHint':
    'A gravação começa assim que a câmera responde, o que costuma levar alguns segundos.',
  'add.next': 'Adicionar a próxima',
  'add.done': 'Pronto: ver ao vivo',
  'add.toList': 'Ver a lista',

  ...ADDRESS_FAULTS_IN_PORTUGUESE,

  'find.password-needed': 'A câmera pede usuário e senha',
  'find.password-needed.do':
    'Preencha os dois: são os mesmos com que você abre a página da câmera. Algumas câmeras exigem um usuário separado para RTSP ou ONVIF.',
  'find.wrong-password': 'A câmera recusa este usuário e esta senha',
  'find.wrong-password.do':
    'Confira os dois, inclusive maiúsculas e minúsculas. Tentamos uma vez só, para que a câmera não bloqueie o usuário. Depois de vários erros muitas câmeras bloqueiam por meia hora.',
  'find.unreachable': 'Nada responde em {{ address }}',
  'find.unreachable.do':
    'Verifique se a câmera tem energia e rede, se o endereço está certo e se o RTSP está ligado na câmera (em geral porta 554). Se a porta for outra, escreva-a depois do endereço: 192.168.1.20:8554.',
  'find.address-blocked': 'Nenhuma câmera pode estar em {{ address }}',
  'find.address-blocked.do':
    'É um endereço deste próprio computador, da nuvem dele ou de um túnel, ou não pertence a um único aparelho. Informe o endereço da câmera na rede dela.',
  'find.not-rtsp': 'Algo responde em {{ address }}, mas não com fluxos de câmera',
  'find.not-rtsp.do':
    'Pode ser a página da câmera (porta 80) ou outro aparelho. Tire a porta, ou informe a porta RTSP, que em geral é 554.',
  'find.refused': 'A câmera se recusa a enviar os fluxos',
  'find.refused.do':
    'O detalhe técnico abaixo mostra o que ela respondeu. Feche outros programas que assistem à câmera ou verifique as permissões deste usuário nela.',
  'find.no-known-stream':
    'Uma câmera responde, mas nenhum dos endereços de fluxo conhecidos funciona',
  'find.no-known-stream.do':
    'Procure “RTSP” no manual da câmera e informe o endereço completo em “Por endereço RTSP”.',
  'find.error': 'A busca não deu certo',
  'find.error.do': 'Tente de novo. O detalhe técnico abaixo diz o que aconteceu.',
  'find.tried.one': '{{ count }} endereço tentado.',
  'find.tried.other': '{{ count }} endereços tentados.',

  'test.browser': 'Em navegadores',
  'test.browser.both': 'vista ao vivo em todos, com o menor atraso',
  'test.browser.mse': 'vista ao vivo, com um segundo de atraso',
  'test.browser.h265': 'vista ao vivo onde o navegador reproduz H.265, com um segundo de atraso',
  'test.browser.none': 'gravada, mas não vista ao vivo em navegadores',
  'test.keyframes': 'Quadros-chave',
  'test.everySeconds': 'a cada {{ seconds }} s',
  'test.advice': 'O que pode melhorar',

  'file.lead':
    'Para muitas câmeras: uma tabela em CSV, uma câmera por linha. Cada linha é testada antes que algo seja adicionado.',
  'file.columns':
    'Colunas: nome e endereço (os fluxos são encontrados) ou url (RTSP). Opcionais: fluxo secundário, usuário, senha, dias de retenção, ativa, fuso horário.',
  'file.sample': 'Baixar um exemplo',
  'file.choose': 'Escolher um arquivo',
  'file.paste': 'Ou cole as linhas aqui',
  'file.check': 'Testar cada linha',
  'file.checking': 'Testando {{ done }} de {{ count }}…',
  'file.import.one': 'Adicionar {{ count }} câmera',
  'file.import.other': 'Adicionar {{ count }} câmeras',
  'file.importing': 'Adicionando…',
  'file.line': 'Linha {{ line }}',
  'file.terminal': 'O mesmo em um terminal, primeiro como simulação:',
  'file.fault': 'a corrigir',
  'file.notFound': 'não encontrada',
  'file.wait': 'esperando',
  'file.testing': 'testando…',
  'file.good': 'funciona',
  'file.added': 'adicionada',
  'file.empty': 'Não há nenhuma câmera neste texto.',
  'file.tooMany': 'No máximo {{ count }} linhas de uma vez. Divida o arquivo.',
  'file.noHeader':
    'A primeira linha precisa ter os nomes das colunas: nome e endereço ou url. Baixe o exemplo para começar.',
  'file.unknownColumn': 'Não existe a coluna “{{ column }}”.',
  'file.malformed':
    'Esta linha não pode ser lida. Um valor que contém aspas precisa estar entre aspas, com as de dentro duplicadas.',
  'file.quote': 'Faltou fechar aspas.',
  'file.noName': 'Falta o nome.',
  'file.noTarget': 'Faltam o endereço e a url.',
  'file.notEnabled': 'Escreva sim ou não em vez de “{{ value }}” para dizer se ela é gravada.',
  'file.notZone': 'Não existe o fuso horário “{{ value }}”. Escreva um como America/Sao_Paulo.',
  'file.twoTargets': 'Informe o endereço ou a url, não os dois.',
  'file.badAddress':
    'O endereço não é válido: informe o número (192.168.1.20) ou o nome da câmera.',
  'file.columnCount': 'Esta linha tem {{ found }} campos em vez de {{ expected }}.',
  'file.twice': 'A mesma câmera já está na linha {{ line }}.',
  'file.exists': 'A câmera “{{ name }}” já tem este endereço.',
  'file.onlyGood': 'Linhas com erro ficam de fora até serem corrigidas.',
  'file.tooLarge': 'O arquivo tem mais de 8 MB.',
  'file.workbook':
    'Este é um arquivo de planilha. Salve-o no programa de planilhas como “CSV UTF-8” e escolha o arquivo salvo.',
  'file.notText': 'Isto não é texto. Salve a tabela como CSV e escolha esse arquivo.',
  'file.notReadable':
    'O navegador não conseguiu ler o arquivo. Confira se ele ainda existe e se você pode abri-lo, e escolha-o de novo.',
  'file.ansi': 'O arquivo não é UTF-8 e foi lido como Windows-1252: confira os nomes com acentos.',
  'file.correct': 'Corrigir',
  'file.corrected': 'Pronto',
  'file.place': 'Endereço ou endereço RTSP',
  'file.anyway': 'Adicionar mesmo assim',
  'file.anywayOf': 'Adicionar mesmo assim: {{ name }}',
  'file.correctOf': 'Corrigir a linha {{ line }}',
  'file.doubt': 'duplicada?',
  'add.sameAddress.one':
    'A câmera “{{ names }}” já tem este endereço. Adicione de novo só se for isso mesmo.',
  'add.sameAddress.other':
    'As câmeras {{ names }} já têm este endereço. Adicione de novo só se for isso mesmo.',
  'add.giveUrl': 'Informar o endereço RTSP dela',
  'add.discard': 'Descartar o que foi preenchido?',
  'add.discard.no': 'Continuar editando',
  'add.discard.yes': 'Descartar',
  'test.h265': 'Este navegador não reproduz H.265',
  'test.h265.do':
    'A câmera é gravada como está, mas este navegador não mostra nem o vídeo ao vivo nem as gravações dela. Configure este fluxo em H.264 na câmera, ou informe um fluxo secundário em H.264 para o vídeo ao vivo.',
  'test.h265.liveBySub':
    'O vídeo ao vivo usa o fluxo secundário. As gravações ficam completas, mas este navegador não as reproduz: baixe-as, use um navegador com H.265 ou configure este fluxo em H.264 na câmera.',
};
