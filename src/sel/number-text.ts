// Numbers as text and back, by Java's rules.

/**
 * The text of a DOUBLE: the shortest digits that read back as the same number, in decimal notation with at least one
 * fraction digit from 10^-3 to below 10^7, else as `d.dddE±n` without plus sign or padding.
 */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const shortest = value.toExponential();
  // Two digits are printed at least, so they are the nearest two: 4.9E-324, though 5E-324 reads back as well.
  const isOneDigit = !shortest.includes('.');
  const [digits = '', exponent = ''] = (isOneDigit ? value.toExponential(1) : shortest).split('e');
  const mantissa = digits.includes('.') ? digits : `${digits}.0`;
  return `${mantissa}E${exponent.replace('+', '')}`;
}

const LONG_TEXT = /^[-+]?[0-9]+$/;

/** A decimal LONG with an optional sign; undefined when the text is anything else or does not fit 64 bits. */
export function parseLong(text: string): bigint | undefined {
  // Longer texts can be valid by leading zeros alone; Java reads those too, nobody writes them.
  if (text.length > 100 || !LONG_TEXT.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const DECIMAL = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
const HEXADECIMAL =
  /^([-+]?)0[xX](?:([0-9a-fA-F]+)\.?|([0-9a-fA-F]*)\.([0-9a-fA-F]+))[pP]([-+]?[0-9]+)$/;

/** A DOUBLE as Java reads it: blanks around it, a type suffix, NaN, Infinity and binary exponents are allowed. */
export function parseDouble(text: string): number | undefined {
  const bare = text.replace(/^[\0- ]+|[\0- ]+$/g, '');
  if (/^[-+]?NaN$/.test(bare)) return Number.NaN;
  const infinity = /^([-+]?)Infinity$/.exec(bare);
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
  const number = bare.replace(/[fFdD]$/, '');
  if (DECIMAL.test(number)) return Number(number);
  // A hexadecimal mantissa swallows no suffix: its exponent is decimal and never ends in f or d.
  return parseHexadecimal(HEXADECIMAL.exec(number));
}

function parseHexadecimal(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined;
  const [, sign, whole = '', part = '', fraction = '', exponent = '0'] = match;
  const mantissa = Number(BigInt(`0x${whole}${part}${fraction}`));
  const power = Math.max(-3000, Math.min(3000, Number(exponent) - 4 * fraction.length));
  // In three steps, because 2^power alone may leave the range of a DOUBLE when the product does not.
  const third = Math.trunc(power / 3);
  const value = mantissa * 2 ** third * 2 ** third * 2 ** (power - 2 * third);
  return sign === '-' ? -value : value;
}
