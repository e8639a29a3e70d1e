import type { Ask, AskOption, FormItem, ScalarSchema, ValueSchema } from '@proj/protocol';

type Question = Pick<Ask, 'kind' | 'options' | 'multiple' | 'schema' | 'items'>;

/** Why the value does not answer the question; undefined where it does. */
export function faultOfValue(question: Question, value: unknown): string | undefined {
  switch (question.kind) {
    case 'approval':
      return typeof value === 'boolean' ? undefined : 'an approval is answered by true or false';
    case 'choice':
      return question.multiple === true
        ? faultOfChoices(question.options, value)
        : faultOfChoice(question.options, value);
    case 'input':
      return faultBySchema(question.schema ?? { type: 'string' }, value);
    case 'form':
      return faultOfForm(question.items, value);
    case 'review':
      return value === 'approve' || value === 'reject' ? undefined : 'a review is answered by approve or reject';
  }
}

function faultOfChoice(options: readonly AskOption[], value: unknown): string | undefined {
  return options.some((option) => option.value === value)
    ? undefined
    : 'a choice is answered by the value of an option';
}

function faultOfChoices(options: readonly AskOption[], value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'a choice with multiple is answered by an array of option values';
  if (new Set(value).size !== value.length) return 'a choice names an option once';
  return value.map((each) => faultOfChoice(options, each)).find((fault) => fault !== undefined);
}

function faultOfForm(items: readonly FormItem[], value: unknown): string | undefined {
  if (!isObject(value)) return 'a form is answered by an object with a value an item';
  const stray = Object.keys(value).some((key) => !items.some((item) => item.item_id === key));
  if (stray) return 'a form is answered by its own items only';
  const missing = items.find((item) => item.required === true && !Object.hasOwn(value, item.item_id));
  if (missing) return `the item ${missing.item_id} is required`;
  return Object.entries(value)
    .map(([key, each]) =>
      faultOfItem(
        items.find((item) => item.item_id === key),
        each,
      ),
    )
    .find((fault) => fault !== undefined);
}

function faultOfItem(item: FormItem | undefined, value: unknown): string | undefined {
  if (item === undefined) return 'a form is answered by its own items only';
  const fault = faultOfValue({ kind: item.kind, options: item.options ?? [], items: [] }, value);
  return fault === undefined ? undefined : `the item ${item.item_id}: ${fault}`;
}

function faultBySchema(schema: ValueSchema, value: unknown): string | undefined {
  if (schema.type === 'array') return faultOfArray(schema, value);
  if (schema.type === 'object') return faultOfObject(schema, value);
  return faultOfScalar(schema, value);
}

function faultOfArray(schema: Extract<ValueSchema, { type: 'array' }>, value: unknown): string | undefined {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!Array.isArray(value)) return 'the value must be an array';
  if (value.length < minItems) return `the value must have at least ${minItems} items`;
  if (value.length > maxItems) return `the value must have at most ${maxItems} items`;
  return value.map((each) => faultOfScalar(items, each)).find((fault) => fault !== undefined);
}

function faultOfObject(schema: Extract<ValueSchema, { type: 'object' }>, value: unknown): string | undefined {
  const { properties, required = [] } = schema;
  if (!isObject(value)) return 'the value must be an object';
  if (required.some((key) => !Object.hasOwn(value, key))) return 'the value lacks a required property';
  const known = new Map(Object.entries(properties));
  for (const [key, each] of Object.entries(value)) {
    const property = known.get(key);
    if (property === undefined) return 'the value has a property that the schema does not list';
    const fault = faultOfScalar(property, each);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfScalar(schema: ScalarSchema, value: unknown): string | undefined {
  switch (schema.type) {
    case 'string':
      return faultOfText(schema, value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'the value must be true or false';
    case 'number':
    case 'integer':
      return faultOfNumber(schema, value);
  }
}

function faultOfText(schema: Extract<ScalarSchema, { type: 'string' }>, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'the value must be a string';
  // JSON Schema counts characters, not UTF-16 units.
  const length = Array.from(value).length;
  if (length < (schema.minLength ?? 0)) return `the value must have at least ${schema.minLength} characters`;
  if (length > (schema.maxLength ?? length)) return `the value must have at most ${schema.maxLength} characters`;
  return schema.enum === undefined || schema.enum.includes(value)
    ? undefined
    : 'the value must be one that the schema lists';
}

function faultOfNumber(
  schema: Extract<ScalarSchema, { type: 'number' | 'integer' }>,
  value: unknown,
): string | undefined {
  if (typeof value !== 'number') return 'the value must be a number';
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return 'the value must be an integer';
  if (value < (schema.minimum ?? value)) return `the value must be at least ${schema.minimum}`;
  if (value > (schema.maximum ?? value)) return `the value must be at most ${schema.maximum}`;
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
