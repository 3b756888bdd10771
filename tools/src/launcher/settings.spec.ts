import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.js';

describe('readSettings', () => {
  it('given nothing, then the embedded profile on port 3000 in .mesh', () => {
    expect(readSettings({})).toMatchObject({ profile: 'embedded', port: 3000, host: '127.0.0.1' });
    expect(readSettings({}).dir).toMatch(/[\\/]\.mesh$/);
  });

  it('given several wrong ones, then it names them all', () => {
    const env = {
      MESH_PROFILE: 'brokers',
      PORT: '70000',
      DATABASE_URL: 'mysql://x',
      AMQP_URL: 'amqp://127.0.0.1',
    };
    expect(() => readSettings(env)).toThrow(
      `The mesh can't start like this:
  PORT: expected a number from 0 to 65535; received "70000"
  DATABASE_URL: expected a postgres:// URL
  KAFKA_BROKERS: expected host:port in the brokers profile; received nothing; \`npm run servers\` starts one and prints it`,
    );
  });

  it.each([
    ['nothing', {}, true],
    ['a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
    ['one of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/v1/traces' }, false],
    ['no telemetry', { OTEL_SDK_DISABLED: 'true' }, false],
    ['no traces', { OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('given %s, then knows whether the launcher takes the spans', (_, env, keeps) => {
    expect(readSettings(env).keepsTraces).toBe(keeps);
  });

  it.each([
    ['nothing', {}, []],
    ['a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, ['http://c:4318']],
    [
      'others for signals, with a password',
      {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://ann:secret@t/v1/traces?key=secret',
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://l/v1/logs',
      },
      ['https://t/v1/traces', 'http://l/v1/logs'],
    ],
    [
      'no telemetry',
      { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      [],
    ],
  ])('given %s, then knows where telemetry goes', (_, env, urls) => {
    expect(readSettings(env).telemetryUrls).toEqual(urls);
  });

  it('given the name of the machine as HOST, as some shells export it, then loopback', () => {
    expect(readSettings({ HOST: 'my-machine' }).host).toBe('127.0.0.1');
    expect(readSettings({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });

  it.each(['0', '9', 'two', ''])('given "%s" replicas, then it says how many there can be', (n) => {
    expect(() => readSettings({}, n)).toThrow(
      `--replicas: expected a number from 1 to 8; received "${n}"`,
    );
  });

  it('given an unknown profile, then it says which there are', () => {
    expect(() => readSettings({ MESH_PROFILE: 'cloud' })).toThrow(
      'MESH_PROFILE: expected embedded or brokers; received "cloud"',
    );
  });
});
