/** Answers: JSON, or nothing at all. */

/** A successful answer with a JSON body. */
export function ok(status: 200 | 201, body: unknown): Response {
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  return new Response(JSON.stringify(body), { status, headers });
}

/** A successful answer without a body. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}
