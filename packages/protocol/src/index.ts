export { encodeAscii, encodeAsciiBytes } from './ascii.ts';
export type {
  Decoded,
  Envelope,
  JournalEvent,
  PushEvent,
} from './envelope.ts';
export {
  decodeRequestLine,
  encodeErrorReply,
  encodeEvent,
  encodePush,
  encodeReply,
  PROTOCOL_VERSION,
} from './envelope.ts';
export { type ErrorFields, ProtocolError } from './errors.ts';
export { errorCodes } from './generated/error-codes.gen.ts';
export type { JournaledPayloads, JournaledType, PushPayloads, PushType } from './generated/events.gen.ts';
export { journaledTypes, pushTypes } from './generated/events.gen.ts';
export type {
  BuiltType,
  MethodRow,
  Methods,
  MethodType,
  ReplyOf,
  RequestOf,
} from './generated/methods.gen.ts';
export { methodTable } from './generated/methods.gen.ts';
export type {
  Answer,
  Ask,
  AskAnswerReply,
  AskKind,
  AskOpenReply,
  AskOpenRequest,
  AskOption,
  AskState,
  Assurance,
  By,
  Capture,
  ClientDisconnected,
  ClientInfo,
  Config,
  ConfigLimits,
  ContextItem,
  ControlSubscribeReply,
  DaemonChanged,
  DaemonReloadReply,
  DaemonState,
  DaemonStatus,
  Durability,
  ErrorBody,
  ErrorCode,
  ErrorDetails,
  ErrorReply,
  Event,
  FeedProgress,
  FormItem,
  HelloReply,
  HelloRequest,
  HumanInput,
  Issue,
  Limits,
  Message,
  OnTimeout,
  OptionValue,
  Peer,
  Push,
  Request,
  Risk,
  RuntimeSubscribeReply,
  ScalarSchema,
  Session,
  SessionEvent,
  SessionState,
  Socket,
  SuccessReply,
  Urgency,
  ValueSchema,
  Verdict,
} from './generated/types.gen.ts';
export { type JsonScan, scanJson } from './json-scan.ts';
export { defaultLimits } from './limits.ts';
export { LineBuffer } from './line-buffer.ts';
