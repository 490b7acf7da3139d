/// <reference types="vite/client" />

declare module "ag06.wasm?url" {
  const url: string;
  export default url;
}

declare module "ag06_analysis.wasm?url" {
  const url: string;
  export default url;
}
