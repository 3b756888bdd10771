import { CliError } from './cli-error.js';

/** The JSON that a service's management port answers. @throws CliError with what its problem document says */
export async function readAnswer(service: string, response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  const problem = (await response.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  const faults = problem.errors?.map(({ path, message }) => `${path.slice(1)}: ${message}`);
  throw new CliError(
    `${service} refused: ${faults?.join('; ') ?? problem.detail ?? response.statusText} (${problem.code ?? response.status})`,
  );
}
