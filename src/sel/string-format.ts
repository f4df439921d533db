// String.format: the conversions of Java's formatter that make sense for the values of programs.
//
// A specifier is `%[number$][flags][width][.precision]conversion`. Widths are held to WIDTH_LIMIT, so that a short pattern
// cannot make a long text.

import { evaluationFault } from './fault.ts';
import type { Operand } from './operand.ts';
import { typeOf, Unset } from './operand.ts';
import type { Run } from './run.ts';
import { textOf } from './text-form.ts';

const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])|%/g;
const WIDTH_LIMIT = 10_000;

interface Specifier {
  readonly text: string;
  readonly flags: ReadonlySet<string>;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** In lower case. */
  readonly conversion: string;
  readonly isUpper: boolean;
}

/** Formatting a value takes as long as so many visited nodes. */
const SPECIFIER_NODES = 8;

/** Formats values. Every piece is counted before the next one is made. */
export function formatText(run: Run, pattern: string, values: readonly Operand[]): string {
  run.create(1);
  const chosen = new ChosenValues(values);
  let result = '';
  let from = 0;
  const append = (piece: string): void => {
    run.createCharacters(piece.length);
    run.scan(piece.length);
    result += piece;
  };
  for (const match of pattern.matchAll(SPECIFIER)) {
    append(pattern.slice(from, match.index));
    from = match.index + match[0].length;
    run.visit(SPECIFIER_NODES);
    const specifier = specifierOf(match);
    const shown = shownAt(run, specifier, match, chosen);
    append(specifier.isUpper ? shown.toUpperCase() : shown);
  }
  append(pattern.slice(from));
  return result;
}

/** Which value a specifier means: the next one, the one with a number, or the one before again. */
class ChosenValues {
  readonly #values: readonly Operand[];
  #next = 0;
  #last = -1;

  constructor(values: readonly Operand[]) {
    this.#values = values;
  }

  choose([text, index, again]: RegExpExecArray): Operand {
    if (index !== undefined) this.#last = Number(index) - 1;
    else if (again === undefined) this.#last = this.#next++;
    const value = this.#values[this.#last];
    if (value === undefined) throw evaluationFault(`there is no value for ${text}`);
    return value;
  }
}

function shownAt(
  run: Run,
  specifier: Specifier,
  match: RegExpExecArray,
  chosen: ChosenValues,
): string {
  const [text, index, again] = match;
  if (index !== undefined && Number(index) === 0) {
    throw evaluationFault(`${text}: values count from 1`);
  }
  const isPlain = 'n%'.includes(specifier.conversion);
  if (again !== undefined && isPlain) throw evaluationFault(`'${text}' is no format specifier`);
  if (!isPlain) return formatted(run, specifier, chosen.choose(match));
  return specifier.conversion === 'n' ? '\n' : padded('%', specifier);
}

function specifierOf(match: RegExpExecArray): Specifier {
  const [text, , , flags = '', width, precision, conversion] = match;
  if (conversion === undefined) throw evaluationFault(`'${text}' is no format specifier`);
  if (new Set(flags).size < flags.length) throw evaluationFault(`${text} repeats a flag`);
  const specifier: Specifier = {
    text,
    flags: new Set(flags),
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    conversion: conversion.toLowerCase(),
    isUpper: conversion !== conversion.toLowerCase(),
  };
  if (Math.max(specifier.width ?? 0, specifier.precision ?? 0) > WIDTH_LIMIT) {
    throw evaluationFault(`${text} is wider than ${WIDTH_LIMIT} characters`);
  }
  checkFlags(specifier);
  return specifier;
}

/** Flags that each conversion takes. */
const FLAGS: { readonly [conversion: string]: string } = {
  s: '-',
  b: '-',
  h: '-',
  c: '-',
  d: '-+ 0,(',
  x: '-#0',
  o: '-#0',
  f: '-+ 0,(#',
  e: '-+ 0(#',
  g: '-+ 0,(',
  a: '-+ 0#',
  n: '',
  '%': '-',
};
const UPPER = new Set(['s', 'b', 'h', 'c', 'x', 'e', 'g', 'a']);

function checkFlags({ text, flags, width, precision, conversion, isUpper }: Specifier): void {
  const allowed = FLAGS[conversion];
  const wrong =
    allowed === undefined ||
    (isUpper && !UPPER.has(conversion)) ||
    [...flags].some((flag) => !allowed.includes(flag)) ||
    ((flags.has('-') || flags.has('0')) && width === undefined) ||
    (flags.has('-') && flags.has('0')) ||
    (flags.has('+') && flags.has(' ')) ||
    (precision !== undefined && 'cdxon%'.includes(conversion)) ||
    (conversion === 'n' && width !== undefined);
  if (wrong) throw evaluationFault(`'${text}' is no format specifier`);
}

