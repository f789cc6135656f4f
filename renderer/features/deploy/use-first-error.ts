import { type RefObject, useEffect, useRef } from 'react';

/** A choice among several has no field of its own to be wrong. */
const wrong =
  'input[data-invalid], input[aria-invalid="true"], fieldset[data-invalid] [role="checkbox"]:not([data-disabled])';

/**
 * After a try that went wrong the focus goes to the first field that is at fault: the form is longer than a small window, and
 * what is said out of sight is not said.
 * @param tries how often it was tried: the same fault may be met again
 */
export function useFirstError(tries: number): RefObject<HTMLDivElement | null> {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (tries === 0) return;
    const first = form.current?.querySelector<HTMLElement>(wrong);
    first?.focus();
    // What is wrong stands over it or under it.
    first?.scrollIntoView({ block: 'center' });
  }, [tries]);
  return form;
}
