/** The compiled module, as bundlers and workerd give it. */
declare const module: WebAssembly.Module;
export default module;
