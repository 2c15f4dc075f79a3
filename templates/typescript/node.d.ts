// What the snippets use of Node.js, where @types/node is not, and of fetch, whose timeout TypeScript 4.8 does
// not know yet. The types are those of @types/node and lib.dom.d.ts.
declare module "node:crypto" {
  const crypto: { randomUUID(): string };
  export default crypto;
}

declare module "node:fs/promises" {
  const fs: {
    readFile(path: string): Promise<Buffer>;
    readFile(path: string, encoding: "base64"): Promise<string>;
  };
  export default fs;
}

interface Buffer extends Uint8Array {
  toString(encoding?: "base64" | "latin1"): string;
}

declare const Buffer: { from(text: string, encoding?: "base64"): Buffer };

declare const console: {
  error(message: string): void;
  log(message: string): void;
};

declare const process: {
  env: Record<string, string | undefined>;
  exit(code: number): never;
};

declare class AbortSignal {
  private constructor();
  static timeout(milliseconds: number): AbortSignal;
}

declare class Blob {
  constructor(parts?: (ArrayBufferView | Blob | string)[]);
  readonly size: number;
}

declare class URLSearchParams {
  constructor(init?: string[][] | Record<string, string>);
  toString(): string;
}

interface RequestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: ArrayBufferView | Blob | URLSearchParams | string;
  signal?: AbortSignal;
}

interface Response {
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
}

declare function fetch(url: string, init?: RequestInit): Promise<Response>;
