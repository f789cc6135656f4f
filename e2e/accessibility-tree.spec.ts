import { expect, test } from '@playwright/test';
import { TreeReader, type Wanted } from './accessibility-tree.ts';
import { openApp } from './app.ts';
import { onFarSides } from './far-side.ts';

const button = (name: string | RegExp, within?: Wanted['within']): Wanted => ({
  role: 'button',
  name,
  ...(within === undefined ? {} : { within }),
});
const link = (name: string | RegExp, within?: Wanted['within']): Wanted => ({ ...button(name, within), role: 'link' });
const field = (name: string | RegExp, within?: Wanted['within']): Wanted => ({
  ...button(name, within),
  role: 'textbox',
});
const heading = (name: string | RegExp): Wanted => ({ role: 'heading', name });
const text = (name: string | RegExp): Wanted => ({ role: 'StaticText', name });
const pages = { role: 'navigation', name: 'Pages' };
const content = { role: 'main', name: '' };
const imageDialog = { role: 'dialog', name: 'Pull or run any image' };
const runDialog = { role: 'dialog', name: /^Run / };

onFarSides((side) => {
  test('the main job for who hears the page: roles and names alone', async ({ page }) => {
    await using place = await side.createPlace({ hasLayers: true });
    await using shell = await place.startShell();
    await openApp(page, shell);
    const tree = await TreeReader.open(page);

    await test.step('what one hears first', async () => {
      await tree.find(heading('Run AI models on this machine'));
      expect(await tree.property({ ...link('Home', pages) }, 'focusable')).toBe(true);
      await tree.find({ role: 'contentinfo', name: 'Status' });
    });

    await test.step('sign in', async () => {
      await tree.press(link('Settings', pages));
      // The new page is said: its heading has the focus.
      await expect.poll(() => tree.property(heading('Settings'), 'focused')).toBe(true);
      await tree.write(field('NGC API key'), place.rightKey);
      await tree.press(button('Check and keep'));
      await tree.find(text('Signed in'));
    });

    await test.step('pull', async () => {
      await tree.press(link('Models', pages));
      await tree.press(button('Another image …'));
      await tree.find(imageDialog);
      // What the dialog covers is out of reach.
      await tree.isGone(link('Running', pages));
      await tree.write(field('Image reference', imageDialog), place.nim);
      await tree.press(button('Pull', imageDialog));
      await tree.find(text(`${place.nim} is pulled`), 60_000);
      await tree.press(button('Close', { role: 'dialog', name: 'Jobs' }));
      await tree.isGone({ role: 'dialog', name: 'Jobs' });
    });

    await test.step('run', async () => {
      await tree.press(button('Another image …'));
      await tree.write(field('Image reference', imageDialog), place.nim);
      await tree.press(button('Run …', imageDialog));
      await tree.write(field('Name', runDialog), 'heard');
      expect(await tree.property({ role: 'radio', name: /All GPUs/, within: runDialog }, 'checked')).toBe('true');
      await tree.press(button('More options', runDialog));
      await tree.press(button('Add variable', runDialog));
      await tree.write(field('Variable', runDialog), 'NIMDECK_SANDBOX_SPEED');
      await tree.write(field('Value', runDialog), '200');
      await tree.press(button('Run', runDialog));
      await tree.isGone(runDialog);
      await tree.find(heading('Running'));
      await tree.find({ ...text('Ready'), within: content }, 60_000);
    });

    await test.step('log', async () => {
      await tree.press(link('heard', content));
      await expect.poll(() => tree.property(heading('heard'), 'focused')).toBe(true);
      await tree.press({ role: 'tab', name: /^Logs?$/ });
      await tree.find(text(/Application startup complete\./));
    });

    await test.step('chat', async () => {
      await tree.press(link('Chat', content));
      await tree.write(field('Message'), '/tokens 40 hello');
      await tree.press(button('Send'));
      await tree.find({ role: 'article', name: 'Answer' });
      // Said once, at its end.
      await tree.find(text('The answer is complete.'));
      await tree.find(text(/tokens\/s/));
    });

    await test.step('stop and remove', async () => {
      await tree.press(link('Running', pages));
      await tree.press(button(/^Stop/, content));
      await tree.find({ ...text('Stopped'), within: content });
      await tree.press(button('More actions for heard'));
      await tree.press({ role: 'menuitem', name: 'Remove …' });
      const asked = { role: 'alertdialog', name: 'Remove heard?' };
      await tree.find(asked);
      await tree.press(button(/^Remove/, asked));
      await tree.find(heading('No NIM is here yet'));
    });
  });
});
