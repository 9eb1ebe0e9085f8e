// What the status bar says.

import type { Finding, Severity } from './finding';
import type { Lack } from './lack';
import { type Method, isAnswered } from './session';
import type { View } from './watch';

/** An icon of the editor's for each severity. */
export const ICONS: Readonly<Record<Severity, string>> = {
  error: '$(error)',
  warning: '$(warning)',
  info: '$(info)',
  hint: '$(lightbulb)',
};

/** An item of the status bar. */
export interface Status {
  readonly text: string;
  /** In Markdown. */
  readonly tooltip: string;
  /** How bad the worst finding is, where that is to be seen from afar. */
  readonly colour?: 'error' | 'warning';
}

/** How many findings, and how many methods, the tooltip names. */
const NAMED = 5;

/** Of a window with a session. */
export function ofSession(view: View): Status {
  const { session, findings, slowest } = view;
  const tooltip = tooltipOf(view);
  const worst = findings[0];
  if (session.gopls === undefined) {
    if (!isAnswered(session)) return { text: 'goplens $(sync~spin) gopls is starting', tooltip };
    const why = worst === undefined ? '$(error)' : `${told(worst, findings.length)} ·`;
    return { text: `goplens ${why} no gopls`, tooltip, colour: 'error' };
  }
  const parts = [`goplens ${worst === undefined ? '$(check)' : told(worst, findings.length)}`, `gopls ${session.gopls}`];
  const slow = slowest[0];
  if (slow !== undefined) parts.push(`${short(slow.name)} ${duration(slow.slowest)}`);
  const text = parts.join(' · ');
  if (worst?.severity === 'error' || worst?.severity === 'warning') return { text, tooltip, colour: worst.severity };
  return { text, tooltip };
}

/** Of a window without one, by what is missing. */
export function ofNone(lacks: readonly Lack[]): Status {
  const said = lacks.map(({ said }) => escaped(said));
  const tooltip = ['**goplens** has no session in this window.', ...said].join('\n\n');
  return { text: ['goplens $(circle-slash)', lacks[0]?.short ?? ''].join(' ').trim(), tooltip };
}

function told(worst: Finding, all: number): string {
  const more = all > 1 ? ` +${all - 1}` : '';
  return `${ICONS[worst.severity]} ${worst.code}${more}`;
}

function tooltipOf({ session, findings, slowest }: View): string {
  const go = session.go === undefined ? '' : `, ${session.go}`;
  const gopls = session.gopls === undefined ? 'without gopls' : `in front of gopls ${session.gopls}${go}`;
  const lines = [
    `**goplens ${escaped(session.goplens)}** ${escaped(gopls)}`,
    `Session ${escaped(session.id)}: ${session.messages} messages`,
  ];
  if (session.gopls !== undefined && findings.length === 0) lines.push('Nothing is found to be wrong.');
  for (const { severity, title, code } of findings.slice(0, NAMED)) {
    lines.push(`${ICONS[severity]} ${escaped(title)} (${code})`);
  }
  if (findings.length > NAMED) lines.push(`and ${findings.length - NAMED} more`);
  if (slowest.length > 0) lines.push(table(slowest.slice(0, NAMED)));
  return lines.join('\n\n');
}

function table(methods: readonly Method[]): string {
  const rows = methods.map(
    ({ name, count, p50, slowest }) => `| ${escaped(name)} | ${count} | ${duration(p50)} | ${duration(slowest)} |`,
  );
  return ['| method | times | half within | slowest |', '|:--|--:|--:|--:|', ...rows].join('\n');
}

/** A method without the word that most of them begin with. */
export function short(method: string): string {
  return method.replace(/^textDocument\//, '');
}

/** Microseconds, for the eye. */
export function duration(micros: number | undefined): string {
  if (micros === undefined) return '';
  if (micros < 1000) return `${micros} µs`;
  const millis = micros / 1000;
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}

/** Text that means nothing else in Markdown, nor an icon. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replace(/\s+/g, ' ');
}