function formatted(run: Run, specifier: Specifier, value: Operand): string {
  switch (specifier.conversion) {
    case 's':
      return padded(cut(textOf(run, value), specifier), specifier);
    case 'b':
      return padded(cut(truthText(value), specifier), specifier);
    case 'h':
      return padded(cut(hashText(value), specifier), specifier);
    case 'c':
      return padded(character(specifier, value), specifier);
    case 'd':
      return whole(specifier, value);
    case 'x':
    case 'o':
      return unsigned(specifier, value);
    default:
      return real(specifier, value);
  }
}

function isNull(value: Operand): boolean {
  return value === null || value instanceof Unset;
}

function truthText(value: Operand): string {
  return typeof value === 'boolean' ? String(value) : String(!isNull(value));
}

/** Java's hash code of a value, in hexadecimal. */
function hashText(value: Operand): string {
  if (isNull(value)) return 'null';
  return BigInt.asUintN(32, hashOf(value)).toString(16);
}

function hashOf(value: Operand): bigint {
  switch (typeof value) {
    case 'boolean':
      return value ? 1231n : 1237n;
    case 'bigint':
      return hashOfLong(value);
    case 'number': {
      return folded(Number.isNaN(value) ? NAN_BITS : bitsOf(value));
    }
    case 'string': {
      let hash = 0;
      for (let at = 0; at < value.length; at += 1) {
        hash = (Math.imul(hash, 31) + value.charCodeAt(at)) | 0;
      }
      return BigInt(hash);
    }
    default:
      throw evaluationFault(`%h does not take ${typeOf(value)}`);
  }
}

/** Not read from a NaN at hand, whose sign depends on how it came about. */
const NAN_BITS = 0x7ff8n << 48n;

function bitsOf(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return bits.getBigUint64(0);
}

const folded = (bits: bigint): bigint => (bits >> 32n) ^ BigInt.asUintN(32, bits);

/** A LONG that fits 32 bits is its own hash code. */
const hashOfLong = (value: bigint): bigint =>
  BigInt.asIntN(32, value) === value ? value : folded(BigInt.asUintN(64, value));

function cut(text: string, { precision }: Specifier): string {
  return precision === undefined ? text : text.slice(0, precision);
}

function padded(text: string, { width = 0, flags }: Specifier): string {
  return flags.has('-') ? text.padEnd(width) : text.padStart(width);
}

function refuse({ text }: Specifier, value: Operand): never {
  throw evaluationFault(`${text} does not take ${typeOf(value)}`);
}

function character(specifier: Specifier, value: Operand): string {
  if (isNull(value)) return 'null';
  if (typeof value !== 'bigint') return refuse(specifier, value);
  if (value < 0n || value > 0x10ffffn) throw evaluationFault(`${value} is no character`);
  return String.fromCodePoint(Number(value));
}

function whole(specifier: Specifier, value: Operand): string {
  if (isNull(value)) return padded('null', { ...specifier, flags: unzeroed(specifier) });
  if (typeof value !== 'bigint') return refuse(specifier, value);
  const digits = String(value < 0n ? -value : value);
  return signed(specifier, value < 0n, grouped(digits, specifier));
}

function unzeroed({ flags }: Specifier): ReadonlySet<string> {
  return new Set([...flags].filter((flag) => flag !== '0'));
}

function grouped(digits: string, { flags }: Specifier): string {
  return flags.has(',') ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',') : digits;
}

/** With its sign or brackets, and filled with zeros or blanks. */
function signed(specifier: Specifier, isNegative: boolean, digits: string): string {
  const { flags, width = 0 } = specifier;
  const brackets = isNegative && flags.has('(');
  const positive = flags.has('+') ? '+' : flags.has(' ') ? ' ' : '';
  const before = isNegative ? (brackets ? '(' : '-') : positive;
  const after = brackets ? ')' : '';
  if (!flags.has('0')) return padded(`${before}${digits}${after}`, specifier);
  return `${before}${digits.padStart(width - before.length - after.length, '0')}${after}`;
}

function unsigned(specifier: Specifier, value: Operand): string {
  if (isNull(value)) return padded('null', { ...specifier, flags: unzeroed(specifier) });
  if (typeof value !== 'bigint') return refuse(specifier, value);
  const isHex = specifier.conversion === 'x';
  // A negative number that fits 32 bits is shown as one of 32 bits.
  const bits = BigInt.asIntN(32, value) === value ? 32 : 64;
  const digits = BigInt.asUintN(bits, value).toString(isHex ? 16 : 8);
  const prefix = specifier.flags.has('#') ? (isHex ? '0x' : '0') : '';
  if (!specifier.flags.has('0')) return padded(prefix + digits, specifier);
  return prefix + digits.padStart((specifier.width ?? 0) - prefix.length, '0');
}

const DIGITS = 6;

