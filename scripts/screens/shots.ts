import type { Page } from '@playwright/test';

export interface Shot {
  name: string;
  /** A scenario of renderer/testing/scenarios.ts. */
  state: string;
  address: string;
  /** Brings the page into the state that is to be seen. */
  act?: (page: Page) => Promise<void>;
  /** Also looked at in every width. */
  isRanged?: boolean;
}

/** As renderer/testing/fake-data.ts makes it. */
export const idOf = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
const nim = `#/running/${idOf('llama-3.1-8b-instruct')}`;
const starting = `#/running/${idOf('qwen3-32b')}`;
const gpuLost = `#/running/${idOf('mixtral-8x7b')}`;
const exited = `#/running/${idOf('nemotron-nano-9b')}`;
export const conversation = `#/chat/${encodeURIComponent('conversation-How does paged attention work?')}`;

export const openTray = async (page: Page): Promise<void> =>
  page.getByRole('contentinfo').getByRole('button', { name: /job/i }).last().click();

const compared = '#/compare/comparison-1';
const chooseOfComparison = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: /^More actions for / }).click();
  await page.getByRole('menuitem', { name }).click();
};

const pages = {
  home: '#/home',
  models: '#/models',
  running: '#/running',
  hardware: '#/hardware',
  chat: conversation,
  compare: '#/compare',
  settings: '#/settings',
};
const states = [
  'empty',
  'slow',
  'failing',
  'no-engine',
  'engine-unknown',
  'offline',
  'reconnecting',
  'practice',
] as const;

/** Every page in every state it can be in. */
const matrix: Shot[] = Object.entries(pages).flatMap(([name, address]) => [
  { name, state: 'many', address, isRanged: true },
  ...states.map((state) => ({
    name: `${name}-${state}`,
    state,
    address: name === 'chat' && ['empty', 'slow', 'failing', 'no-engine'].includes(state) ? '#/chat' : address,
  })),
]);

