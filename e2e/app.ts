import { type ConsoleMessage, expect, type Locator, type Page } from '@playwright/test';
import type { Browsable } from './shell.ts';

export type PageName = 'Home' | 'Models' | 'Running' | 'Hardware' | 'Chat' | 'Compare' | 'Settings';
export const pageNames: readonly PageName[] = ['Home', 'Models', 'Running', 'Hardware', 'Chat', 'Compare', 'Settings'];

/** Opens the address that the shell printed and waits until the page talks to core. */
export async function openApp(page: Page, shell: Browsable): Promise<void> {
  await page.goto(shell.address);
  await expect(statusStrip(page).getByText('Connected to Nimdeck', { exact: true })).toBeVisible();
}

export const statusStrip = (page: Page): Locator => page.getByRole('contentinfo', { name: 'Status' });

export const railLink = (page: Page, name: PageName): Locator =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

export async function openPage(page: Page, name: PageName): Promise<void> {
  await railLink(page, name).click();
  await expect(railLink(page, name)).toHaveAttribute('aria-current', 'page');
}

export const trayButton = (page: Page): Locator =>
  statusStrip(page).getByRole('button', { name: /^(Jobs|\d+ jobs? running)/ });

/** The entry of this job in the tray. */
export const jobInTray = (page: Page, title: string): Locator =>
  page.getByRole('dialog', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: title });

export async function openTray(page: Page): Promise<void> {
  await trayButton(page).click();
  await expect(page.getByRole('dialog', { name: 'Jobs' })).toBeVisible();
}

/** By its title: notices in the corner are dialogs, too. */
export const runDialog = (page: Page): Locator => page.getByRole('dialog', { name: /^Run / });

export async function openImageDialog(page: Page, reference: string): Promise<Locator> {
  await openPage(page, 'Models');
  await page.getByRole('button', { name: 'Another image …' }).click();
  await page.getByLabel('Image reference').fill(reference);
  return page.getByRole('dialog', { name: 'Pull or run any image' });
}

export async function signIn(page: Page, key: string): Promise<void> {
  await openPage(page, 'Settings');
  await page.getByLabel('NGC API key').fill(key);
  await page.getByRole('button', { name: 'Check and keep' }).click();
}

/** On the chat page: the answer is whole, its statistics are shown. A live rate is shown before. */
export async function expectAnswered(page: Page): Promise<void> {
  await expect(page.getByText(/tokens\/s/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: 60_000 });
}

/** The failure's card with the code that stands in its details. */
export async function expectErrorCard(within: Locator | Page, code: string, remedy: string): Promise<void> {
  const card = within.getByRole('alert').filter({ hasText: remedy });
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Details', exact: true }).click();
  await expect(card.getByText(`Code ${code}`)).toBeVisible();
}

/** Everything that a page must never do: throw, and write an error or a warning to the console. */
export function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (entry: ConsoleMessage) => {
    // What another test's container does to the machine's network: such a file is asked for again.
    if (entry.text().includes('ERR_NETWORK_CHANGED')) return;
    if (entry.type() === 'error' || entry.type() === 'warning') problems.push(entry.text());
  });
  return problems;
}
