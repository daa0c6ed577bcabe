// For workerd.
import { result } from "./entry.mjs";

export default { fetch: () => Response.json(result()) };
