import ArrowDownWideNarrow from 'lucide-react/icons/arrow-down-wide-narrow';
import AudioLines from 'lucide-react/icons/audio-lines';
import Box from 'lucide-react/icons/box';
import ChartScatter from 'lucide-react/icons/chart-scatter';
import Dna from 'lucide-react/icons/dna';
import Eye from 'lucide-react/icons/eye';
import Image from 'lucide-react/icons/image';
import MessageSquare from 'lucide-react/icons/message-square';
import type { ComponentType } from 'react';
import type { ModelKind } from '../../../shared/contract/catalog.ts';

const icons: Record<ModelKind, ComponentType<{ className?: string; 'aria-hidden'?: boolean }>> = {
  chat: MessageSquare,
  vision: Eye,
  embedding: ChartScatter,
  rerank: ArrowDownWideNarrow,
  speech: AudioLines,
  image: Image,
  biology: Dna,
  other: Box,
};

/** Beside the word, never in place of it. */
export function KindIcon({ kind }: { kind: ModelKind }) {
  const Icon = icons[kind];
  return <Icon aria-hidden className="size-icon-large" />;
}
