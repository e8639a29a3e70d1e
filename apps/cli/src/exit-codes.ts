/** What `proj` ends with. The numbers from 64 on are those of sysexits.h. */
export const exitCodes = {
  /** Done, answered, or a yes. */
  done: 0,
  /** The answer is no: an approval refused, a review rejected, an answer that lost, a check that found a difference. */
  no: 1,
  /** The command line, or what it names, is wrong. */
  usage: 2,
  /** The ask expired. */
  expired: 3,
  /** The ask was cancelled. */
  cancelled: 4,
  /** No daemon is there, or it is going away. */
  noDaemon: 69,
  /** Something failed that the command line is not to blame for. */
  internal: 70,
  /** The directory is another daemon's, or unsafe. */
  directoryRefused: 73,
  /** The ask is still pending. */
  pending: 75,
} as const;