function real(specifier: Specifier, value: Operand): string {
  if (isNull(value))
    return padded(cut('null', specifier), { ...specifier, flags: unzeroed(specifier) });
  if (typeof value !== 'number') return refuse(specifier, value);
  if (Number.isNaN(value)) return padded('NaN', { ...specifier, flags: unzeroed(specifier) });
  const isNegative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) {
    return signed({ ...specifier, flags: unzeroed(specifier) }, isNegative, 'Infinity');
  }
  if (specifier.conversion === 'a') return hexadecimal(specifier, isNegative, size);
  const precision = specifier.precision ?? DIGITS;
  return signed(specifier, isNegative, realDigits(specifier, size, precision));
}

const MANTISSA_BITS = 52n;
/** Hexadecimal digits of a mantissa. */
const MANTISSA_DIGITS = 13;
const EXPONENT_BIAS = 1023;

/** A number as `0x1.8p0`: its mantissa in hexadecimal, and the power of two. */
function hexadecimal(specifier: Specifier, isNegative: boolean, size: number): string {
  const { flags, width = 0 } = specifier;
  const bits = bitsOf(size);
  const stored = Number(bits >> MANTISSA_BITS);
  const lead = stored === 0 ? 0n : 1n;
  const power = size === 0 ? 0 : Math.max(stored, 1) - EXPONENT_BIAS;
  let mantissa = (lead << MANTISSA_BITS) | BigInt.asUintN(Number(MANTISSA_BITS), bits);
  const kept = Math.max(specifier.precision ?? MANTISSA_DIGITS, 1);
  if (kept < MANTISSA_DIGITS) {
    const unit = 1n << BigInt(4 * (MANTISSA_DIGITS - kept));
    const rest = mantissa % unit;
    const isOdd = (mantissa / unit) % 2n === 1n;
    mantissa -= rest;
    if (rest * 2n > unit || (rest * 2n === unit && isOdd)) mantissa += unit;
  }
  const all = mantissa.toString(16).padStart(MANTISSA_DIGITS + 1, '0');
  const fraction =
    specifier.precision === undefined
      ? all.slice(1).replace(/0+$/, '') || '0'
      : all.slice(1, kept + 1).padEnd(kept, '0');
  const sign = isNegative ? '-' : flags.has('+') ? '+' : flags.has(' ') ? ' ' : '';
  const digits = `${all.charAt(0)}.${fraction}p${power}`;
  if (!flags.has('0')) return padded(`${sign}0x${digits}`, specifier);
  return `${sign}0x${digits.padStart(width - sign.length - 2, '0')}`;
}

function realDigits(specifier: Specifier, size: number, precision: number): string {
  const point = precision === 0 && specifier.flags.has('#') ? '.' : '';
  switch (specifier.conversion) {
    case 'f':
      return fixed(specifier, size, precision) + point;
    case 'e':
      return scientific(size, precision).replace('e', `${point}e`);
    default: {
      const digits = Math.max(1, precision);
      const text = scientific(size, digits - 1);
      // That of the rounded number: 9.9999999 has two digits before the point.
      const exponent = Number(text.slice(text.indexOf('e') + 1));
      if (exponent < -4 || exponent >= digits) return text;
      return fixed(specifier, size, Math.max(0, digits - exponent - 1));
    }
  }
}

/** The shortest decimal digits of a number and where its point is: 0.digits × 10^point. */
function decimal(size: number): { readonly digits: string; readonly point: number } {
  const [mantissa = '0', exponent = '0'] = size.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  return { digits, point: Number(exponent) + 1 };
}

/** Rounds digits half up. @param count digits that stay; below 0: nothing of the number is left */
function rounded(
  digits: string,
  count: number,
): { readonly digits: string; readonly carry: boolean } {
  if (count < 0) return { digits: '', carry: false };
  const kept = digits.slice(0, count).padEnd(count, '0');
  if ((digits.charCodeAt(count) || 48) < 53) return { digits: kept, carry: false };
  const up = String(BigInt(`1${kept}`) + 1n);
  const carry = up.startsWith('2');
  return { digits: up.slice(1), carry };
}

function fixed(specifier: Specifier, size: number, precision: number): string {
  const { digits, point } = decimal(size);
  const padding = point < 0 ? '0'.repeat(-point) : '';
  const at = Math.max(0, point);
  const all = padding + digits;
  const { digits: kept, carry } = rounded(all.padEnd(at, '0'), at + precision);
  const whole = (carry ? '1' : '') + kept.slice(0, at);
  const text = grouped(whole.replace(/^0+(?=\d)/, '') || '0', specifier);
  const rest = kept.slice(at);
  return rest === '' ? text : `${text}.${rest}`;
}

function scientific(size: number, precision: number): string {
  const { digits, point } = size === 0 ? { digits: '0', point: 1 } : decimal(size);
  const { digits: kept, carry } = rounded(digits, precision + 1);
  const shown = carry ? `1${kept.slice(0, -1)}` : kept;
  const exponent = point - 1 + (carry ? 1 : 0);
  const rest = shown.slice(1);
  const sign = exponent < 0 ? '-' : '+';
  return `${shown[0]}${rest === '' ? '' : `.${rest}`}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
