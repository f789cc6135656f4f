import type { Page } from '@playwright/test';

/** Waits until nothing moves: a colour in the middle of its change has a contrast that nobody is asked to read. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Two frames: the first one begins the transitions that the change of scheme brings.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  });
}

/**
 * What is wrong with the layout of the page as it stands, a line each: something wider than its place, or a control that
 * another element lies on. What is scrolled out of sight is out of the question; what may be scrolled sideways on purpose
 * says so by being reachable by keyboard (WCAG 2.1.1), as tabs are.
 */
export async function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
    const isHidden = (element: Element) => element.closest('[aria-hidden=true], [inert]') !== null;

    const { documentElement: whole } = document;
    if (whole.scrollWidth > window.innerWidth) faults.push(`the page is ${whole.scrollWidth} px wide`);
    if (whole.scrollHeight > window.innerHeight) faults.push(`the page is ${whole.scrollHeight} px high`);

    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const { overflowX } = getComputedStyle(element);
      const isScroller = overflowX === 'auto' || overflowX === 'scroll';
      if (
        isScroller &&
        element.tabIndex < 0 &&
        element.role !== 'tablist' &&
        element.clientWidth > 0 &&
        element.scrollWidth > element.clientWidth + 1
      )
        faults.push(`${name(element)} is scrolled sideways: ${element.scrollWidth} px in ${element.clientWidth}`);
    }

    /** Where the middle of it can be seen: inside of the window and of everything it scrolls in. */
    const middleOf = (element: Element): [number, number] | null => {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (box.width < 2 || box.height < 2 || x < 0 || y < 0 || x >= window.innerWidth || y >= window.innerHeight)
        return null;
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        if (overflowX === 'visible' && overflowY === 'visible') continue;
        const frame = around.getBoundingClientRect();
        if (x < frame.left + 1 || x > frame.right - 1 || y < frame.top + 1 || y > frame.bottom - 1) return null;
      }
      return [x, y];
    };
    const controls = document.querySelectorAll('a[href], button, input, textarea, select, [role=tab], [role=option]');
    for (const control of controls) {
      const middle =
        isHidden(control) || !control.checkVisibility({ opacityProperty: true }) ? null : middleOf(control);
      if (middle === null) continue;
      const top = document.elementFromPoint(...middle);
      if (top === null || control.contains(top) || top.contains(control)) continue;
      // What opens over the page lies over it.
      const popup = top.closest('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]');
      if (popup !== null && !popup.contains(control)) continue;
      // A label is as good as its control.
      if (top.closest('label')?.contains(control) === true) continue;
      faults.push(`${name(control)} lies under ${name(top)}`);
    }
    return faults;
  });
}
