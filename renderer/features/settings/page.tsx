import { ErrorCard } from '../../app/error-card.tsx';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import type { SettingsSection } from '../../router.ts';
import { SkeletonCard } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { AboutCard } from './about-card.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { HelpCard } from './help-card.tsx';
import { DesktopCard } from './desktop-card.tsx';
import { KeyboardCard } from './keyboard-card.tsx';
import { NgcCard } from './ngc-card.tsx';
import { PracticeCard } from './practice-card.tsx';
import { Section } from './section.tsx';
import { StorageCard } from './storage-card.tsx';

export function SettingsPage({ section }: { section: SettingsSection | undefined }) {
  const { data: settings, failure } = useStream(streams.settings);
  return (
    <Page title={words.settings.title} width="form">
      <Section name="key" current={section}>
        <NgcCard />
      </Section>
      {failure !== null && <ErrorCard failure={failure} />}
      {settings === undefined ? (
        failure === null && (
          <>
            <SkeletonCard />
            <SkeletonCard />
          </>
        )
      ) : (
        <>
          <Section name="appearance" current={section}>
            <AppearanceCard settings={settings} />
          </Section>
          <Section name="keyboard" current={section}>
            <KeyboardCard settings={settings} />
          </Section>
          <Section name="storage" current={section}>
            {/* Another value from elsewhere begins the form anew; typing does not, since nothing is saved meanwhile. */}
            <StorageCard key={`${settings.cacheFolder} ${settings.logCapMiB}`} settings={settings} />
          </Section>
          <DesktopCard settings={settings} />
        </>
      )}
      <PracticeCard />
      <Section name="about" current={section}>
        <AboutCard />
      </Section>
      <HelpCard />
    </Page>
  );
}
