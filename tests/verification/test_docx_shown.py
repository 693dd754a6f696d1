"""What is read of a Word document is what Word shows of it, and what its signature covers."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest

from tests.verification import office_signing as office
from tests.verification import signing
from tests.verification.test_letters import ASKED, GOOD, LACKS, REFUSED, ZH, judge, lines, told
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:w14="{_WORD2010}" xmlns:e="urn:else" mc:Ignorable="w14 e" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_BODY = "word/document.xml"
#: A letter in which nothing decides, and the words that would.
OPEN = lines(replace(ZH, about="关于智能工厂一期项目", body=("来函收悉。",)))
YES, NO = "经研究，同意按该方案实施。", "董事会不同意本方案。"


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{escape(words)}</w:t></w:r>"


def body(*paragraphs: str) -> bytes:
    whole = "".join(one if one.startswith("<") else paragraph(run(one)) for one in paragraphs)
    return f"<w:document {_SPACES}><w:body>{whole}</w:body></w:document>".encode()


def letter(*paragraphs: str) -> office.Parts:
    return {**office.document(), _BODY: body(*paragraphs)}


def with_(piece: str, texts: list[str] = OPEN) -> office.Parts:
    return letter(*texts[:3], piece, *texts[3:])


def branches(requires: str, inside: str, otherwise: str) -> str:
    return paragraph(
        f'<mc:AlternateContent><mc:Choice Requires="{requires}">{inside}</mc:Choice>'
        f"<mc:Fallback>{otherwise}</mc:Fallback></mc:AlternateContent>"
    )


_FIELD = "".join(
    f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>{then}'
    for mark, then in (("begin", run(YES)), ("separate", run("1")), ("end", ""))
)
_BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{}'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
NOT_SHOWN = {
    "hidden letters": paragraph(run(YES, "<w:vanish/>")),
    "pale letters that say they are not hidden": paragraph(
        run(YES, '<w:vanish w:val="0"/><w:color w:val="FAF8F4"/>')
    ),
    "white letters": paragraph(run(YES, '<w:color w:val="FFFFFF"/>')),
    "letters of one point": paragraph(run(YES, '<w:sz w:val="2"/>')),
    "an element that is to be ignored": paragraph(f"<e:x>{run(YES)}</e:x>"),
    "a branch for programs that know more": branches("e", run(YES), ""),
    "another branch than Word's": branches("w14", run("附件一"), run(YES)),
    "the code of a field": paragraph(_FIELD),
    "deleted words": paragraph(f"<w:del>{run(YES)}</w:del>"),
}
SHOWN = {
    "letters that are not hidden after all": paragraph(run(YES, '<w:vanish w:val="0"/>')),
    "white letters on a ground of their own": paragraph(
        run(YES, '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>')
    ),
    "both branches say the same": branches("w14", run(YES), run(YES)),
    "branches that differ in a sign": branches("w14", run(f"{YES}●"), run(f"{YES}■")),
    "a text box": paragraph(_BOX.format(paragraph(run(YES)))),
    "words put in": paragraph(f"<w:ins>{run(YES)}</w:ins>"),
}
REFUSING = {
    "two pieces": paragraph(run("董事会不") + run("同意本方案。")),
    "a sign by its number": paragraph(
        run("董事会") + '<w:r><w:sym w:font="SimSun" w:char="4E0D"/></w:r>' + run("同意本方案。")
    ),
    "a paragraph that was moved": f"<w:moveTo>{paragraph(run(NO))}</w:moveTo>",
    "a cell in a control": "<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>"
    f"{paragraph(run(NO))}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
    "a formula": paragraph(
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        f"<m:r><m:t>{NO}</m:t></m:r></m:oMath>"
    ),
    "a branch that holds a paragraph": branches("w14", paragraph(run(NO)), paragraph(run(NO)))[
        5:-6
    ],
}


@pytest.mark.parametrize("piece", NOT_SHOWN.values(), ids=list(NOT_SHOWN))
def test_an_approval_that_nobody_sees_approves_nothing(piece: str) -> None:
    assert told(judge(office.packed(with_(piece)), "a.docx")) == [LACKS]


@pytest.mark.parametrize("piece", SHOWN.values(), ids=list(SHOWN))
def test_an_approval_that_is_seen_approves(piece: str) -> None:
    assert told(judge(office.packed(with_(piece)), "a.docx")) == GOOD


@pytest.mark.parametrize("piece", REFUSING.values(), ids=list(REFUSING))
def test_a_refusal_that_is_seen_refuses(piece: str) -> None:
    assert told(judge(office.packed(with_(piece, lines(ZH))), "a.docx")) == [REFUSED]


def test_elements_that_are_dropped_in_part_leave_the_letter_unread() -> None:
    piece = paragraph(f'<e:x mc:ProcessContent="e:y">{run(YES)}</e:x>')
    assert told(judge(office.packed(with_(piece)), "a.docx")) == [LACKS]


def test_what_is_put_in_from_another_file_leaves_the_letter_unread() -> None:
    piece = '<w:altChunk xmlns:r="urn:r" r:id="rId9"/>'
    assert told(judge(office.packed(with_(piece, lines(ZH))), "a.docx")) == [LACKS]


def test_a_hidden_style_hides_below_it() -> None:
    styles = (
        f'<w:styles xmlns:w="{_W}"><w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    ).encode()
    parts = with_(paragraph(run(YES, '<w:rStyle w:val="b"/>')))
    assert told(judge(office.packed({**parts, "word/styles.xml": styles}), "a.docx")) == [LACKS]
    assert told(judge(office.packed(parts), "a.docx")) == GOOD


def other_document(parts: office.Parts) -> office.Parts:
    """Let the package lead to another part than the usual one, and leave the usual one there."""
    moved = {name: part for name, part in parts.items() if not name.startswith("word/")}
    old, new = b"word/document.xml", b"word/other.xml"
    return {
        **moved,
        "word/other.xml": parts[_BODY],
        "_rels/.rels": parts["_rels/.rels"].replace(old, new),
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(old, new),
    }


def test_the_document_is_the_one_to_which_the_package_leads() -> None:
    parts = other_document(letter(*lines(ZH), NO))
    assert told(judge(office.packed({**parts, _BODY: body(*lines(ZH))}), "a.docx")) == [REFUSED]


def test_a_package_that_leads_to_two_documents_is_not_read() -> None:
    parts = letter(*lines(ZH))
    second = '<Relationship Id="x" Type="{}/officeDocument" Target="word/styles.xml"/>'
    for kind, answer in ((office.OFFICE, [LACKS]), ("urn:else", GOOD)):
        added = f"{second.format(kind)}</Relationships>".encode()
        rows = parts["_rels/.rels"].replace(b"</Relationships>", added)
        assert told(judge(office.packed({**parts, "_rels/.rels": rows}), "a.docx")) == answer


def head(words: str) -> bytes:
    return f'<w:hdr xmlns:w="{_W}">{paragraph(run(words))}</w:hdr>'.encode()


def test_a_head_that_no_section_names_is_not_read() -> None:
    reference = (
        '<w:sectPr xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<w:headerReference r:id="rIdHead"/></w:sectPr>'
    )
    rows = (*office.BODY_ROWS, ("rIdHead", office.OFFICE + "/header", "header1.xml"))
    named = letter(*OPEN, reference)
    named["word/_rels/document.xml.rels"] = office.relationships(*rows)
    loose = {**letter(*OPEN), "word/header1.xml": head(YES)}
    assert told(judge(office.packed({**named, "word/header1.xml": head(YES)}), "a.docx")) == GOOD
    assert told(judge(office.packed(loose), "a.docx")) == [LACKS]


def signed_letter(parts: office.Parts) -> list[tuple[Status, str | None]]:
    """Judge a letter that must be signed: first the verdict, then what the letter says."""
    requirement = Requirement(content=Content(letter=ASKED))
    terms = Terms(
        at=signing.NOW,
        policy=load("signed"),
        requirement=requirement,
        anchors=(signing.authority().der,),
    )
    report = verify(Submission(data=office.packed(parts), name="a.docx"), terms)
    findings = [one for one in report.checks if one.id == "letter.content"]
    return [(report.verdict, report.sub_indication), *told(findings)]


def test_nothing_put_beside_a_signed_letter_is_read_as_part_of_it() -> None:
    honest = office.signed(letter(*lines(ZH)))
    assert signed_letter(honest) == [GOOD[0], *GOOD]
    silent = office.signed(letter(*OPEN))
    assert signed_letter({**silent, "word/header1.xml": head(YES)}) == [LACKS, LACKS]


def test_the_words_of_a_signed_letter_are_those_that_were_signed() -> None:
    rows = (("rId1", office.OFFICE + "/officeDocument", "word/other.xml"),)
    how = office.How(covered={"_rels/.rels": rows, "word/other.xml": None})
    parts = other_document(letter(*lines(ZH), NO))
    signed = office.signed(parts, how)
    assert signed_letter(signed) == [REFUSED, REFUSED]
    assert signed_letter({**signed, _BODY: body(*lines(ZH))}) == [REFUSED, REFUSED]
