// Powers, rounded to the nearest DOUBLE.
//
// The runtime's own `**` is often one unit off in the last digit, and which way depends on the machine. Here x^y is
// e^(y ln x) in whole numbers that stand for multiples of 2^-BITS.

const BITS = 160n;
const ONE = 1n << BITS;
const MANTISSA_BITS = 52n;
/** Powers of whole exponents up to here are multiplied out. */
const EXACT_EXPONENT = 64;
/** Beyond it, in powers of two, a result is 0 or infinite whatever its digits. */
const FAR = 1_100;

/** `base` to the power of `exponent`, as Java's Math.pow. */
export function power(base: number, exponent: number): number {
  const rough = base ** exponent;
  const size = Math.abs(base);
  const isPlain = Number.isFinite(base) && Number.isFinite(exponent) && size !== 0 && size !== 1;
  if (!isPlain || Number.isNaN(rough) || exponent === 0 || exponent === 1) return rough;
  if (Math.abs(exponent * Math.log2(size)) > FAR) return rough;
  const isWhole = Number.isInteger(exponent) && exponent > 0 && exponent <= EXACT_EXPONENT;
  const result = isWhole ? multiplied(size, exponent) : exponential(size, exponent);
  return rough < 0 ? -result : result;
}

/** A number above 0 as mantissa × 2^scale. */
function parts(value: number): { readonly mantissa: bigint; readonly scale: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const stored = Number(bits >> MANTISSA_BITS);
  const fraction = BigInt.asUintN(Number(MANTISSA_BITS), bits);
  const mantissa = stored === 0 ? fraction : fraction | (1n << MANTISSA_BITS);
  return { mantissa, scale: Math.max(stored, 1) - 1_075 };
}

/** mantissa × 2^scale, rounded once wherever the result is not subnormal. */
function joined(mantissa: bigint, scale: number): number {
  // Kept to what fits a DOUBLE before it is scaled, with a last bit that says whether anything was cut off.
  const excess = mantissa.toString(2).length - 64;
  if (excess <= 0) return scaled(Number(mantissa), scale);
  const cut = BigInt(excess);
  const kept = mantissa >> cut;
  const isCut = kept << cut !== mantissa;
  return scaled(Number(isCut ? kept | 1n : kept), scale + excess);
}

/** In two steps: the power alone may leave the range when the product does not. */
function scaled(value: number, scale: number): number {
  const half = Math.trunc(scale / 2);
  return value * 2 ** half * 2 ** (scale - half);
}

function multiplied(base: number, exponent: number): number {
  const { mantissa, scale } = parts(base);
  return joined(mantissa ** BigInt(exponent), scale * exponent);
}

/** Sum of a series whose first term is `first` and whose others follow from the one before. */
function series(first: bigint, next: (term: bigint, index: bigint) => bigint): bigint {
  let term = first;
  let sum = 0n;
  for (let index = 1n; term !== 0n; index += 1n) {
    sum += term;
    term = next(term, index);
  }
  return sum;
}

/** ln of a number near 1: 2 (z + z³/3 + z⁵/5 + …) with z = (x - 1) / (x + 1). */
function logarithm(value: bigint): bigint {
  const ratio = ((value - ONE) << BITS) / (value + ONE);
  const square = (ratio * ratio) >> BITS;
  let odd = ratio;
  return (
    2n *
    series(ratio, (_, index) => {
      odd = (odd * square) / ONE;
      return odd / (2n * index + 1n);
    })
  );
}

const LN_2 = logarithm(2n * ONE);
/** An exponent is halved so often before its series is summed. */
const HALVINGS = 8n;

function exponential(base: number, exponent: number): number {
  const { mantissa, scale } = parts(base);
  const length = mantissa.toString(2).length;
  // Between 1 and 2, then a factor of two aside.
  const fraction = (mantissa << BITS) >> BigInt(length - 1);
  const log = logarithm(fraction) + BigInt(scale + length - 1) * LN_2;
  const times = parts(Math.abs(exponent));
  const product = log * times.mantissa;
  const shifted =
    times.scale < 0 ? product >> BigInt(-times.scale) : product << BigInt(times.scale);
  const total = exponent < 0 ? -shifted : shifted;
  const twos = total / LN_2;
  const rest = (total - twos * LN_2) / (1n << HALVINGS);
  let result = series(ONE, (term, index) => (term * rest) / (ONE * index));
  for (let halving = 0n; halving < HALVINGS; halving += 1n) result = (result * result) >> BITS;
  return joined(result, Number(twos) - Number(BITS));
}
