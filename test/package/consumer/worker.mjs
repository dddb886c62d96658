// The story on an edge runtime: every request runs it, and is answered with what came out.
import { story } from "./story.mjs";

export default {
  async fetch(request) {
    try {
      return Response.json(await story(new URL(request.url).searchParams.get("endpoint") ?? ""));
    } catch (error) {
      return new Response(String(error instanceof Error ? error.stack : error), { status: 500 });
    }
  },
};
