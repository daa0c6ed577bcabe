/** The worker as it is deployed. */

import { production } from "./app";
import { router } from "./router";

export { CounterObject } from "sekisho/cloudflare";

export default router(production);
