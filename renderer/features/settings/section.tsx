import { useEffect, useRef, type ReactNode } from 'react';
import type { SettingsSection } from '../../router.ts';

interface SectionProps {
  name: SettingsSection;
  /** That the address leads to. */
  current: SettingsSection | undefined;
  children: ReactNode;
}

/** A part of the settings that can be led to: it then comes into sight and takes the focus. */
export function Section({ name, current, children }: SectionProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (current !== name) return;
    element.current?.scrollIntoView({ block: 'start' });
    element.current?.focus({ preventScroll: true });
  }, [current, name]);
  return (
    <div ref={element} tabIndex={-1} className="scroll-mt-2 rounded-xl outline-none">
      {children}
    </div>
  );
}
