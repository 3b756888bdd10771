/** A patch of a component, and whom it is for. */
export interface ServicePatch {
  readonly path: string;
  /** Names of services; the patch is left out for none. */
  readonly services: readonly string[];
  /** Their migrations too. @default true */
  readonly jobs?: boolean;
}

/** A file of the kind Component with these resources, and patches of services. */
export function component(
  resources: readonly string[],
  patches: readonly ServicePatch[],
  further: { readonly before?: readonly string[]; readonly after?: readonly string[] } = {},
): string {
  const lines = [
    ...(further.before ?? []),
    ...patches.filter(({ services }) => services.length > 0).map(patchLines),
    ...(further.after ?? []),
  ];
  return `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [${resources.join(', ')}]
${lines.length === 0 ? '' : `patches:\n${lines.join('\n')}\n`}`;
}

function patchLines({ path, services, jobs = true }: ServicePatch): string {
  const names = services.join('|');
  const one = services.length === 1 ? names : `(${names})`;
  const target = jobs
    ? `{ kind: Deployment|Job, name: '${one}(-migrate-.*)?' }`
    : `{ kind: Deployment, name: ${names} }`;
  return `  - path: ${path}\n    target: ${target}`;
}

/** What is put into the pods of one service, in the place of `spec.template.spec`. */
export function podPatch(spec: string, metadata = 'metadata: { name: any }'): string {
  const indented = spec.trimEnd().replaceAll(/^(?=.)/gm, '      ');
  return `apiVersion: any
kind: Any
${metadata}
spec:
  template:
    spec:
${indented}
`;
}
