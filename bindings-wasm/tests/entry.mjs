// What every runtime runs: the vectors through the installed package.
import * as sekisho from "sekisho";

import files from "./files.mjs";
import { run } from "./vectors.mjs";

export const result = () => run(sekisho, files);
