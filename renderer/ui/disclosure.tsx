import { Collapsible } from '@base-ui/react/collapsible';
import ChevronRight from 'lucide-react/icons/chevron-right';
import type { ReactNode } from 'react';

interface DisclosureProps {
  label: ReactNode;
  children: ReactNode;
  /** Beside the label, always there. */
  aside?: ReactNode;
  isOpen?: boolean;
  onToggle?: (isOpen: boolean) => void;
}

/** Hides what few need behind a line that says what it is. */
export function Disclosure({ label, children, aside, isOpen, onToggle }: DisclosureProps) {
  return (
    <Collapsible.Root
      {...(isOpen === undefined ? {} : { open: isOpen })}
      {...(onToggle === undefined ? {} : { onOpenChange: onToggle })}
    >
      <div className="flex items-center gap-1">
        <Collapsible.Trigger className="group flex min-h-6 items-center gap-1 rounded-sm text-xs font-medium text-ink-soft hover:text-ink pointer-coarse:min-h-control">
          <ChevronRight aria-hidden className="size-icon-small transition-transform group-data-panel-open:rotate-90" />
          {label}
        </Collapsible.Trigger>
        {aside}
      </div>
      <Collapsible.Panel className="mt-1">{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
