import { FIREWALL_FINDINGS } from './doctor-texts.ts';
import { type Finding, type FindingText, found } from './finding.ts';
import type { Machine } from './machine.ts';

/** What one firewall says; undefined where it is not there or not in force. */
type Verdict =
  | { readonly finding: FindingText; readonly firewall: string }
  | 'not-permitted'
  | undefined;

/**
 * Whether a firewall of this machine keeps WebRTC's media out, as far as rules tell: those of others
 * in the network are not seen, and what a chain of jumps does is not followed.
 */
export async function checkFirewall(machine: Machine, port: number): Promise<Finding> {
  const verdicts: Verdict[] = [];
  for (const ask of [askUfw, askFirewalld, askNftables, askIptables]) {
    const verdict = await ask(machine, port);
    if (verdict === undefined) continue;
    if (verdict !== 'not-permitted') {
      return found('firewall', verdict.finding, { port, firewall: verdict.firewall });
    }
    verdicts.push(verdict);
  }
  const { none, unknown } = FIREWALL_FINDINGS;
  return found('firewall', verdicts.length > 0 ? unknown : none, { port });
}

async function askUfw(machine: Machine, port: number): Promise<Verdict> {
  const { isThere, code, output } = await machine.ask('ufw', 'status');
  if (!isThere) return undefined;
  if (code !== 0) return machine.isRoot ? undefined : 'not-permitted';
  if (!/^Status: active/m.test(output)) return undefined;
  const rule = new RegExp(`^(?:${port}(?:/udp)?|Anywhere)(?: \\(v6\\))?\\s+ALLOW`, 'm');
  const { allowed, ufw } = FIREWALL_FINDINGS;
  return { finding: rule.test(output) ? allowed : ufw, firewall: 'ufw' };
}

async function askFirewalld(machine: Machine, port: number): Promise<Verdict> {
  const state = await machine.ask('firewall-cmd', '--state');
  if (!state.isThere || !/^running/m.test(state.output)) return undefined;
  const { code, output } = await machine.ask('firewall-cmd', '--list-ports');
  if (code !== 0) return 'not-permitted';
  const { allowed, firewalld } = FIREWALL_FINDINGS;
  const isOpen = output.split(/\s+/).some((entry) => isInRange(entry, port));
  return { finding: isOpen ? allowed : firewalld, firewall: 'firewalld' };
}

/** `8443/udp` or `8000-9000/udp` */
function isInRange(entry: string, port: number): boolean {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?\/udp$/.exec(entry) ?? [];
  return from !== undefined && Number(from) <= port && port <= Number(to);
}

async function askNftables(machine: Machine, port: number): Promise<Verdict> {
  const { isThere, code, output } = await machine.ask('nft', 'list', 'ruleset');
  if (!isThere) return undefined;
  if (code !== 0) return machine.isRoot ? undefined : 'not-permitted';
  const drops = /hook input[^\n}]*;\s*policy drop/.test(output);
  const refusesRest = /hook input[\s\S]*?\n\s*(?:counter[^\n]*)?(?:drop|reject)[^\n]*\n\s*\}/.test(
    output,
  );
  return verdictOf(drops || refusesRest, nftNames(output, port), 'nftables');
}

/** Whether a rule accepts the port: `udp dport 8443 accept`, in a set or a range too. */
function nftNames(rules: string, port: number): boolean {
  return [...rules.matchAll(/udp dport (\{[^}]*\}|\S+)[^\n]*accept/g)].some(([, ports = '']) =>
    ports
      .replaceAll(/[{}\s]/g, '')
      .split(',')
      .some((entry) => isInRange(`${entry}/udp`, port)),
  );
}

async function askIptables(machine: Machine, port: number): Promise<Verdict> {
  const { isThere, code, output } = await machine.ask('iptables', '-S', 'INPUT');
  if (!isThere) return undefined;
  if (code !== 0) return machine.isRoot ? undefined : 'not-permitted';
  const drops =
    /^-P INPUT (DROP|REJECT)/m.test(output) || /^-A INPUT -j (DROP|REJECT)/m.test(output);
  const names = output
    .split('\n')
    .filter((line) => /-p udp .*-j ACCEPT/.test(line))
    .flatMap((line) => /--dports? (\S+)/.exec(line)?.[1]?.split(',') ?? [])
    .some((entry) => isInRange(`${entry.replace(':', '-')}/udp`, port));
  return verdictOf(drops, names, 'iptables');
}

function verdictOf(refuses: boolean, names: boolean, firewall: string): Verdict {
  const { allowed, dropped } = FIREWALL_FINDINGS;
  if (!refuses) return undefined;
  return { finding: names ? allowed : dropped, firewall };
}
