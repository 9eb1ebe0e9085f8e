// A window of VS Code, used as a user uses it: by keys, by the mouse, and by what is to be seen.

import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { boxOf, problemsOf } from './page.mjs';
import { until } from './until.mjs';

/** How long a list that has just come up may still change under the hand, in milliseconds. */
const SETTLE = 700;

/** One window. */
export class Workbench {
  constructor(page, pictures) {
    this.page = page;
    this.pictures = pictures;
  }

  /** Opens a folder in a new page. */
  static async open(browser, server, folder, pictures) {
    mkdirSync(pictures, { recursive: true });
    const page = await browser.newPage({ viewport: { width: 1160, height: 680 } });
    page.setDefaultTimeout(60_000);
    await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`);
    await page.waitForSelector('.monaco-workbench .part.editor');
    return new Workbench(page, pictures);
  }

  /** Keeps a picture of the window; gives its path. */
  async picture(name) {
    const path = join(this.pictures, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async key(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await sleep(150);
    }
  }

  /** Chooses from the list that has come up what contains this, after typing it. */
  async #choose(typed, contains) {
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor({ state: 'visible' });
    await input.fill(typed);
    const row = '.quick-input-list .monaco-list-row.focused';
    await until(`${contains} in the list`, () =>
      this.page.evaluate(([row, text]) => document.querySelector(row)?.ariaLabel?.includes(text), [row, contains]));
    await sleep(SETTLE);
    await this.key('Enter');
  }

  /** Opens a file of the workspace by its name, and waits until it is there. */
  async file(name) {
    await this.key('Control+p');
    await this.#choose(name, basename(name));
    await until(`${name} in front`, async () => (await this.tab()) === basename(name));
  }

  /** Runs a command of the palette. */
  async command(title) {
    await this.key('F1');
    await this.#choose(`>${title}`, title);
  }

  /** The name of the file in front. */
  tab() {
    return this.page.evaluate(() => document.querySelector('.part.editor .tab.active')?.dataset.resourceName ?? '');
  }

  /** Its path, as the window has it. */
  async path() {
    const editor = this.page.locator('.editor-group-container.active .monaco-editor[data-uri]').first();
    return decodeURIComponent(new URL(await editor.getAttribute('data-uri')).pathname);
  }

  /** Where a word is on the screen, in the first line that contains `line`. */
  async #at(line, word) {
    const box = await until(`${word} in a line with ${line}`, () => this.page.evaluate(boxOf, [line, word]));
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  /** Puts the cursor into a word. */
  async click(line, word) {
    await this.page.mouse.click(...(await this.#at(line, word)));
    await sleep(300);
  }

  /** Ctrl+Click on a word. */
  async jump(line, word) {
    const [x, y] = await this.#at(line, word);
    await this.page.keyboard.down('Control');
    await this.page.mouse.move(x, y, { steps: 3 });
    await sleep(900);
    await this.page.mouse.click(x, y);
    await this.page.keyboard.up('Control');
  }

  /** Takes the mouse off the text: Ctrl has the editor ask for the definition of the word under it. */
  async park() {
    await this.page.mouse.move(600, 676);
    await sleep(200);
  }

  /** The line that the cursor is in, by the status bar. */
  line() {
    return this.page.evaluate(() => {
      const items = [...document.querySelectorAll('.statusbar-item')].map(({ innerText }) => innerText.trim());
      return Number(items.map((text) => /^Ln (\d+)/.exec(text)?.[1]).find(Boolean) ?? 0);
    });
  }

  /** What the item of goplens in the status bar says, with the names of its icons. */
  status() {
    return this.page.evaluate(() => {
      const item = document.querySelector('.statusbar-item[id^="goplens.goplens"]');
      const icons = [...(item?.querySelectorAll('.codicon') ?? [])].flatMap(({ classList }) => [...classList]);
      return item === null ? '' : `${item.innerText.trim()} ${icons.filter((one) => one !== 'codicon').join(' ')}`;
    });
  }

  /** Waits until the item says this; gives what it says. */
  async statusWith(...words) {
    let last = '';
    try {
      return await until('the status bar', async () => {
        last = await this.status();
        return words.every((word) => last.includes(word)) && last;
      });
    } catch (error) {
      throw new Error(`${error.message} with ${words.join(', ')}: it says ${JSON.stringify(last)}`);
    }
  }

  /** Opens the Problems panel, where it is not open. */
  async openProblems() {
    if (await this.page.locator('.markers-panel').isVisible()) return;
    await this.key('Control+Shift+m');
    await this.page.locator('.markers-panel').waitFor({ state: 'visible' });
  }

  /** What stands in the Problems panel: text, source, code and link of each. */
  problems() {
    return this.page.evaluate(problemsOf);
  }

  /** Opens the lightbulb's menu at the cursor; gives what it offers. */
  async fixes() {
    const rows = '.action-widget .monaco-list-row.action';
    return until('quick fixes', async () => {
      await this.key('Control+.');
      await sleep(SETTLE);
      const offered = await this.page.locator(rows).allInnerTexts();
      if (offered.length > 0) return offered.map((text) => text.trim());
      await this.key('Escape');
      return undefined;
    });
  }

  /** Chooses one of them. */
  async fix(title) {
    await this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first().click();
    await sleep(SETTLE);
  }

  /** The text of all that is drawn by web views, such as the preview of a page. */
  async views() {
    const texts = this.page.frames().slice(1).map((frame) =>
      frame.evaluate(() => document.body?.innerText ?? '').catch(() => ''));
    return (await Promise.all(texts)).join('\n');
  }

  /** What stands in the terminal that is open. */
  terminal() {
    return this.page.evaluate(() => {
      const terminals = [...document.querySelectorAll('.xterm-rows')].filter(({ offsetParent }) => offsetParent !== null);
      // A line that is too long goes on in the next row, and of a space between the two nothing is left.
      const texts = terminals.map(({ innerText }) => innerText.replaceAll('\u00a0', ' '));
      return ['', ' '].flatMap((between) => texts.map((text) => text.replaceAll('\n', between))).join(' ');
    });
  }

  /** Waits until a terminal says this; gives what it says. */
  async terminalWith(words) {
    let last = '';
    try {
      return await until('the terminal', async () => {
        last = await this.terminal();
        return words.test(last) && last;
      });
    } catch (error) {
      throw new Error(`${error.message} with ${words}: it says ${JSON.stringify(last)}`);
    }
  }

  /** Presses the button of a message, of which a picture is kept, and waits until the window is loaded again. */
  async reloadBy(button, picture) {
    const offered = this.page.getByRole('button', { name: button });
    await offered.waitFor();
    await sleep(SETTLE);
    await this.picture(picture);
    await this.page.evaluate(() => document.body.classList.add('before'));
    await offered.click();
    // It is on its way out until the mark is gone with the page that has it.
    await until('the window', () =>
      this.page.evaluate(() =>
        document.querySelector('body:not(.before) .monaco-workbench .part.editor') !== null).catch(() => false));
  }

  /** Closes the window. */
  async close() {
    await this.page.close({ runBeforeUnload: false });
  }
}
