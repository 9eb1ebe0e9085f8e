import assert from 'node:assert/strict';
import { test } from 'node:test';

import { told as finding } from '../src/core/finding';
import { isCode, page } from '../src/core/page';
import { session } from '../src/core/session';
import { duration, escaped, ofNone, ofSession } from '../src/core/status';
import type { View } from '../src/core/watch';
import { line, told } from './folder';

function view(lines: readonly string[], over: Readonly<Record<string, unknown>> = {}): View {
  const made = session('/s/a', 'a', JSON.stringify(told(over)));
  assert.ok(made);
  const findings = lines.flatMap((one) => finding(one)?.finding ?? []);
  const slowest = [{ name: 'textDocument/hover', count: 3, p50: 700, slowest: 72_494 }];
  return { session: made, findings, slowest };
}

test('the bar says session, version and slowest method of a healthy session', () => {
  const { text, tooltip, colour } = ofSession(view([]));
  assert.equal(text, 'goplens $(check) · gopls v0.23.0 · hover 72 ms');
  assert.equal(colour, undefined);
  assert.match(tooltip, /Nothing is found to be wrong\./);
  assert.match(tooltip, /\| textDocument\/hover \| 3 \| 700 µs \| 72 ms \|/);
});

test('the worst finding stands in front', () => {
  const { text, colour, tooltip } = ofSession(view([line('finding'), line('finding', { code: 'load-slow' })]));
  assert.equal(text, 'goplens $(error) import-cycle +1 · gopls v0.23.0 · hover 72 ms');
  assert.equal(colour, 'error');
  assert.match(tooltip, /\$\(error\) A\\\. \(import-cycle\)/);
  const mild = ofSession(view([line('finding', { severity: 'info' })]));
  assert.match(mild.text, /^goplens \$\(info\) import-cycle · /);
  assert.equal(mild.colour, undefined);
});

test('where there is no gopls, or no session, it says so', () => {
  const methods = { initialize: { count: 1, max_us: 7 } };
  const without = { gopls: undefined, methods };
  assert.equal(ofSession(view([], without)).text, 'goplens $(error) no gopls');
  const why = ofSession(view([line('finding', { code: 'gopls-not-found', title: 'No.' })], without));
  assert.equal(why.text, 'goplens $(error) gopls-not-found · no gopls');
  assert.match(why.tooltip, /No\\\. \(gopls-not-found\)/);
  assert.match(ofSession(view([], { gopls: undefined })).text, /is starting/);
  const none = ofNone([{ short: 'not found', said: 'There is *no* goplens.' }, { short: 'x', said: 'X.' }]);
  assert.equal(none.text, 'goplens $(circle-slash) not found');
  assert.equal(ofNone([{ short: '', said: 'It is starting.' }]).text, 'goplens $(circle-slash)');
  assert.match(none.tooltip, /There is \\\*no\\\* goplens/);
});

test('text of the machine is shown as it is', () => {
  assert.equal(escaped('a_b [x](y)\n$(error) <b>'), 'a\\_b \\[x\\]\\(y\\) \\$\\(error\\) \\<b\\>');
});

test('times are for the eye', () => {
  assert.deepEqual([999, 1000, 72_494, 3_252_713, undefined].map(duration), ['999 µs', '1 ms', '72 ms', '3.3 s', '']);
});

test('a page has what was found here behind its first sentence', () => {
  const explained = '# import-cycle\n\nA cycle.\n\n## What you see\n\nText.\n';
  assert.equal(page(explained, []), explained);
  const here = ['A.\nB.\n- ```x```\nFix: Do it: go do'];
  assert.equal(
    page(explained, here),
    '# import-cycle\n\nA cycle.\n\n## Found here\n\n````text\nA.\nB.\n- ```x```\nFix: Do it: go do\n````\n' +
      '\n## What you see\n\nText.\n',
  );
  assert.match(page('# x\n', here), /^# x\n\n## Found here\n/);
});

test('a code is no path', () => {
  for (const code of ['import-cycle', 'go-work-elsewhere', 'x']) assert.ok(isCode(code), code);
  for (const code of ['', '../x', 'a/b', 'A', '-x', '--help', 'a--b']) assert.ok(!isCode(code), code);
});
