// The kernels of the WebAssembly module. `npm run build:wasm` compiles them into src/mail/octets/kernel/wasm-module.ts.
export { base64Lines } from "./base64";
export { quote } from "./quote";
export { narrow, surrogates } from "./text";
