import type { ComponentType } from 'react';
import { Page } from '../../app/page.tsx';
import { TabPanel } from '../../app/tab-panel.tsx';
import { type HardwareTab, navigate } from '../../router.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { words } from '../../words.ts';
import { BoardTab } from './board-tab.tsx';
import { MigTab } from './mig-tab.tsx';

interface HardwarePageProps {
  tab: HardwareTab;
  /** Drawn by another feature; null: not in this shell. */
  Checks: ComponentType | null;
}

/** What this machine computes with; each tab has its own address. */
export function HardwarePage({ tab, Checks }: HardwarePageProps) {
  const { hardware: text } = words;
  return (
    <Page isFixed title={text.title} description={text.description}>
      <Tabs
        label={text.tabsLabel}
        value={tab === 'checks' && Checks === null ? 'board' : tab}
        onChange={(next) => navigate({ page: 'hardware', tab: next })}
        items={[
          { value: 'board', label: text.tabs.board, content: <BoardTab /> },
          { value: 'mig', label: text.tabs.mig, content: <MigTab /> },
          ...(Checks === null
            ? []
            : [
                {
                  value: 'checks' as const,
                  label: text.tabs.checks,
                  content: (
                    <TabPanel>
                      <Checks />
                    </TabPanel>
                  ),
                },
              ]),
        ]}
      />
    </Page>
  );
}
