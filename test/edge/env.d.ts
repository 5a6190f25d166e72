import type { GatewayEnv } from "../../src/edge/env.ts";
import type * as gateway from "../../workers/gateway/index.ts";

declare global {
  namespace Cloudflare {
    interface Env extends GatewayEnv {
      /** See `test/workers/lane-peer`. */
      readonly LANE_PEERS: DurableObjectNamespace;
    }
    interface GlobalProps {
      mainModule: typeof gateway;
    }
  }
}

declare module "vitest" {
  interface ProvidedContext {
    /** See `vitest.config.ts`. */
    modelSeed: number;
    /** See `test/support/global-receiver.ts`. */
    receiver: string;
    /** What `holdline.yaml` says: see `vitest.config.ts`. */
    holdlineYaml: string;
  }
}
