/** A problem document (RFC 9457) as an error: `message` is what a person should read. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterS?: number,
  ) {
    super(message);
  }
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly message: string }[];
}

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls the gateway for what it answers. @throws ApiError also when the gateway can't be reached (status 0) */
export async function call<Answer>(path: string, options: Call = {}): Promise<Answer> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** The same for who wants the headers too. @throws ApiError */
export async function request(path: string, options: Call = {}): Promise<Response> {
  const response = await fetch(path, {
    method: options.method ?? 'GET',
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  }).catch(() => {
    throw new ApiError(0, 'UNREACHABLE', 'The mesh can not be reached. Trying again may help.');
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const said = problem.errors?.map((error) => error.message).join(' ') || problem.detail;
  throw new ApiError(
    response.status,
    problem.code ?? 'UNKNOWN',
    said || problem.title || `The gateway answered ${response.status}.`,
    Number(response.headers.get('retry-after')) || undefined,
  );
}
