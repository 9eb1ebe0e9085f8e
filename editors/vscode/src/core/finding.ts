// A finding, as a line of `findings.jsonl` has it; docs/trace.md says what its fields are.

import { fields, list, number, parse, strings, text } from './json';

/** How bad it is, the worst first. */
export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that is wrong on this machine or in this session. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly string[];
  /** What can be done, each in a line. */
  readonly fixes: readonly string[];
  readonly subject: string;
  readonly uri?: string | undefined;
  /** Where in the file, counted from 0. */
  readonly line: number;
  readonly character: number;
  /** Whether it is for the record alone. */
  readonly quiet: boolean;
}

/** A line of the file: a finding that came, or that went. */
export interface Told {
  readonly cleared: boolean;
  readonly finding: Finding;
}

/** What the line says; undefined where it says nothing that is known here. */
export function told(line: string): Told | undefined {
  const read = parse(line);
  const event = text(read?.event);
  if (event !== 'finding' && event !== 'cleared') return undefined;
  const its = fields(read?.finding);
  const code = text(its.code);
  const severity = SEVERITIES.find((one) => one === its.severity);
  if (code === undefined || severity === undefined) return undefined;
  const start = fields(fields(its.range).start);
  const finding: Finding = {
    code,
    severity,
    title: text(its.title) ?? code,
    cause: text(its.cause) ?? '',
    evidence: strings(its.evidence),
    fixes: list(its.fixes).map(fix),
    subject: text(its.subject) ?? '',
    uri: text(its.uri),
    line: number(start.line) ?? 0,
    character: number(start.character) ?? 0,
    quiet: its.quiet === true,
  };
  return { cleared: event === 'cleared', finding };
}

/** What it does, and how where no program does it. */
function fix(value: unknown): string {
  const title = text(fields(value).title) ?? '';
  const action = fields(fields(value).action);
  const shell = text(action.shell);
  if (shell !== undefined) return `${title}: ${shell}`;
  const hand = text(action.hand);
  if (hand !== undefined) return `${title}. ${hand}`;
  const edited = list(action.edit).map((edit) => text(fields(edit).uri)?.split('/').at(-1) ?? '');
  return edited.length === 0 ? `${title} (Quick Fix)` : `${title} (Quick Fix; then save ${names(edited)})`;
}

function names(files: readonly string[]): string {
  return [...new Set(files)].join(' and ');
}

/** All that there is to say of it, in lines, as the Problems panel has it. */
export function message(finding: Finding): string {
  const evidence = finding.evidence.map((fact) => `- ${fact}`);
  const fixes = finding.fixes.map((one) => `Fix: ${one}`);
  return [finding.title, finding.cause, ...evidence, ...fixes].join('\n');
}
