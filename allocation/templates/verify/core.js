"use strict";
// What every check stands on: hashes, the one written form, exact numbers, days, receipts. No network, no library.
// It repeats verify.py in another language; tests/test_page.py holds both against each other.

const TEXT = new TextEncoder();
const utf8 = (text) => TEXT.encode(text);
const hexOf = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// -- hashes -----------------------------------------------------------------------------------------------------------

// The constants of SHA-2 as FIPS 180-4 defines them: the first 64 bits of the fractions of roots of the first primes;
// SHA-256 takes the first 32 bits of the same.
function fractionOfRoot(prime, degree) {
  const target = BigInt(prime) << BigInt(64 * degree);
  let low = 0n, high = BigInt(prime) << 64n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle - 1n;
  }
  return low & 0xffffffffffffffffn;
}
const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const ROUND64 = PRIMES.map((prime) => fractionOfRoot(prime, 3));
const START64 = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2));
const ROUND32 = Int32Array.from(ROUND64.slice(0, 64), (n) => Number(n >> 32n));
const START32 = Int32Array.from(START64, (n) => Number(n >> 32n));
const SCHEDULE = new Int32Array(64);

function sha256(data) {
  const length = data.length, size = (length + 72) & ~63;
  const tail = new Uint8Array(Math.min(size, 128)), from = size - tail.length;
  tail.set(data.subarray(from));
  tail[length - from] = 0x80;
  const bits = new DataView(tail.buffer);
  bits.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
  bits.setUint32(tail.length - 4, (length << 3) >>> 0);
  const state = Int32Array.from(START32);
  for (let at = 0; at < from; at += 64) block256(state, data, at);
  for (let at = 0; at < tail.length; at += 64) block256(state, tail, at);
  const out = new Uint8Array(32);
  for (let i = 0; i < 32; i++) out[i] = state[i >> 2] >>> (24 - 8 * (i & 3));
  return out;
}

function block256(state, data, at) {
  const w = SCHEDULE;
  for (let i = 0; i < 16; i++, at += 4) w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND32[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function sha512(data) {
  const M = 0xffffffffffffffffn, turn = (x, n) => ((x >> n) | (x << (64n - n))) & M;
  const whole = new Uint8Array((data.length + 144) & ~127);
  whole.set(data);
  whole[data.length] = 0x80;
  whole.set(bytesOf((data.length * 8).toString(16).padStart(16, "0")), whole.length - 8);
  let state = START64;
  for (let at = 0; at < whole.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => BigInt("0x" + hexOf(whole.subarray(at + 8 * i, at + 8 * i + 8))));
    for (let i = 16; i < 80; i++) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w.push((w[i - 16] + s0 + w[i - 7] + s1) & M);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const t1 = h + s1 + ((e & f) ^ (~e & g & M)) + ROUND64[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & M, c, b, a, (t1 + t2) & M];
    }
    state = [a, b, c, d, e, f, g, h].map((n, i) => (n + state[i]) & M);
  }
  return bytesOf(state.map((n) => n.toString(16).padStart(16, "0")).join(""));
}

// -- Ed25519 (RFC 8032), for browsers whose WebCrypto has none ----------------------------------------------------------

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (n, m = P) => ((n % m) + m) % m;

function power(base, exponent) {
  let found = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) found = mod(found * b);
  return found;
}
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);

// Points as [X, Y, Z, T] with x = X/Z, y = Y/Z, x·y = T/Z.
function plus(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0])), b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D), d = mod(2n * p[2] * q[2]);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(n, point) {
  let found = [0n, 1n, 1n, 0n];
  for (let p = point; n > 0n; n >>= 1n, p = plus(p, p)) if (n & 1n) found = plus(found, p);
  return found;
}

const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