/** What opens over them, and what one must do something for. */
const further: Shot[] = [
  { name: 'ui', state: 'many', address: '#/ui', isRanged: true },
  {
    name: 'models-installed',
    state: 'many',
    address: '#/models',
    act: async (page) => page.getByRole('checkbox', { name: 'On this machine' }).click(),
  },
  {
    name: 'models-failed-pull',
    state: 'many',
    address: '#/models',
    act: async (page) => page.getByRole('searchbox', { name: 'Search models' }).fill('llama-3.3-70b-instruct'),
  },
  {
    name: 'models-run',
    state: 'many',
    address: '#/models',
    act: async (page) => {
      await page.getByRole('button', { name: /^Run / }).first().click();
      await page.getByRole('radio', { name: /Only these/ }).click();
      await page.getByRole('button', { name: 'More options' }).click();
    },
  },
  {
    name: 'models-fit',
    state: 'many',
    address: '#/models',
    act: async (page) => {
      await page.getByRole('button', { name: /^Run / }).first().click();
      await page.getByRole('region', { name: 'Does it fit?' }).getByRole('button', { name: 'Why' }).click();
    },
  },
  {
    name: 'models-select',
    state: 'many',
    address: '#/models',
    act: async (page) => page.getByRole('combobox', { name: 'Kind' }).click(),
  },
  { name: 'tray', state: 'many', address: '#/running', act: openTray },
  {
    name: 'running-remove',
    state: 'many',
    address: '#/running',
    act: async (page) => {
      await page.getByRole('button', { name: 'More actions for llama-3.1-8b-instruct' }).click();
      await page.getByRole('menuitem', { name: /Remove/ }).click();
    },
  },
  {
    name: 'palette',
    state: 'many',
    address: '#/home',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type('llama');
    },
  },
  {
    name: 'keys',
    state: 'many',
    address: '#/home',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'nim', state: 'many', address: `${nim}/overview`, isRanged: true },
  { name: 'nim-gpu-lost', state: 'many', address: `${gpuLost}/overview`, isRanged: true },
  { name: 'nim-starting', state: 'many', address: `${starting}/overview` },
  { name: 'nim-exited', state: 'many', address: `${exited}/overview` },
  { name: 'nim-no-engine', state: 'no-engine', address: `${nim}/overview` },
  { name: 'nim-slow', state: 'slow', address: `${nim}/overview` },
  { name: 'metrics', state: 'many', address: `${nim}/metrics`, isRanged: true },
  { name: 'configuration', state: 'many', address: `${nim}/configuration` },
  { name: 'events', state: 'many', address: `${nim}/events` },
  { name: 'log', state: 'many', address: `${nim}/log`, isRanged: true },
  { name: 'log-failing', state: 'failing', address: `${nim}/log` },
  {
    name: 'log-search',
    state: 'many',
    address: `${nim}/log`,
    act: async (page) => {
      await page.getByRole('searchbox').fill('aborted');
      await page.getByText('0 of 2').waitFor();
      await page.getByRole('searchbox').press('Enter');
      await page.getByText('1 of 2').waitFor();
      await page.locator('mark').first().waitFor();
    },
  },
  { name: 'chat-new', state: 'many', address: '#/chat' },
  {
    name: 'chat-targets',
    state: 'many',
    address: conversation,
    act: async (page) => page.getByRole('button', { name: /^Who answers/ }).click(),
  },
  {
    name: 'chat-tools',
    state: 'many',
    address: conversation,
    act: async (page) => {
      await page.getByRole('button', { name: 'Tools and format' }).click();
      await page.getByRole('button', { name: 'JSON by a schema' }).click();
    },
  },
  {
    name: 'chat-parameters',
    state: 'many',
    address: conversation,
    act: async (page) => page.getByRole('button', { name: 'Parameters' }).click(),
  },
  {
    name: 'chat-search',
    state: 'many',
    address: conversation,
    act: async (page) => {
      if (!(await page.getByRole('searchbox').isVisible())) await page.getByRole('button', { name: 'Chats' }).click();
      await page.getByRole('searchbox').fill('attention');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'chat-bin',
    state: 'many',
    address: conversation,
    act: async (page) => {
      const more = page.getByRole('button', { name: 'Folders, import, bin' });
      if (!(await more.isVisible())) await page.getByRole('button', { name: 'Chats' }).click();
      await more.click();
      await page.getByRole('menuitem', { name: 'Bin (1)' }).click();
    },
  },
  {
    name: 'chat-streaming',
    state: 'streaming',
    address: conversation,
    act: async (page) => page.getByText('The idea').first().waitFor(),
  },
  { name: 'chat-troubled', state: 'troubled-chat', address: conversation, isRanged: true },
  {
    name: 'chat-failed',
    state: 'troubled-chat',
    address: conversation,
    // Not with Playwright’s own, which waits for an element to rest: this one is drawn anew when it comes near.
    act: async (page) => page.getByText('Answer as JSON').evaluate('(element) => element.scrollIntoView()'),
  },
  {
    name: 'support',
    state: 'many',
    address: '#/settings',
    act: async (page) => {
      await page.getByRole('button', { name: 'Support bundle …' }).click();
      await page.getByRole('button', { name: 'Nimdeck and this machine' }).click();
    },
  },
  {
    name: 'footprint',
    state: 'many',
    address: '#/settings',
    act: async (page) => page.getByRole('button', { name: 'Remove what Nimdeck put here …' }).click(),
  },
  {
    name: 'present',
    state: 'many',
    address: conversation.replace('#/chat', '#/present'),
    isRanged: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Prepare', exact: true }).click();
      const prompts = ['What is paged attention?', 'Write a limerick about a GPU that ran out of memory.'];
      for (const [place, text] of prompts.entries()) {
        await page.getByRole('button', { name: 'Add a prompt' }).click();
        await page.getByLabel(`Prompt ${place + 1}`, { exact: true }).fill(text);
      }
      await page.getByRole('button', { name: 'Save' }).click();
    },
  },
  {
    name: 'present-prepare',
    state: 'many',
    address: '#/present',
    act: async (page) => {
      await page.getByRole('button', { name: 'Prepare', exact: true }).click();
      await page.getByRole('button', { name: 'Add a prompt' }).click();
    },
  },
  {
    name: 'vectors',
    state: 'many',
    address: `#/vectors/${idOf('llama-3.1-8b-instruct')}`,
    isRanged: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Fill in an example' }).click();
      await page.getByRole('button', { name: 'Embed', exact: true }).click();
    },
  },
  {
    name: 'settings-keys',
    state: 'many',
    address: '#/settings/keyboard',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change shortcuts' }).click();
      await page.getByRole('button', { name: /now Ctrl\+K$/ }).click();
      await page.keyboard.press('Control+j');
    },
  },
  { name: 'board-slices', state: 'slices', address: '#/hardware', isRanged: true },
  { name: 'board-spread', state: 'spread', address: '#/hardware', isRanged: true },
  {
    name: 'board-history',
    state: 'spread',
    address: '#/hardware',
    act: async (page) =>
      page
        .getByRole('button', { name: /History and processes/ })
        .first()
        .click(),
  },
  {
    name: 'board-placing',
    state: 'spread',
    address: '#/hardware',
    isRanged: true,
    act: async (page) => page.getByRole('button', { name: /^Place qwen3/ }).click(),
  },
  { name: 'board-unified', state: 'unified', address: '#/hardware' },
  { name: 'board-driver-broken', state: 'driver-broken', address: '#/hardware' },
  { name: 'board-no-gpu', state: 'no-gpu', address: '#/hardware' },
  { name: 'mig', state: 'slices', address: '#/hardware/mig', isRanged: true },
  {
    name: 'mig-plan',
    state: 'slices',
    address: '#/hardware/mig',
    act: async (page) => {
      await page.getByRole('button', { name: 'One more 3g.40gb' }).click();
      await page.getByText('Layout 1').waitFor();
    },
  },
  { name: 'checks', state: 'many', address: '#/hardware/checks', isRanged: true },
  {
    name: 'checks-broken',
    state: 'driver-broken',
    address: '#/hardware/checks',
    isRanged: true,
    act: async (page) =>
      page
        .getByRole('listitem')
        .filter({ hasText: 'Driver and library agree' })
        .first()
        .getByRole('button', { name: /^What was seen/ })
        .click(),
  },
  { name: 'compare-columns', state: 'comparing', address: compared, isRanged: true },
  { name: 'compare-blind', state: 'comparing-blind', address: compared },
  { name: 'compare-six', state: 'comparing-set', address: compared, isRanged: true },
  {
    name: 'compare-results',
    state: 'comparing-set',
    address: compared,
    isRanged: true,
    act: async (page) => page.getByRole('button', { name: 'Results', exact: true }).click(),
  },
  {
    name: 'compare-differences',
    state: 'comparing',
    address: compared,
    act: async (page) => chooseOfComparison(page, 'Differences …'),
  },
  {
    name: 'compare-votes',
    state: 'comparing',
    address: compared,
    act: async (page) => chooseOfComparison(page, 'Votes …'),
  },
  { name: 'compare-new', state: 'comparing', address: '#/compare/new', isRanged: true },
  {
    name: 'compare-prompt-set',
    state: 'comparing-blind',
    address: compared,
    act: async (page) => {
      await page.getByRole('button', { name: 'Prompt set …' }).click();
      await page.getByLabel('A file with prompts').setInputFiles({
        name: 'questions.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('What is a token?\nWhat is a block?\nWhy 16?'),
      });
      await page.getByText('3 prompts in questions.txt').waitFor();
    },
  },
  { name: 'refused', state: 'refused', address: '#/models' },
];

export const shots: readonly Shot[] = [...matrix, ...further];

/** The pictures of README and docs, one size, few enough to be committed. */
export const committed: readonly (Shot & { theme: 'light' | 'dark' })[] = [
  { name: 'home-dark', theme: 'dark', state: 'many', address: '#/home' },
  { name: 'models-dark', theme: 'dark', state: 'many', address: '#/models', act: openTray },
  { name: 'running-light', theme: 'light', state: 'many', address: '#/running' },
  { name: 'metrics-light', theme: 'light', state: 'many', address: `${nim}/metrics` },
  {
    name: 'log-dark',
    theme: 'dark',
    state: 'many',
    address: `${nim}/log`,
    act: async (page) => {
      await page.getByRole('searchbox').fill('KV cache');
      await page.getByText(/^0 of /).waitFor();
      await page.getByRole('searchbox').press('Enter');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'chat-light',
    theme: 'light',
    state: 'many',
    address: conversation,
    act: async (page) => {
      await page.getByRole('region', { name: 'Messages' }).hover();
      await page.mouse.wheel(0, -4000);
    },
  },
];
