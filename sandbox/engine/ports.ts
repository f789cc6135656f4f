import type { Server as HttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { EngineError } from './http.ts';

export interface Published {
  readonly containerPort: string;
  readonly hostIp: string;
  readonly hostPort: number;
  /** Who answers inside the container; until then connections are taken and cut, as the engine's proxy does it. */
  connect(server: HttpServer): void;
  close(): Promise<void>;
}

export interface PortWish {
  /** `8000/tcp`. */
  containerPort: string;
  hostIp: string;
  /** 0: any. */
  hostPort: number;
}

export interface Ports {
  /** Throws the engine's words for a port that somebody has. */
  publish(name: string, wish: PortWish): Promise<Published>;
}

export function createPorts(): Ports {
  const taken = new Set<number>();
  return {
    async publish(name, { containerPort, hostIp, hostPort }) {
      const failed = `driver failed programming external connectivity on endpoint ${name} (5f0c0de5f0c0de5f0c0de5f0c0de5f0c0de5f0c0de5f0c0de5f0c0de5f0c0de5)`;
      const address = `${hostIp === '' ? '0.0.0.0' : hostIp}:${hostPort}`;
      if (hostPort !== 0 && taken.has(hostPort)) {
        throw new EngineError(500, `${failed}: Bind for ${address} failed: port is already allocated`);
      }
      let inside: HttpServer | null = null;
      const sockets = new Set<Socket>();
      const proxy = createServer((socket) => {
        socket.on('error', () => {});
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        if (inside === null) socket.destroy();
        else inside.emit('connection', socket);
      });
      const listening = Promise.withResolvers<void>();
      proxy.once('error', listening.reject);
      // Never anywhere but on loopback, whatever is asked for: nothing here has business outside this machine.
      proxy.listen(hostPort, '127.0.0.1', listening.resolve);
      try {
        await listening.promise;
      } catch {
        throw new EngineError(
          500,
          `${failed}: Error starting userland proxy: listen tcp4 ${address}: bind: address already in use`,
        );
      }
      const bound = proxy.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : hostPort;
      taken.add(port);
      return {
        containerPort,
        hostIp: hostIp === '' ? '0.0.0.0' : hostIp,
        hostPort: port,
        connect(server) {
          inside = server;
        },
        async close() {
          taken.delete(port);
          const closed = new Promise<void>((resolve) => proxy.close(() => resolve()));
          for (const socket of sockets) socket.destroy();
          await closed;
        },
      };
    },
  };
}
