export { ProtocolError } from '@proj/protocol';
export type {
  Answer,
  Ask,
  AskAnswerReply,
  AskKind,
  AskOpenReply,
  AskOption,
  AskState,
  ClientInfo,
  ContextItem,
  DaemonReloadReply,
  DaemonStatus,
  ErrorCode,
  ErrorReply,
  FormItem,
  HelloReply,
  HumanInput,
  JournalEvent,
  Message,
  OptionValue,
  PushEvent,
  Risk,
  Session,
  SessionEvent,
  SessionState,
  SuccessReply,
  Urgency,
  ValueSchema,
  Verdict,
} from '@proj/protocol';
export type { AskFields, AskOptions, Choice, ChoiceValue, InputOptions } from './asks.ts';
export { type ConnectOptions, connectControl, connectRuntime } from './connect.ts';
export type { ConnectionState, RequestOptions } from './connection.ts';
export type { AnswerOptions, Control, ControlRequestType, WatchOptions } from './control.ts';
export { ClientError, type ClientErrorCode } from './errors.ts';
export { type DaemonPlaces, locateDaemon } from './locate-daemon.ts';
export type { OpenSessionOptions, Runtime, RuntimeRequestType } from './runtime.ts';
export { type IpcEnvelope, sendIpcRequest, type SendOptions } from './send-ipc-request.ts';
export type { SessionChannel, SessionHandle, WriteOptions } from './session.ts';
export type { Snapshot } from './snapshot.ts';
export type { ConnectTransport, Transport, TransportEvents } from './transport/transport.ts';
export { unixSocket } from './transport/unix-socket.ts';
export type { FeedOptions, Watch, WatchEvent } from './watch.ts';
