import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as driver, type Browser } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Headless Chromium: MESH_CHROMIUM, an installed one, or the one that came from npm. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env.MESH_CHROMIUM ?? installed.find((path) => existsSync(path));
  return driver.launch({
    executablePath: own ?? (await chromium.executablePath()),
    args: own ? ['--no-sandbox', '--disable-gpu'] : chromium.args,
    headless: true,
  });
}
