/** The folder of the workspace. */
export const root: string;
