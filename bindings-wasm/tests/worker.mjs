// For workerd.
import { result } from "./entry.mjs";

export default { fetch: async () => Response.json(await result()) };
