import type { ComponentType } from 'preact';

/** A view of the page with all that belongs to it. */
export interface Feature {
  /** Its name in the navigation. */
  readonly label: string;
  readonly title: string;
  readonly hash: string;
  readonly View: ComponentType;
  /** Begins to follow signals, the address and the live client, once. */
  follow?(): void;
  /** Loads what everybody may see; called again while it fails. @throws ApiError */
  load?(): Promise<void>;
}
