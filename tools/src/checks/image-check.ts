import { runProgram } from '../processes/run-program.js';
import { banner } from '../testing/banner.js';
import { fail, pass, skip, type Check } from './check.js';

/** How the program says that this machine can't build images. */
const cannotRun = 77;

/** Builds the image of a service, and starts and ends it; says the line with what it took. */
export function imageCheck(service: string): Check {
  return {
    stage: 'images',
    title: `image of ${service}`,
    run: async () => {
      const args = ['tools/exec.mjs', 'tools/src/images.ts', '--service', service, '--quick'];
      const { code, output } = await runProgram('node', args);
      console.log(code === 0 ? output.trimEnd().split('\n').at(-1) : `\n${output}`);
      if (code !== cannotRun || process.env['CI'] === 'true') return code === 0 ? pass : fail;
      console.error(banner('No image was built: that needs Linux, root and buildah'));
      return skip;
    },
  };
}