// null = these 32 bytes are no point of the curve in its one written form
function pointOf(bytes) {
  const both = little(bytes), sign = both >> 255n, y = both & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(mod(u * power(v, 7n)), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT);
  if (mod(v * x * x) !== u || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function signedBy(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const a = pointOf(key), r = pointOf(signature.subarray(0, 32)), s = little(signature.subarray(32));
  if (!a || !r || s >= L) return false;
  const base = pointOf(bytesOf("58" + "66".repeat(31)));
  const k = mod(little(sha512(joined(signature.subarray(0, 32), key, message))), L);
  const left = times(s, base), right = plus(r, times(k, a));
  return mod(left[0] * right[2] - right[0] * left[2]) === 0n && mod(left[1] * right[2] - right[1] * left[2]) === 0n;
}

// -- the one written form -----------------------------------------------------------------------------------------------

// The order of Python and of UTF-8 bytes; JavaScript's own puts characters beyond U+FFFF before U+E000 … U+FFFF.
function byCodePoint(one, other) {
  const end = Math.min(one.length, other.length);
  for (let i = 0; i < end; i++) {
    const a = one.charCodeAt(i), b = other.charCodeAt(i);
    if (a !== b) return (a >= 0xd800 && a < 0xe000 ? a + 0x10000 : a) - (b >= 0xd800 && b < 0xe000 ? b + 0x10000 : b);
  }
  return one.length - other.length;
}

const LONE = /[\ud800-\udfff]/u;

function quoted(text) {
  if (LONE.test(text)) throw new Error("half a character");
  return JSON.stringify(text);
}

function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value instanceof Map) return canonical(Object.assign(Object.create(null), Object.fromEntries(value)));
  if (value !== null && typeof value === "object" && !(value instanceof Odd)) {
    const keys = Object.keys(value).sort(byCodePoint);
    return "{" + keys.map((key) => quoted(key) + ":" + canonical(value[key])).join(",") + "}";
  }
  return typeof value === "string" ? quoted(value) : String(value);
}

// -- exact numbers ------------------------------------------------------------------------------------------------------

const abs = (n) => (n < 0n ? -n : n);

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

// A fraction in lowest terms, its denominator above zero.
class Ratio {
  constructor(top, bottom = 1n) {
    const common = gcd(abs(top), bottom) || 1n;
    this.top = top / common;
    this.bottom = bottom / common;
  }
  // A whole number, or decimal text such as -12.50.
  static of(value) {
    if (value instanceof Ratio) return value;
    if (typeof value !== "string") return new Ratio(BigInt(value));
    const [whole, rest = ""] = value.split(".");
    return new Ratio(BigInt(whole + rest), 10n ** BigInt(rest.length));
  }
  times(other) {
    const o = Ratio.of(other);
    return new Ratio(this.top * o.top, this.bottom * o.bottom);
  }
  compare(other) {
    const o = Ratio.of(other), difference = this.top * o.bottom - o.top * this.bottom;
    return difference < 0n ? -1 : Number(difference > 0n);
  }
  // half up, away from zero
  rounded() {
    const size = (2n * abs(this.top) + this.bottom) / (2n * this.bottom);
    return this.top < 0n ? -size : size;
  }
  toString() {
    return this.bottom === 1n ? String(this.top) : `${this.top}/${this.bottom}`;
  }
}

// Towards the greater whole number.
function ceiling(top, bottom) {
  const near = top / bottom;
  return near * bottom !== top && (top < 0n) === (bottom < 0n) ? near + 1n : near;
}

// -- days ---------------------------------------------------------------------------------------------------------------

const LEAP = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const MONTHS = (year) => [31, LEAP(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// The number of a day, 0001-01-01 = 1 (a Monday); NaN = no such day.
function dayOf(text) {
  const [year, month, day] = text.split("-").map(Number), months = MONTHS(year);
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= months[month - 1])) return NaN;
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return 365 * before + leaps + months.slice(0, month - 1).reduce((sum, n) => sum + n, 0) + day;
}

function dayText(number) {
  if (!(number >= 1 && number <= 3652059)) throw new Error("no such day");
  let year = Math.max(1, Math.floor(number / 366));
  while (dayOf(`${year + 1}-1-1`) <= number) year++;
  let rest = number - dayOf(`${year}-1-1`), month = 0;
  for (const months = MONTHS(year); rest >= months[month]; month++) rest -= months[month];
  return [String(year).padStart(4, "0"), String(month + 1).padStart(2, "0"), String(rest + 1).padStart(2, "0")].join("-");
}

const isWeekend = (number) => (number - 1) % 7 >= 5;

// -- receipts -----------------------------------------------------------------------------------------------------------

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes) {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) || []).map((five) => BASE32[parseInt(five.padEnd(5, "0"), 2)]).join("");
}

function fromBase32(text) {
  let bits = "";
  for (const sign of text) bits += BASE32.indexOf(sign).toString(2).padStart(5, "0");
  return Uint8Array.from(bits.match(/.{8}/g) || [], (eight) => parseInt(eight, 2));
}
