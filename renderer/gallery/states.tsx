import Box from 'lucide-react/icons/box';
import { ErrorCard } from '../app/error-card.tsx';
import { StatusBadge } from '../app/status.tsx';
import { statusWords, type ShownStatus } from '../../shared/status.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { Empty } from '../ui/empty.tsx';
import { Meter } from '../ui/meter.tsx';
import { Progress } from '../ui/progress.tsx';
import { SkeletonCard, SkeletonList, SkeletonText } from '../ui/skeleton.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { Timeline } from '../ui/timeline.tsx';
import { Row, Section } from './section.tsx';
import { samples } from './words.ts';

// The keys of the table itself, which has no other words.
const statuses = Object.keys(statusWords).filter((status): status is ShownStatus => status in statusWords);
const tones: readonly Tone[] = ['good', 'busy', 'warn', 'bad', 'idle', 'accent'];
const noop = () => {};

export function Statuses() {
  return (
    <Section title={samples.status}>
      <Row>
        {statuses.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </Row>
      <Row>
        {statuses.map((status) => (
          <StatusBadge key={status} status={status} isLarge />
        ))}
      </Row>
      <Row>
        {tones.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </Row>
    </Section>
  );
}

export function Progressing() {
  return (
    <Section title={samples.progress}>
      <div className="grid gap-4 @3xl:grid-cols-2">
        <Progress label={samples.known} value={0.42} />
        <Progress label={samples.unknown} value={null} />
        <Progress label={samples.stalled} value={0.6} isStalled />
        <Progress label={samples.stalled} value={null} isStalled />
        <Progress label={samples.failed} value={0.3} tone="bad" />
        <Progress label={samples.done} value={1} tone="idle" isThin />
        <Meter label={samples.memory} value={42} max={80} valueText={samples.share(0.525)} />
        <Meter label={samples.full} value={78} max={80} valueText={samples.share(0.975)} />
      </div>
      <Timeline
        label={samples.progress}
        steps={[
          { key: '1', label: samples.first, state: 'done', time: samples.seconds(4) },
          { key: '2', label: samples.second, state: 'now', time: samples.seconds(38), detail: samples.sentence },
          { key: '3', label: samples.failed, state: 'failed', detail: samples.error },
          { key: '4', label: samples.quiet, state: 'skipped' },
          { key: '5', label: samples.third, state: 'todo' },
        ]}
      />
      <Stats>
        <Stat label={samples.memory} value="61.0" unit="GiB">
          {samples.share(0.77)}
        </Stat>
        <Stat label={samples.first} value={null} />
        <Stat label={samples.second} value="1,183" unit={samples.rate(1)} />
      </Stats>
    </Section>
  );
}

export function Notes() {
  return (
    <>
      <Section title={samples.notes}>
        <div className="grid items-start gap-4 @4xl:grid-cols-2">
          <Callout title={samples.note}>{samples.sentence}</Callout>
          <Callout tone="good" title={samples.done} />
          <Callout tone="warn" title={samples.full} actions={<Button size="small">{samples.open}</Button>}>
            {samples.sentence}
          </Callout>
          <ErrorCard
            failure={{ code: 'NGC_KEY_REJECTED', message: samples.sentence, detail: { status: 401 } }}
            onRetry={noop}
          />
        </div>
      </Section>
      <Section title={samples.nothing}>
        <Empty
          icon={<Box aria-hidden className="size-icon-huge" />}
          title={samples.empty}
          actions={<Button variant="primary">{samples.primary}</Button>}
        >
          {samples.emptyHint}
        </Empty>
      </Section>
      <Section title={samples.pending}>
        <div className="grid items-start gap-4 @4xl:grid-cols-2">
          <SkeletonList rows={3} />
          <SkeletonCard />
          <SkeletonText />
        </div>
      </Section>
    </>
  );
}
