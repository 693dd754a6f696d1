"""Ways in which durable-rules 2.0.28 drops a fact or answers wrong without a word, and its limits.

Rows as in :mod:`tests.rules.traps`; an outcome is what the module answers last, as text.
"""

from __future__ import annotations

from tests.rules.traps import ABOVE, ANY, HANDLE, JOIN, Trap, event, fact, fired, one, rules

TAKEN, NOT_MATCHED, OBSERVED = "(0, 1)", "(1, 1)", "(2, 1)"
ONE, TWO = fact('{"id":"1","x":1}'), fact('{"id":"1","x":2}')
#: The helper class of the package, whose threads swallow what goes wrong.
HOST = ("Host",)

LIES = (
    Trap(
        sentence="a batch with one bad fact: the rest is dropped",
        calls=(
            ABOVE,
            (
                "assert_events",
                HANDLE,
                '[{"id":"1","x":2},{"id":"2","x":Infinity},{"id":"3","x":3}]',
            ),
            *fired(),
        ),
        outcome="None",
    ),
    Trap(sentence="an exception in an action: the poster sees success", calls=(HOST,)),
    Trap(sentence="an action of more than 10 s: the session stays locked", calls=(HOST,)),
    Trap(sentence="a batch over several sessions: only the last one acts", calls=(HOST,)),
    Trap(
        sentence="an unknown operator with a text",
        calls=(one({"$foo": {"x": "y"}}), fact('{"id":"1","x":"y"}')),
        outcome=NOT_MATCHED,
    ),
    Trap(
        sentence="two names in one pattern: the second is ignored",
        calls=(rules(r={"all": [{"a": {"x": 1}, "b": {"y": 1}}]}), ONE),
        outcome=TAKEN,
    ),
    Trap(
        sentence="two fields in one condition: the second is ignored",
        calls=(one({"x": 1, "y": 2}), ONE),
        outcome=TAKEN,
    ),
    Trap(
        sentence="two fields in one comparison: the second is ignored",
        calls=(one({"$gt": {"x": 1, "y": 2}}), fact('{"id":"1","x":2,"y":0}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="a pattern that no rule has, referred to",
        calls=(rules(r={"all": [{"a": {"k": 1}}, {"b": {"$gt": {"v": {"zz": "v"}}}}]}),),
    ),
    Trap(
        sentence="one name for two patterns",
        calls=(rules(r={"all": [{"a": {"k": 1}}, {"a": {"k": 2}}]}),),
    ),
    Trap(
        sentence="a rule that asks only for what is not",
        calls=(rules(r={"all": [{"m$not": {"k": 1}}]}), fact('{"id":"1","k":2}')),
        outcome=NOT_MATCHED,
    ),
    Trap(
        sentence="a priority in words",
        calls=(rules(r={"pri": "high", "all": [{"m": {"x": 1}}]}),),
    ),
    Trap(
        sentence="a negative priority comes last",
        calls=(
            rules(a={"pri": -1, "all": [{"m": {"x": 1}}]}, b={"pri": 2, "all": [{"m": {"x": 1}}]}),
            ONE,
            *fired(),
        ),
        outcome='{"a":{"m":{"id":"1","x":1}}}',
    ),
    Trap(sentence="the id of a fact again", calls=(ANY, ONE, TWO), outcome=OBSERVED),
    Trap(
        sentence="OR: the rule fires once for each branch",
        calls=(one({"$or": [{"x": 1}, {"y": 1}]}), fact('{"id":"1","x":1,"y":1}'), *fired()),
        outcome='{"r":{"m":{"id":"1","x":1,"y":1}}}',
    ),
    Trap(
        sentence="an event fires one rule only",
        calls=(
            rules(a={"all": [{"m": {"x": 1}}]}, b={"all": [{"m": {"$gt": {"x": 0}}}]}),
            event('{"id":"1","x":1}'),
            *fired(),
        ),
        outcome="None",
    ),
    Trap(
        sentence="the poison pill: a fact without the joined field, and every later one fails",
        calls=(
            JOIN,
            fact('{"id":"1","k":1}'),
            fact('{"id":"2","k":2,"v":3}'),
            fact('{"id":"3","k":1,"v":1}'),
            fact('{"id":"4","k":2,"v":3}'),
        ),
        outcome="error code: 311",
    ),
    Trap(
        sentence="a count of 65,536 is a count of 1",
        calls=(rules(r={"count": 65536, "all": [{"m": {"x": 1}}]}), event('{"id":"1","x":1}')),
        outcome=TAKEN,
    ),
)

VALUES = (
    Trap(
        sentence="1e-05 as Python writes it loses the fact",
        calls=(ABOVE, fact('{"id":"1","x":1e-05}')),
        outcome="error code: 204",
    ),
    Trap(
        sentence="1e+16 as Python writes it loses the fact",
        calls=(ABOVE, fact('{"id":"1","x":1e+16}')),
        outcome="error code: 204",
    ),
    Trap(
        sentence="infinity loses the fact",
        calls=(ABOVE, fact('{"id":"1","x":Infinity}')),
        outcome="error code: 202",
    ),
    Trap(
        sentence="not a number is null, which is not unequal either",
        calls=(one({"$neq": {"x": 1}}), fact('{"id":"1","x":NaN}')),
        outcome=NOT_MATCHED,
    ),
    Trap(
        sentence="2^70 equals 2^63 - 1",
        calls=(one({"x": 2**63 - 1}), fact(f'{{"id":"1","x":{2**70}}}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="a whole number above 2^53 equals a float that it is not",
        calls=(one({"x": float(2**53)}), fact(f'{{"id":"1","x":{2**53 + 1}}}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="the text 5 equals the number 5, or not",
        calls=(one({"x": 5}), fact('{"id":"1","x":"5"}')),
    ),
    Trap(sentence="1 equals true", calls=(one({"x": True}), ONE), outcome=TAKEN),
    Trap(
        sentence="64 KB of text equal no text",
        calls=(one({"x": ""}), fact(f'{{"id":"1","x":"{"a" * 65536}"}}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="a number is later than any date",
        calls=(one({"$gte": {"x": "2026-01-12"}}), fact('{"id":"1","x":20260112}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="liquid and costarring are one field",
        calls=(one({"liquid": 1}), fact('{"id":"1","costarring":1}')),
        outcome=TAKEN,
    ),
    Trap(
        sentence="liquid and costarring are one id",
        calls=(ANY, fact('{"id":"costarring","x":1}'), fact('{"id":"liquid","x":1}')),
        outcome=OBSERVED,
    ),
    Trap(
        sentence="a.b is a field and a field within a field",
        calls=(one({"a.b": 1}), fact('{"id":"1","a":{"b":1}}')),
        outcome=TAKEN,
    ),
)

LIMITS = (
    Trap(
        sentence="65 matches at once lose the fact for all rules",
        calls=(
            rules(**{f"r{n}": {"all": [{"m": {"$gt": {"x": n}}}]} for n in range(65)}),
            fact('{"id":"1","x":99}'),
        ),
        outcome="error code: 303",
    ),
    Trap(
        sentence="260 fields",
        calls=(ANY, fact('{"id":"1",' + ",".join(f'"p{n}":1' for n in range(260)) + "}")),
        outcome="error code: 302",
    ),
    Trap(
        sentence="129 fields that must be absent",
        calls=(rules(**{f"r{n}": {"all": [{"m": {"$nex": {f"x{n}": 1}}}]} for n in range(129)}),),
        outcome="error code: 107",
    ),
    Trap(
        sentence="33 joins in one pattern",
        calls=(
            rules(
                r={
                    "all": [
                        {"a": {"k": 1}},
                        {"b": {"$and": [{"$gt": {f"v{n}": {"a": f"v{n}"}}} for n in range(33)]}},
                    ]
                }
            ),
        ),
        outcome="error code: 113",
    ),
    Trap(
        sentence="4,097 rules",
        calls=(
            rules(
                **{
                    f"r{n}": {"all": [{"m": {"$and": [{"k": n // 60}, {"$gt": {"x": n}}]}}]}
                    for n in range(4097)
                }
            ),
        ),
        outcome="error code: 106",
    ),
    Trap(sentence="a regular expression", calls=(one({"$mt": {"x": "a+"}}),)),
    Trap(sentence="a start without a fact", calls=(ANY, *fired())),
)
