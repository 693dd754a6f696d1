"""What a register would say of the demo's companies: numbers that no real one can have.

Tax numbers are those of 统一社会信用代码 (GB 32100-2015), their last place right, under the region
code 990000, which no place in China has. Telephones begin with 0999-555, accounts with 999.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

#: GB 32100-2015, table 3: the letters without I, O, S, V and Z.
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
#: A firm (9) entered with a market authority (1), somewhere that is nowhere.
BEGINNING = "91990000"
BANKS = ("云汀商业银行（演示）砚池路支行", "霁川银行（演示）云栈支行", "榕屿银行（演示）星港支行")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The numbers that name one company."""

    tax_number: str
    bank: str
    account: str
    phone: str


def registration_of(key: str) -> Registration:
    """Give a company's numbers: always the same ones for one key."""
    rng = random.Random(f"countermark registry {key}")  # noqa: S311 - the same every time
    body = BEGINNING + "".join(rng.choice(LETTERS) for _ in range(9))
    return Registration(
        tax_number=body + check_letter(body),
        bank=rng.choice(BANKS),
        account="999" + "".join(rng.choice("0123456789") for _ in range(16)),
        phone=f"0999-555{rng.randrange(10_000):04d}",
    )


def check_letter(body: str) -> str:
    """Give the last place of a tax number whose first 17 these are."""
    total = sum(w * LETTERS.index(c) for w, c in zip(WEIGHTS, body, strict=True))
    return LETTERS[(31 - total % 31) % 31]
