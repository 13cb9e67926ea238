export type { AwsPorts } from '../ports/aws.js';
export { awsErrorCode } from './aws-error-code.js';
export type { AwsClients, AwsConnection, AwsOptions } from './aws-options.js';
export { connectAws } from './connect-aws.js';
