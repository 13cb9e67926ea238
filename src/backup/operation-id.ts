import { invalidInput } from '../core/errors.js';

/** Checks an operation's id, which becomes a tag's value. */
export function checkOperationId(operationId: string | undefined): void {
  if (operationId === undefined || /^[\w.:/=+\-@]{1,128}$/.test(operationId)) return;
  throw invalidInput(
    'operationId',
    `is not usable: ${JSON.stringify(operationId)}`,
    'Use 1 to 128 letters, digits and _ . / = + - @ :',
  );
}
