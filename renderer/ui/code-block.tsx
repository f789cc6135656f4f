import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  code: string;
  /** What it is: a language, “Command”. */
  label: string;
  copyLabel: string;
}

export function CodeBlock({ code, label, copyLabel }: CodeBlockProps) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center justify-between border-b border-line py-0.5 pr-1 pl-3 text-xs text-ink-soft">
        {label}
        <CopyButton text={code} label={copyLabel} />
      </figcaption>
      {/* Can be scrolled sideways, so it must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1 */}
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-code">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
