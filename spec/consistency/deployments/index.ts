import { type WORKER_FAULTS } from "../faults";
import { type ClusterFault, startClustered } from "./cluster";
import type { Deployment } from "./deployment";
import { type SentinelFault, startWatched } from "./sentinel";
import { type SingleFault, startSingle } from "./single";

export type { Deployment } from "./deployment";
export type FaultName = keyof typeof WORKER_FAULTS | SingleFault | ClusterFault | SentinelFault;

const DEPLOYMENTS = { single: startSingle, cluster: startClustered, sentinel: startWatched };
export type DeploymentName = keyof typeof DEPLOYMENTS;

export function startDeployment(name: DeploymentName, workers: number): Promise<Deployment> {
  return DEPLOYMENTS[name](workers);
}
