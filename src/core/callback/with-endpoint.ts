import type { Job } from "../job/job.ts";
import type { Endpoint } from "./endpoint.ts";

/** The job with this endpoint in the place of the one of the same number, or as one more. */
export function withEndpoint(job: Job, endpoint: Endpoint): Job {
  const endpoints = [...job.endpoints];
  // They are numbered from 1, in order.
  endpoints[endpoint.number - 1] = endpoint;
  return { ...job, endpoints };
}

/** The endpoint of that number, or `undefined`: messages name endpoints, and may be made up. */
export function findEndpoint({ endpoints }: Job, number: number): Endpoint | undefined {
  return endpoints.find((endpoint) => endpoint.number === number);
}
