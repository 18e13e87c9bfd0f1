import { text } from '../../language/text.ts';

export const STATUS_TEXTS = {
  running: text(
    'VMS {version} runs on {data}; the page is at {url}',
    'O VMS {version} está em execução em {data}; a página está em {url}',
  ),
  services: text('Services', 'Serviços'),
  cameras: text('Cameras', 'Câmeras'),
  volumes: text('Volumes', 'Volumes'),
  alerts: text('Attention', 'Atenção'),
  noAlerts: text('No alert is open.', 'Nenhum alerta aberto.'),
  noCameras: text('none yet', 'nenhuma ainda'),
  process: text('process {pid}', 'processo {pid}'),
  detail: text('{detail}', 'detalhe (em inglês): {detail}'),
  volume: text(
    '{path}  {state}, {free} free of {total}, {recorded} recorded',
    '{path}  {state}, {free} livres de {total}, {recorded} gravados',
  ),
  since: text('(since {time}, {zone})', '(desde {time}, {zone})'),
  remedy: text('→ {remedy} ({runbook})', '→ {remedy} ({runbook})'),
  moreAlerts: text(
    '… and {count} more; the page lists all of them.',
    '… e mais {count}; a página lista todos.',
  ),
} as const;

/** How a service is. */
export const HEALTH_TEXTS = {
  ok: text('ok', 'ok'),
  degraded: text('degraded', 'com restrições'),
  failing: text('failing', 'com falha'),
  unreachable: text('does not answer', 'não responde'),
} as const;

/** How a volume is. */
export const VOLUME_TEXTS: Readonly<Record<string, ReturnType<typeof text>>> = {
  recording: text('recording', 'gravando'),
  full: text('full', 'cheio'),
  failing: text('writing fails', 'com falha de escrita'),
  missing: text('missing', 'ausente'),
  hung: text('does not answer', 'não responde'),
  'in-use': text('in use by another system', 'em uso por outro sistema'),
};

/** How grave an alert is. */
export const SEVERITY_TEXTS = {
  critical: text('CRITICAL', 'CRÍTICO'),
  warning: text('WARNING', 'AVISO'),
} as const;
