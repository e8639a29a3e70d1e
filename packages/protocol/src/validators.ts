export { requestValidators } from './generated/request-validators.gen.ts';
export {
  AskSchema,
  ConfigSchema,
  DaemonStatusSchema,
  ErrorReplySchema,
  EventSchema,
  PushSchema,
  RequestSchema,
  SessionSchema,
  SuccessReplySchema,
} from './generated/validators.gen.ts';
export { issuesOf } from './issues.ts';
export { parseRequest, type TypedRequest } from './request.ts';
