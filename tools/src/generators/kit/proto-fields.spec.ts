import { describe, expect, it } from 'vitest';
import { addFields, fieldsOf, importsOf, messageText, parseFields } from './proto-fields.js';

const timestamp = 'google.protobuf.Timestamp';
const fields = parseFields('bookId:string, tags:string[],note:string?,dueAt:timestamp');

describe('a list of fields', () => {
  it('gives each its name in the proto and in TypeScript, its type and its label', () => {
    expect(fields).toEqual([
      { name: 'book_id', camel: 'bookId', type: 'string' },
      { name: 'tags', camel: 'tags', type: 'string', label: 'repeated' },
      { name: 'note', camel: 'note', type: 'string', label: 'optional' },
      { name: 'due_at', camel: 'dueAt', type: timestamp },
    ]);
    expect(importsOf(fields)).toEqual(['google/protobuf/timestamp.proto']);
  });

  it.each(['bookId', 'bookId:text', 'book id!:string', ':string', 'bookId:string[]?'])(
    'given %s, then says what a field looks like',
    (list) => {
      expect(() => parseFields(list)).toThrow(/is no (field: give name:type|name: give words)/);
    },
  );

  it('given a name twice, then refuses', () => {
    expect(() => parseFields('bookId:string,book_id:string')).toThrow(
      'The field bookId comes twice; give each name once',
    );
  });
});

describe('a message', () => {
  const text = messageText('BookLent', 'A book was lent.', fields);

  it('has the fields in their order, from 1', () => {
    expect(text).toBe(`// A book was lent.
message BookLent {
  string book_id = 1;
  repeated string tags = 2;
  optional string note = 3;
  ${timestamp} due_at = 4;
}`);
    expect(fieldsOf(text, 'BookLent')).toEqual(fields);
    expect(fieldsOf(text, 'Book')).toBeUndefined();
  });

  it('given more fields later, then they get the next numbers', () => {
    const more = addFields(text, 'BookLent', parseFields('bookId:string,copies:uint32'));
    expect(more).toBe(text.replace('\n}', '\n  uint32 copies = 5;\n}'));
    expect(addFields(more, 'BookLent', parseFields('copies:uint32'))).toBe(more);
  });

  it('given a field that has another type, then says what to do', () => {
    expect(() => addFields(text, 'BookLent', parseFields('tags:string'))).toThrow(
      'BookLent.tags is repeated string and others read it so: give the new one another name',
    );
  });
});
