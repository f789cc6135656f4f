// Looks at every page in every state: pictures into screenshots/ (not committed), and what axe, the page's policy and the
// window's edge say. Ends with 1 when anything was found.
//   node scripts/screenshots.ts [NAME or BEGINNING* …] [--theme light,dark,contrast,touch] [--width 900,1280,1920,3840,200%] [--height 4000] [--built]
//   node scripts/screenshots.ts --committed    draws the pictures of README and docs anew
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { packPng } from './pack-png.ts';
import { settle, startPreview, type Look, type Preview } from './screens/preview.ts';
import { committed, shots, type Shot } from './screens/shots.ts';
import { root } from './stages.ts';

/** 200 % of 1280 × 800: what the page is told of such a window. */
const sizes: Record<string, [width: number, height: number]> = {
  '900': [900, 700],
  '1280': [1280, 800],
  '1920': [1920, 1080],
  '3840': [3840, 2160],
  '200%': [640, 400],
};

const looks: Record<string, Pick<Look, 'theme' | 'isHighContrast' | 'isTouch'>> = {
  light: { theme: 'light' },
  dark: { theme: 'dark' },
  contrast: { theme: 'dark', isHighContrast: true },
  'contrast-light': { theme: 'light', isHighContrast: true },
  touch: { theme: 'light', isTouch: true },
};

/** More would make every clone slow. */
const maximumBytes = 250_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: 'string', default: 'light,dark' },
    width: { type: 'string', default: '1280' },
    /** To see all of a page that scrolls. */
    height: { type: 'string' },
    committed: { type: 'boolean', default: false },
    'no-axe': { type: 'boolean', default: false },
    /** Of the pages as the last run built them. */
    built: { type: 'boolean', default: false },
  },
});

let found = 0;
function report(text: string): void {
  found += 1;
  console.log(text);
}

/** Neither the window nor the page in it may scroll sideways. Run in the page. */
const tooLarge = `document.documentElement.scrollWidth > innerWidth ||
  document.documentElement.scrollHeight > innerHeight ||
  [...document.querySelectorAll('main, main > div > div, [role=dialog]')].some((part) => part.scrollWidth > part.clientWidth + 1)`;

/** Columns of a list stand under each other, whatever its rows hold; less than a pixel nobody sees. Run in the page. */
const raggedLists = `[...document.querySelectorAll('main ul')]
  .map((list) => [...list.querySelectorAll(':scope > li [data-column]')].map((column) => column.getBoundingClientRect().left))
  .filter((lefts) => Math.max(...lefts) - Math.min(...lefts) > 1)
  .length`;

/**
 * What is tapped and lower than a finger (WCAG 2.5.5: 44 px), by its own box or by that of the label around it. Links in a
 * line of text are excepted there, too. Run in the page.
 */
const smallTargets = `[...document.querySelectorAll('button, a[href], input, [role=tab], [role=checkbox], [role=radio], [role=switch]')]
  .map((element) => element.closest('label') ?? element)
  .filter((element) => {
    const { width, height, bottom } = element.getBoundingClientRect();
    const isShown = width > 2 && height > 2 && bottom > 0 && getComputedStyle(element).display !== 'inline';
    // A ticked line of an answer is read, not ticked.
    if (element.disabled && element.type === 'checkbox') return false;
    return isShown && height < 43.5;
  })
  .map((element) => (element.getAttribute('aria-label') ?? element.textContent).slice(0, 40) + ' ' + element.getBoundingClientRect().height)`;

async function judge(page: Page, name: string, look: Look): Promise<void> {
  const isTooLarge = await page.evaluate<boolean>(tooLarge);
  if (isTooLarge) report(`${name}: larger than the window`);
  const ragged = await page.evaluate<number>(raggedLists);
  if (ragged > 0) report(`${name}: lists whose columns are ragged: ${ragged}`);
  if (look.isTouch === true)
    for (const target of new Set(await page.evaluate<string[]>(smallTargets)))
      report(`${name}: too low for a finger: ${target}`);
  if (values['no-axe']) return;
  // High contrast promises 7:1 (WCAG 1.4.6), which axe looks at only when asked.
  const rules = { 'color-contrast-enhanced': { enabled: look.isHighContrast === true } };
  // The tenth row of a list is like the first nine, and of two hundred models axe reads every text for minutes.
  const builder = new AxeBuilder({ page })
    .exclude('main li:nth-child(n + 10)')
    .options({ rules })
    // No page has a frame in it; without this each result is put together in a page of its own.
    .setLegacyMode();
  const { violations } = await builder.analyze();
  for (const violation of violations) {
    report(`${name}: axe ${violation.id}: ${violation.help}`);
    for (const node of violation.nodes.slice(0, 3))
      console.log(`    ${node.target.join(' ')}\n    ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`);
  }
}

async function take(preview: Preview, shot: Shot, look: Look, name: string): Promise<Buffer> {
  const { page, ...opened } = await preview.open(shot.state, shot.address, look, (text) => report(`${name}: ${text}`));
  try {
    await settle(page);
    if (shot.act !== undefined) {
      await shot.act(page);
      await settle(page);
    }
    const picture = await page.screenshot();
    if (!values.committed) await judge(page, name, look);
    return picture;
  } finally {
    await opened.close();
  }
}

const isNamed = ({ name }: Shot) =>
  positionals.some((part) => name === part || (part.endsWith('*') && name.startsWith(part.slice(0, -1))));

/** A page is mostly waited for: until it rests, until nothing is loaded. */
const atOnce = 4;

async function takeAll(preview: Preview): Promise<void> {
  const folder = join(root, 'screenshots');
  mkdirSync(folder, { recursive: true });
  const asked: { shot: Shot; name: string; look: Look }[] = [];
  for (const theme of values.theme.split(',')) {
    for (const width of values.width.split(',')) {
      const [look, size] = [looks[theme], sizes[width]];
      if (look === undefined || size === undefined) throw new Error(`unknown theme or width: ${theme} ${width}`);
      for (const shot of shots) {
        if (!(positionals.length === 0 ? width === '1280' || shot.isRanged === true : isNamed(shot))) continue;
        const name = `${shot.name}-${theme}-${width.replace('%', '')}`;
        asked.push({ shot, name, look: { ...look, width: size[0], height: Number(values.height ?? size[1]) } });
      }
    }
  }
  async function takeNext(): Promise<void> {
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const { shot, name, look } = next;
      try {
        writeFileSync(join(folder, `${name}.png`), await take(preview, shot, look, name));
      } catch (error) {
        report(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, takeNext));
  console.log(`screenshots: ${found} findings, pictures in ${folder}`);
}

async function takeCommitted(preview: Preview): Promise<void> {
  for (const { theme, ...shot } of committed) {
    const picture = packPng(await take(preview, shot, { theme, width: 1280, height: 800 }, shot.name));
    writeFileSync(join(root, 'docs/screens', `${shot.name}.png`), picture);
    console.log(`${shot.name}.png: ${Math.round(picture.length / 1000)} kB`);
    if (picture.length > maximumBytes) report(`${shot.name}: larger than ${maximumBytes} bytes`);
  }
}

const preview = await startPreview({ isBuilt: values.built });
try {
  await (values.committed ? takeCommitted(preview) : takeAll(preview));
} finally {
  await preview.close();
}
process.exitCode = found === 0 ? 0 : 1;
