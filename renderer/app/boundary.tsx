import CircleAlert from 'lucide-react/icons/circle-alert';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { words } from '../words.ts';

interface BoundaryProps {
  children: ReactNode;
}

interface BoundaryState {
  error: { said: string } | null;
}

const said = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Where a page cannot be drawn, or a part of it not be loaded, that is said in its place; the frame around it stays. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: { said: said(error) } };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div role="alert">
        <Empty
          isPage
          icon={<CircleAlert aria-hidden className="size-6" />}
          title={words.common.brokenPage}
          actions={
            <Button variant="primary" onClick={() => window.location.reload()}>
              {words.common.loadAgain}
            </Button>
          }
        >
          <p>{words.common.brokenPageHint}</p>
          <p className="mt-2 flex items-center justify-center gap-1 font-mono text-xs">
            <span className="wrap-anywhere">{error.said}</span>
            <CopyButton text={error.said} label={words.common.copyDetails} />
          </p>
        </Empty>
      </div>
    );
  }
}
