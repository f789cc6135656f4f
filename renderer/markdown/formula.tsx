import { createElement, memo, useEffect, useMemo, useState, type ReactNode } from 'react';
import { cx } from '../ui/cx.ts';
import { words } from '../words.ts';
import type { Markup } from './markup.ts';
import { useDrawn } from './use-drawn.ts';

let hasStyles = false;
let loading: Promise<boolean> | undefined;

/** The sheet of formulas; with it come the fonts of what is drawn. Never fails: whether it is there. */
export async function loadFormulaStyles(): Promise<boolean> {
  try {
    await (loading ??= import('katex/dist/katex.min.css').then(() => true));
    hasStyles = true;
  } catch {
    // Without its sheet it would be a heap of letters; its source stays, and the next one tries again.
    loading = undefined;
  }
  return hasStyles;
}

function useFormulaStyles(): boolean {
  const [isReady, setReady] = useState(hasStyles);
  useEffect(() => {
    if (hasStyles) return;
    void loadFormulaStyles().then(setReady);
  }, []);
  return isReady;
}

interface FormulaProps {
  tex: string;
  isDisplay: boolean;
  /** More of it comes: until then it is shown as it is written. */
  isOpen: boolean;
}

export const Formula = memo(function Formula({ tex, isDisplay, isOpen }: FormulaProps) {
  const ask = useMemo(
    () => (isOpen || tex === '' ? null : ({ kind: 'formula', tex, isDisplay } as const)),
    [tex, isDisplay, isOpen],
  );
  const drawn = useDrawn(ask);
  const isStyled = useFormulaStyles();
  const markup = drawn?.kind === 'formula' && isStyled ? drawn.markup : null;
  const content = markup === null ? <code className="formula-source">{tex}</code> : markup.map(element);
  if (!isDisplay) return <span className={cx(markup !== null && 'formula-inline')}>{content}</span>;
  return (
    // A wide formula scrolls in its own box, so it must be reachable by keyboard.
    <span
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it may stand within a paragraph, where no block may
      role="group"
      aria-label={words.markdown.formula}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
      tabIndex={0}
      className="formula-display"
    >
      {content}
    </span>
  );
});

function element(markup: Markup, index: number): ReactNode {
  if (typeof markup === 'string') return markup;
  const { tag, attributes, style, children } = markup;
  return createElement(tag, { key: index, ...attributes, style }, ...children.map(element));
}
