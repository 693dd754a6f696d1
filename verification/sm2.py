"""SM2 signatures over the national curve, verified with integers alone (GB/T 32918.2, .5; SM3).

Nothing here is secret, so nothing has to take the same time for every value: points are walked by
windows of signed digits, both scalars in one pass (Shamir's trick), which costs about 2 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from cryptography.hazmat.primitives import hashes

#: sm2p256v1, GB/T 32918.5, annex A: y² = x³ - 3x + B over the integers modulo P.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
#: The identity that signers use where none was agreed on (GM/T 0009, 10).
DEFAULT_ID = b"1234567812345678"

_BYTES = 32
_UNCOMPRESSED, _EVEN, _ODD = 4, 2, 3
#: Digits of so many bits: the base point has a table for good, a key needs one each time.
_BASE_WINDOW, _KEY_WINDOW = 8, 5

#: x and y; None is the point at infinity.
Point = tuple[int, int]
#: X, Y, Z with x = X/Z² and y = Y/Z³; Z is 0 at infinity.
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


class PointError(ValueError):
    """Bytes that are no point of the curve."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: a point that was found on the curve."""

    x: int
    y: int

    def digest(self, message: bytes, identity: bytes = DEFAULT_ID) -> bytes:
        """Give e = SM3(Z ‖ message), Z being the digest of identity, curve and key."""
        fields = (P - 3, B, *G, self.x, self.y)
        bits = (8 * len(identity)).to_bytes(2)
        parts = (bits, identity, *(number.to_bytes(_BYTES) for number in fields))
        return sm3(sm3(b"".join(parts)) + message)


def sm3(data: bytes) -> bytes:
    """Digest by SM3 (GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def read_key(encoded: bytes) -> Key:
    """Read a point as certificates hold it (SEC 1, 2.3.4). Raises PointError."""
    form, body = encoded[:1], encoded[1:]
    x = int.from_bytes(body[:_BYTES])
    if form == bytes([_UNCOMPRESSED]) and len(body) == 2 * _BYTES:
        y = int.from_bytes(body[_BYTES:])
    elif form in {bytes([_EVEN]), bytes([_ODD])} and len(body) == _BYTES:
        y = pow(_right_side(x), (P + 1) // 4, P)
        y = y if y % 2 == form[0] % 2 else P - y
    else:
        raise PointError(f"{len(encoded)} bytes are no point of sm2p256v1 (65 or 33 are)")
    if not (x < P and y < P and y * y % P == _right_side(x)):
        raise PointError("the point is not on the curve sm2p256v1")
    return Key(x, y)


def verify(key: Key, digest: bytes, signature: tuple[int, int]) -> bool:
    """Tell whether (r, s) signs `digest`, which is e of `Key.digest` (GB/T 32918.2, 7.1)."""
    r, s = signature
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    point = multiply_two(s, t, (key.x, key.y))
    return point is not None and (int.from_bytes(digest) + point[0]) % N == r


def multiply_two(base: int, scalar: int, point: Point) -> Point | None:
    """Give base·G + scalar·point; None for the point at infinity."""
    tables = (_BASE_TABLE, _odd_multiples(point, _KEY_WINDOW))
    digits = zip_longest(
        _signed_digits(base, _BASE_WINDOW), _signed_digits(scalar, _KEY_WINDOW), fillvalue=0
    )
    total = _INFINITY
    for pair in reversed(list(digits)):
        total = _double(total)
        for digit, table in zip(pair, tables, strict=True):
            if digit:
                x, y = table[abs(digit) >> 1]
                total = _add(total, (x, y if digit > 0 else P - y))
    return _flatten([total])[0] if total[2] else None


def _right_side(x: int) -> int:
    return (x * x * x - 3 * x + B) % P


def _signed_digits(scalar: int, window: int) -> list[int]:
    """Write `scalar` in odd digits below 2^(window-1), at least `window`-1 zeros between two."""
    digits: list[int] = []
    full, half = 1 << window, 1 << (window - 1)
    while scalar:
        digit = 0
        if scalar & 1:
            digit = scalar % full
            digit -= full if digit >= half else 0
            scalar -= digit
        digits.append(digit)
        scalar >>= 1
    return digits


def _odd_multiples(point: Point, window: int) -> list[Point]:
    """Give 1, 3, 5 … times the point."""
    twice = _flatten([_double((*point, 1))])[0]
    multiples: list[_Jacobian] = [(*point, 1)]
    for _ in range((1 << (window - 2)) - 1):
        multiples.append(_add(multiples[-1], twice))
    return _flatten(multiples)


def _flatten(points: list[_Jacobian]) -> list[Point]:
    """Bring points to Z = 1 with a single inversion for all of them."""
    products = [1]
    for point in points:
        products.append(products[-1] * point[2] % P)
    inverse = pow(products[-1], -1, P)
    flat: list[Point] = []
    for point, product in zip(reversed(points), reversed(products[:-1]), strict=True):
        each = inverse * product % P
        inverse = inverse * point[2] % P
        square = each * each % P
        flat.append((point[0] * square % P, point[1] * square * each % P))
    return flat[::-1]


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    squares = z * z % P
    slope = 3 * (x - squares) * (x + squares) % P
    square = y * y % P
    beta = 4 * x * square % P
    new_x = (slope * slope - 2 * beta) % P
    new_y = (slope * (beta - new_x) - 8 * square * square) % P
    return new_x, new_y, 2 * y * z % P


def _add(point: _Jacobian, flat: Point) -> _Jacobian:
    """Add a point with Z = 1."""
    x, y, z = point
    if not z:
        return (*flat, 1)
    squares = z * z % P
    across = (flat[0] * squares - x) % P
    up = (flat[1] * squares * z - y) % P
    if not across:
        return _INFINITY if up else _double(point)
    square = across * across % P
    cube = square * across % P
    middle = x * square % P
    new_x = (up * up - cube - 2 * middle) % P
    new_y = (up * (middle - new_x) - y * cube) % P
    return new_x, new_y, z * across % P


_BASE_TABLE = _odd_multiples(G, _BASE_WINDOW)
