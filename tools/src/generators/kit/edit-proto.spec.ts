import { describe, expect, it } from 'vitest';
import { addMessage, addProtoImport, addRpc } from './edit-proto.js';

const proto = `syntax = "proto3";

package shop.v1;

import "shop/type/v1/money.proto";

service ShopService {
  // Opens.
  rpc Open(OpenRequest) returns (OpenResponse);
}

message OpenRequest {}
`;

describe('an RPC', () => {
  const close = '  rpc Close(CloseRequest) returns (CloseResponse);';

  it('is the last one of its service, once', () => {
    const once = addRpc(proto, 'ShopService', 'Close', close);
    expect(once).toContain(`(OpenResponse);\n${close}\n}\n\nmessage OpenRequest`);
    expect(addRpc(once, 'ShopService', 'Close', close)).toBe(once);
  });

  it('given a service without any, then is its first', () => {
    expect(addRpc('service ShopService {}\n', 'ShopService', 'Close', close)).toBe(
      `service ShopService {\n${close}\n}\n`,
    );
  });

  it('given no such service, then says so', () => {
    expect(() => addRpc(proto, 'MallService', 'Open', '')).toThrow(
      'There is no service MallService',
    );
  });
});

describe('a message', () => {
  it('comes last, once', () => {
    const once = addMessage(proto, 'OpenResponse', 'message OpenResponse {}');
    expect(once.endsWith('message OpenRequest {}\n\nmessage OpenResponse {}\n')).toBe(true);
    expect(addMessage(once, 'OpenResponse', 'message OpenResponse {}')).toBe(once);
  });
});

describe('an import', () => {
  it('takes its place in the alphabet, once', () => {
    const once = addProtoImport(proto, 'google/protobuf/timestamp.proto');
    expect(once).toContain(
      'import "google/protobuf/timestamp.proto";\nimport "shop/type/v1/money.proto";',
    );
    expect(addProtoImport(once, 'google/protobuf/timestamp.proto')).toBe(once);
  });

  it('given none yet, then comes behind the package', () => {
    expect(addProtoImport('package a.v1;\n', 'b.proto')).toBe(
      'package a.v1;\n\nimport "b.proto";\n',
    );
  });
});
