import fc from 'fast-check';

/** A message of a client that is signed in, and wants an answer. */
export interface MessageCase {
  readonly kind: 'message';
  /** socket.io takes numbers too. */
  readonly event: string | number;
  readonly args: readonly unknown[];
}

/** WebSocket messages of a connection of its own: engine.io packets, or what only looks like some. */
export interface PacketsCase {
  readonly kind: 'packets';
  readonly signedIn: boolean;
  readonly packets: readonly (string | Uint8Array<ArrayBuffer>)[];
}

/** What comes on a connection after the answer to its upgrade: frames by the byte. */
export interface FramesCase {
  readonly kind: 'frames';
  readonly bytes: Uint8Array;
}

export type LiveCase = MessageCase | PacketsCase | FramesCase;

const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
const rubbish = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
);
const json = fc.jsonValue({ maxDepth: 4 });

const subscription = fc.oneof(
  fc.record(
    {
      orderId: fc.oneof(fc.uuid(), oneOf('', '__proto__', 'x'.repeat(65)), rubbish, json),
      afterVersion: fc.oneof(fc.integer(), fc.double(), rubbish, json),
      more: json,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      feed: fc.oneof(oneOf('orders', 'stock'), rubbish, json),
      cursor: fc.oneof(rubbish, fc.base64String(), oneOf('a.b', '.', 'ZTEuYW5uLjQ.c2ln'), json),
    },
    { requiredKeys: ['feed'] },
  ),
  json,
);
const eventName = fc.oneof(
  { weight: 8, arbitrary: oneOf('subscribe', 'unsubscribe') },
  {
    weight: 1,
    arbitrary: oneOf('order.updated', 'error', 'constructor', '__proto__', 'connection'),
  },
  { weight: 1, arbitrary: rubbish },
  // JSON has no others; what it makes of them is no name, and ends the connection.
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
);
// Names that socket.io keeps to itself are refused by its client.
const own = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
];
const message: fc.Arbitrary<MessageCase> = fc.record({
  kind: fc.constant('message'),
  event: eventName.filter((name) => !own.includes(String(name))),
  args: fc.oneof(fc.tuple(subscription), fc.array(fc.oneof(subscription, json), { maxLength: 3 })),
});

const packet = fc.oneof(
  oneOf(
    '2',
    '3',
    '2probe',
    '1',
    '5',
    '6',
    '40',
    '41',
    '40/live,',
    '41/live,',
    '42',
    '42/live,',
    '4',
  ),
  oneOf('42/live,["subscribe"]', '42/live,1["subscribe",{}]', '42/live,99999999999["subscribe",1]'),
  oneOf('43/live,1[]', '44/live,{}', '45/live,1-["subscribe",{"_placeholder":true,"num":0}]'),
  oneOf('451-["x",{"_placeholder":true,"num":9}]', '40/other,{}', '40/live,{"token":{}}'),
  fc
    .tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), json)
    .map(([engine, type, value]) => `${engine}${type}/live,${JSON.stringify(value)}`),
  fc.tuple(eventName, subscription).map((event) => `42/live,7${JSON.stringify(event)}`),
  rubbish,
  fc.nat({ max: 3_000 }).map((depth) => `42/live,${'['.repeat(depth)}`),
);
const packets: fc.Arbitrary<PacketsCase> = fc.record({
  kind: fc.constant('packets'),
  signedIn: fc.boolean(),
  packets: fc.array(fc.oneof({ weight: 6, arbitrary: packet }, fc.uint8Array({ maxLength: 60 })), {
    maxLength: 6,
  }) as fc.Arbitrary<(string | Uint8Array<ArrayBuffer>)[]>,
});

const frame = fc
  .record({
    first: fc.nat({ max: 255 }),
    length: fc.oneof(fc.nat({ max: 127 }), fc.constantFrom(126, 127)),
    masked: fc.boolean(),
    rest: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ first, length, masked, rest }) =>
    Uint8Array.from([first, (masked ? 128 : 0) + length, ...rest]),
  );
const frames: fc.Arbitrary<FramesCase> = fc.record({
  kind: fc.constant('frames'),
  bytes: fc.oneof(
    fc.array(frame, { maxLength: 4 }).map((all) => Uint8Array.from(all.flatMap((one) => [...one]))),
    fc.uint8Array({ maxLength: 200 }),
  ),
});

export const liveCases: fc.Arbitrary<LiveCase> = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 3, arbitrary: packets },
  { weight: 2, arbitrary: frames },
);
