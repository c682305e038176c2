/** What the tests use of node. */
declare module "node:test" {
  export default function test(nom: string, corps: () => void): void;
}
declare module "node:assert/strict" {
  const assert: {
    equal(recu: unknown, attendu: unknown, message?: string): void;
    deepEqual(recu: unknown, attendu: unknown, message?: string): void;
    throws(corps: () => unknown): void;
  };
  export default assert;
}
