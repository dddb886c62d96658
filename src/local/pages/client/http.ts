// Talks to the endpoint that served the page.

async function answerOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const error = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : undefined;
  throw new Error(typeof error === "string" ? error : `The endpoint answered ${response.status}.`);
}

/**
 * Gets JSON. The page and the endpoint are parts of one program: the shape is what the route is declared to answer.
 */
export async function getJson<T>(path: string): Promise<T> {
  return (await answerOf(await fetch(path))) as T;
}

/** Posts JSON. */
export async function postJson<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T> {
  const headers = { "content-type": "application/json" };
  return (await answerOf(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }))) as T;
}

/** Deletes what is at a path. */
export async function deleteAt(path: string): Promise<void> {
  await answerOf(await fetch(path, { method: "DELETE" }));
}

/** The beginning of a text, at most so many bytes; `cut` when there was more. */
export async function getTextStart(path: string, most: number): Promise<{ text: string; cut: boolean }> {
  const response = await fetch(path);
  if (!response.ok || response.body === null) throw new Error(`The endpoint answered ${response.status}.`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    const room = most - length;
    text += decoder.decode(value.subarray(0, room), { stream: true });
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return { text, cut: true };
    }
  }
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
