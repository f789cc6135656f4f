import { expect, test } from '@playwright/test';
import { jobInTray, openApp, openImageDialog } from './app.ts';
import { onFarSides, type Place, type PlaceOptions } from './far-side.ts';
import { eachStore } from './test-engines.ts';

// 305 MB would take a minute: long enough for every question, and enough for an engine that counts in whole megabytes.
const slow: PlaceOptions = { isFree: true, bytesPerSecond: 5_000_000 };
const someOfIt = /[\d.]{2,} MB of 30[45] MB/;

interface Kept {
  pageBefore: RegExp;
  pageAfter: string;
  terminalBefore: string;
  terminalAfter: string;
  isResumed: boolean;
}

const nothing: Kept = {
  pageBefore: /This engine keeps nothing of a cancelled pull: what has arrived \([\d.]+ MB\) must be fetched again/,
  pageAfter: 'Nothing of it was kept.',
  terminalBefore: 'this engine’s store keeps nothing of a cancelled pull',
  terminalAfter: 'Cancelled. Nothing of it was kept.',
  isResumed: false,
};

const layers: Kept = {
  pageBefore:
    /What has arrived \([\d.]+ MB\) is kept for some hours: until then, pulling again fetches only the rest\./,
  pageAfter: 'What had arrived was kept, for some hours.',
  terminalBefore: 'this engine’s store keeps the layers and parts of layers that have arrived',
  terminalAfter: 'Cancelled. The layers and parts of layers that had arrived are kept',
  isResumed: true,
};

const promises: Record<string, Kept> = {
  practice: layers,
  'overlay2-20.10': nothing,
  'overlay2-26.1': nothing,
  'containerd-26.1': layers,
};

/** Of what is printed or shown, the last amount that has arrived. */
function megabytes(text: string): number {
  const amounts = [...text.matchAll(/([\d.]+) MB of 30[45] MB/g)];
  return Number(amounts.at(-1)?.[1] ?? 0);
}

/** The next pull begins where the promise said. @param arrived MB, when the one before was cancelled */
async function expectKept(place: Place, isResumed: boolean, arrived: number): Promise<void> {
  const { gate, nim } = place;
  if (gate === null) {
    await using again = place.startNimdeck(['pull', nim]);
    const [begins] = await again.prints(someOfIt);
    expect(megabytes(begins) >= arrived).toBe(isResumed);
    expect(await again.end('SIGTERM')).toBe(130);
    return;
  }
  // The engine has let go of the registry.
  await expect.poll(async () => (await gate.state()).openBlobs).toBe(0);
  const seenBefore = (await gate.state()).seen.length;
  await using again = place.startNimdeck(['pull', nim]);
  // As slow as before, so that nothing is ever there as a whole. Engines ask for three layers at a time: those that had
  // begun are among the first three.
  const askedSince = async () => (await gate.state()).seen.slice(seenBefore).filter(({ kind }) => kind === 'blob-host');
  await expect.poll(async () => (await askedSince()).length).toBeGreaterThanOrEqual(3);
  const seen = await askedSince();
  expect(
    seen.some(({ range }) => range !== null && !range.startsWith('bytes=0-')),
    JSON.stringify(seen),
  ).toBe(isResumed);
  expect(await again.end('SIGTERM')).toBe(130);
}

/** More comes than has come so far: the question alone ends nothing. */
async function expectTransfer({ gate }: Place): Promise<void> {
  if (gate === null) return;
  const { bytes } = await gate.state();
  await expect.poll(async () => (await gate.state()).bytes).toBeGreaterThan(bytes);
}

onFarSides((side) => {
  const promise = promises[side.name] ?? nothing;

  test('cancelling a pull says what is kept, before and after, and it is so', async ({ page }) => {
    await using place = await side.createPlace(slow);
    await using shell = await place.startShell();
    await openApp(page, shell);
    const dialog = await openImageDialog(page, place.nim);
    await dialog.getByRole('button', { name: 'Pull', exact: true }).click();
    // The page opens its tray by itself, for what was begun in it.
    const job = jobInTray(page, place.nim);
    await expect(job).toContainText(someOfIt);
    const arrived = megabytes(await job.innerText());

    await job.getByRole('button', { name: `Cancel ${place.nim}` }).click();
    const question = page.getByRole('alertdialog', { name: `Cancel the pull of ${place.nim}?` });
    await expect(question).toContainText(promise.pageBefore);
    await expectTransfer(place);
    await question.getByRole('button', { name: 'Cancel the pull' }).click();

    await expect(job.getByText('Cancelled', { exact: true })).toBeVisible();
    await expect(job).toContainText(promise.pageAfter);
    await expectKept(place, promise.isResumed, arrived);
  });

  test('Ctrl-C on a pull says what is kept, the second one cancels it', async () => {
    await using place = await side.createPlace(slow);
    await using pull = place.startNimdeck(['pull', place.nim]);
    await pull.prints(someOfIt);

    pull.child.kill('SIGINT');
    await pull.prints(/Press Ctrl-C again/);
    expect(pull.printed()).toContain(promise.terminalBefore);
    expect(pull.child.exitCode).toBeNull();
    await expectTransfer(place);

    // Two that come within a moment are one press, which npm passes on: only a later one counts.
    await expect
      .poll(() => {
        pull.child.kill('SIGINT');
        return pull.child.exitCode;
      })
      .toBe(130);
    await pull.ended;
    expect(pull.printed()).toContain(promise.terminalAfter);
    await expectKept(place, promise.isResumed, megabytes(pull.printed()));
  });
}, eachStore);
