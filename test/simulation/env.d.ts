declare module "vitest" {
  // Vitest's own interface, to which a project adds what it provides.
  export interface ProvidedContext {
    simulationSeed: number;
  }
}

export {};
