/** An object as `kubectl kustomize` prints it. What is read of it here is named; its fields are checked elsewhere. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Of ConfigMaps as they are, of Secrets in base64. */
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/** What of a container is held against the code. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVariable[];
  readonly envFrom?: readonly EnvSource[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly hostPort?: number;
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: Readonly<Record<'requests' | 'limits', Labels | undefined>>;
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string };
  readonly grpc?: { readonly port: number };
}

interface KeyReference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface EnvVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: KeyReference;
    readonly configMapKeyRef?: KeyReference;
  };
}

interface Reference {
  readonly name: string;
  readonly optional?: boolean;
}

export interface EnvSource {
  readonly configMapRef?: Reference;
  readonly secretRef?: Reference;
}

export interface Volume {
  readonly name: string;
  readonly hostPath?: unknown;
  readonly secret?: VolumeSource & { readonly secretName?: string };
  readonly configMap?: VolumeSource & { readonly name?: string };
  readonly projected?: {
    readonly sources: readonly {
      readonly secret?: VolumeSource & { readonly name?: string };
      readonly configMap?: VolumeSource & { readonly name?: string };
    }[];
  };
}

interface VolumeSource {
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly restartPolicy?: string;
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly labelSelector?: { readonly matchLabels?: Labels };
  }[];
}

/** What makes pods, and the pods that it makes. */
export interface Workload {
  readonly manifest: Manifest;
  readonly labels: Labels;
  readonly pod: PodSpec;
}

/** How faults name an object. */
export function titleOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const template = manifest.spec?.['template'] as
      { readonly metadata?: { readonly labels?: Labels }; readonly spec?: PodSpec } | undefined;
    if (!/^(Deployment|StatefulSet|DaemonSet|Job)$/.test(manifest.kind)) return [];
    if (template?.spec === undefined) return [];
    return [{ manifest, labels: template.metadata?.labels ?? {}, pod: template.spec }];
  });
}

export function findManifest(
  manifests: readonly Manifest[],
  kind: string,
  name: string,
): Manifest | undefined {
  return manifests.find((one) => one.kind === kind && one.metadata.name === name);
}

/** Whether a selector of labels takes the pods; an empty one takes all. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}
