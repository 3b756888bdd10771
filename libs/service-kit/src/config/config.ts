/** Injects the resolved config of the service: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('CONFIG');
