import type { Duplex } from 'node:stream';

/** A connected client's bytes, in order, both ways. */
export type ByteStream = Duplex;

/** A door that clients come in by. */
export interface Listener {
  /** Takes no more clients; those connected stay. Resolves when the door's name is gone from the file system. */
  close(): Promise<void>;
}
