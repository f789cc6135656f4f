import { expect, type Locator, type Page, test } from '@playwright/test';
import { openApp, openPage } from './app.ts';
import { createPracticePlace } from './practice-place.ts';

const composer = (page: Page) => page.getByLabel('Message', { exact: true });
const answers = (page: Page) => page.getByRole('article', { name: 'Answer' });

async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

const ended = (answer: Locator) => expect(answer).toHaveAttribute('aria-busy', 'false');

async function fromMenu(page: Page, answer: Locator, item: string): Promise<void> {
  await answer.getByRole('button', { name: 'More about this answer' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

test.describe('a chat', { tag: '@practice' }, () => {
  test('is asked, answered again, walked, edited, stopped, gone on with, given a tool and a format', async ({
    page,
  }) => {
    await using place = await createPracticePlace({ hasLayers: true, isFree: true });
    await using shell = await place.startShell();
    await openApp(page, shell);
    const parser = 'NIM_PASSTHROUGH_ARGS=--enable-auto-tool-choice --tool-call-parser llama3_json';
    const run = await place.nimdeck([
      'run',
      place.nim,
      '--name',
      'talker',
      '--env',
      'NIMDECK_SANDBOX_SPEED=500',
      '--env',
      parser,
    ]);
    expect(run.exitCode, run.printed).toBe(0);
    await openPage(page, 'Chat');
    const last = answers(page).last();

    await test.step('ask, answer again, walk the versions', async () => {
      await expect(page.getByRole('button', { name: 'Who answers: talker' })).toBeVisible();
      await send(page, '/echo one');
      await expect(last).toContainText('one');
      await ended(last);
      await fromMenu(page, last, 'Answer again');
      await expect(last.getByRole('group', { name: 'Version 2 of 2' })).toBeVisible();
      await ended(last);
      await last.getByRole('button', { name: 'Earlier version' }).click();
      await expect(last.getByRole('group', { name: 'Version 1 of 2' })).toBeVisible();
    });

    await test.step('what was sent can be read', async () => {
      await fromMenu(page, last, 'Request and response …');
      const drawer = page.getByRole('dialog', { name: 'Request and response' });
      await expect(drawer.getByText(/\/v1\/chat\/completions/).first()).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(drawer).toBeHidden();
    });

    await test.step('edit the question', async () => {
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByLabel('Edit the question').fill('/echo two');
      await page.getByRole('button', { name: 'Ask this' }).click();
      await expect(last).toContainText('two');
      const question = page.getByRole('article', { name: 'You' }).last();
      await expect(question.getByRole('group', { name: 'Version 2 of 2' })).toBeVisible();
      await ended(last);
    });

    await test.step('stop, with another message waiting, and go on', async () => {
      const numbers = Array.from({ length: 120 }, (_, index) => `word${index + 1}`).join(' ');
      await send(page, `/rate 40 /echo ${numbers}`);
      await expect(last).toContainText('word3');
      await composer(page).fill('/echo afterwards');
      await page.getByRole('button', { name: 'Send next' }).click();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await ended(last);
      await expect(page.getByRole('region', { name: 'Next message' })).toContainText('waits for you');
      await page.getByRole('button', { name: 'Back to the text field' }).click();
      await expect(composer(page)).toHaveValue('/echo afterwards');
      await composer(page).fill('');
      await last.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await ended(last);
    });

    await test.step('a tool call, answered by the built-in tool', async () => {
      await page.getByRole('button', { name: 'Tools and format' }).click();
      await page.getByRole('checkbox', { name: 'random_number' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await send(page, 'A random number, please.');
      await page.getByRole('button', { name: 'Run random_number' }).click();
      await expect(page.getByLabel('What random_number answers')).not.toHaveValue('');
      await page.getByRole('button', { name: 'Send the results' }).click();
      await expect(page.getByRole('article', { name: 'Result of random_number' })).toBeVisible();
      await expect(last).toContainText('The tool answered');
      await ended(last);
    });

    await test.step('an answer by a schema, checked', async () => {
      await page.getByRole('button', { name: 'Tools (1)' }).click();
      await page.getByRole('checkbox', { name: 'random_number' }).click();
      await page.getByRole('button', { name: 'JSON by a schema' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await send(page, 'A title and tags.');
      await expect(last.getByText('Valid JSON')).toBeVisible();
      await send(page, '/invalid A title and tags.');
      await expect(last.getByText('Not what the format asks for')).toBeVisible();
    });
  });
});
