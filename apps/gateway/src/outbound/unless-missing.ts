import { errorCatalog } from '@mesh/contracts/errors';
import { AppError } from '@mesh/service-kit';

/** The answer of a service; undefined when it says that the caller has no such thing. */
export async function unlessMissing<Answer>(
  answering: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await answering;
  } catch (error) {
    if (error instanceof AppError && errorCatalog[error.code].grpc === 'NOT_FOUND')
      return undefined;
    throw error;
  }
}
