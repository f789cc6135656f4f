import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { ApiProvider } from '../api.tsx';
import { onReconnect, type Connection } from '../connection.ts';
import { refreshChats } from '../features/chat/refresh-chats.ts';
import { createQueryClient } from '../query.ts';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { Boundary } from './boundary.tsx';
import { announceJobs } from './notices.ts';
import { Shell } from './shell.tsx';

/** The cache of a page and what listens to it for as long as the page lives. */
export function createClient(connection: Connection): QueryClient {
  const client = createQueryClient();
  announceJobs(client, connection.api);
  refreshChats(client);
  // Streams go on by themselves; what was asked for once may have changed meanwhile.
  onReconnect(connection, () => void client.invalidateQueries());
  return client;
}

export function App({ connection, client }: { connection: Connection; client: QueryClient }) {
  return (
    <ApiProvider connection={connection}>
      <QueryClientProvider client={client}>
        {/* The page's policy allows no style elements. */}
        <CSPProvider disableStyleElements>
          <TooltipProvider>
            {/* The frame itself. */}
            <Boundary>
              <Shell />
            </Boundary>
          </TooltipProvider>
        </CSPProvider>
      </QueryClientProvider>
    </ApiProvider>
  );
}
