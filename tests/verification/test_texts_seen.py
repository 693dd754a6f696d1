"""Texts held against earlier ones: what counts as the same, and what is a form filled in anew."""

from __future__ import annotations

import pytest

from tests.verification import prose
from verification.fingerprints.texts import FEWEST, compare, shingled
from verification.limits import Limits
from verification.printed.reading import text_of

OURS, THEIRS = prose.OURS, prose.THEIRS
ZH, EN = (prose.report(one, 1, prose.firm(one, 3)) for one in ("zh", "en"))


def named(words: list[str], old: str, new: str) -> list[str]:
    return [line.replace(old, new) for line in words]


@pytest.mark.parametrize(
    ("new", "earlier", "is_copy"),
    [
        pytest.param(ZH, ZH, True, id="the same words"),
        pytest.param(["".join(ZH)], ZH, True, id="the same in one paragraph"),
        pytest.param(" ".join(EN).upper().split("  "), EN, True, id="in capitals"),
        pytest.param(
            named(ZH, prose.firm("zh", 3), prose.firm("zh", 8)), ZH, True, id="another customer"
        ),
        pytest.param([*EN[:20], "All of this is somebody else's."], EN, True, id="an end"),
        pytest.param(prose.report("zh", 2, prose.firm("zh", 3)), ZH, False, id="another report"),
        pytest.param(prose.report("en", 2, prose.firm("en", 3)), EN, False, id="another, English"),
        pytest.param(
            prose.form("zh", 1, 1, 40),
            prose.form("zh", 1, 0, 40),
            False,
            id="a contract",
        ),
        pytest.param(prose.form("en", 1, 1), prose.form("en", 1, 0), False, id="a form, English"),
        pytest.param(ZH[:1], ZH[:1], False, id="a heading says too little"),
        pytest.param([], ZH, False, id="no words"),
        pytest.param(["。。。", "— — —"], ZH, False, id="punctuation alone"),
    ],
)
def test_texts(new: list[str], earlier: list[str], *, is_copy: bool) -> None:
    assert compare(shingled(new), shingled(earlier).all, ()).is_copy is is_copy


@pytest.mark.parametrize(
    ("new", "is_copy", "is_anew"),
    [
        pytest.param(prose.trial("甲公司", OURS), True, False, id="the same trial"),
        pytest.param(prose.trial("乙集团", OURS, "2026-11-20"), True, False, id="a name and a day"),
        pytest.param(prose.trial("乙集团", THEIRS), False, True, id="figures of its own"),
        pytest.param(
            prose.trial("乙集团", f"150 {OURS[4:]}"), True, False, id="one figure of its own"
        ),
        pytest.param(prose.report("zh", 2, "乙集团"), False, False, id="no such report"),
    ],
)
def test_figures_say_whether_a_template_was_filled_in_anew(
    new: list[str], *, is_copy: bool, is_anew: bool
) -> None:
    like = compare(shingled(new), shingled(prose.trial("甲公司", OURS)).all, ())
    assert (like.is_copy, like.is_anew) == (is_copy, is_anew)


def test_a_known_template_with_many_names_and_the_figures_of_another_is_a_copy() -> None:
    known = shingled(prose.trial("丙医院", "1 2 3 4 5 6 7 8 9 10 11 12")).all
    earlier = shingled(prose.trial("甲公司", OURS)).all
    names = "乙集团有限责任公司信息技术部"
    other = [line.replace("甲公司", names) for line in prose.trial("甲公司", OURS)]
    new = shingled([*other, f"签署人 {names}", f"经手 {names[:5]}", f"{names[3:9]} 认可"])
    assert compare(new, earlier, known).is_copy
    anew = shingled([line.replace("甲公司", names) for line in prose.trial("甲公司", THEIRS)])
    assert not compare(anew, earlier, known).is_copy


def test_changed_lines_are_named() -> None:
    new = [*EN]
    new[7] = "Nothing of this sentence stands anywhere in what came before it."
    like = compare(shingled(new), shingled(EN).all, ())
    assert (like.is_copy, like.changed) == (True, (7,))


def test_what_a_template_prints_does_not_count() -> None:
    template = shingled(ZH)
    assert not compare(template, template.all, template.all).is_copy
    own = template.sample[:FEWEST]
    assert compare(template, template.all, template.all - set(own)).is_copy


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_a_document_and_its_print_hold_one_text(words: list[str]) -> None:
    read = []
    for data, kind in ((prose.docx(words), "docx"), (prose.pdf(words, 40), "pdf")):
        printed = text_of(data, kind, Limits())
        assert printed is not None
        read.append(shingled([row.text for row in printed.rows]))
    assert compare(read[1], read[0].all, ()).is_copy
