/// <reference types="vite/client" />

declare module "ag06.wasm?url" {
  const url: string;
  export default url;
}
