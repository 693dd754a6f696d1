"""Every format that is known by name: media types, other extensions, words for people."""

from __future__ import annotations

from dataclasses import dataclass

_OPEN = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_WORD, _EXCEL, _POINT = (
    "application/vnd.ms-word",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format; its name is its usual extension."""

    name: str
    media_type: str
    #: Other extensions that a file of this format honestly carries.
    aliases: frozenset[str] = frozenset()
    #: Other media types that programs send for it.
    media_aliases: frozenset[str] = frozenset()


def _format(name: str, media_type: str, aliases: str = "", media_aliases: str = "") -> Format:
    return Format(
        name=name,
        media_type=media_type,
        aliases=frozenset(aliases.split()),
        media_aliases=frozenset(media_aliases.split()),
    )


_ALL = (
    _format("pdf", "application/pdf", "ai", "application/x-pdf"),
    _format("ofd", "application/ofd", "", "application/vnd.ofd application/x-ofd"),
    # Office Open XML. WPS saves its own extensions in these very formats.
    _format("docx", f"{_OPEN}wordprocessingml.document", "wps", "application/kswps"),
    _format("dotx", f"{_OPEN}wordprocessingml.template", "wpt"),
    _format("docm", f"{_WORD}.document.macroEnabled.12"),
    _format("dotm", f"{_WORD}.template.macroEnabled.12"),
    _format("xlsx", f"{_OPEN}spreadsheetml.sheet", "et", "application/kset"),
    _format("xltx", f"{_OPEN}spreadsheetml.template", "ett"),
    _format("xlsm", f"{_EXCEL}.sheet.macroEnabled.12"),
    _format("xltm", f"{_EXCEL}.template.macroEnabled.12"),
    _format("xlsb", f"{_EXCEL}.sheet.binary.macroEnabled.12"),
    _format("xlam", f"{_EXCEL}.addin.macroEnabled.12"),
    _format("pptx", f"{_OPEN}presentationml.presentation", "dps", "application/ksdps"),
    _format("ppsx", f"{_OPEN}presentationml.slideshow"),
    _format("potx", f"{_OPEN}presentationml.template", "dpt"),
    _format("pptm", f"{_POINT}.presentation.macroEnabled.12"),
    _format("ppsm", f"{_POINT}.slideshow.macroEnabled.12"),
    _format("potm", f"{_POINT}.template.macroEnabled.12"),
    _format("vsdx", "application/vnd.ms-visio.drawing"),
    # Encrypted: which of them it is, only the password tells.
    _format("ooxml", "application/x-tika-ooxml-protected", "docx xlsx xlsm xlsb pptx docm pptm"),
    # Compound files.
    _format("doc", "application/msword", "dot wps wpt", "application/kswps"),
    _format("xls", _EXCEL, "xlt xla et ett", "application/msexcel application/kset"),
    _format("ppt", _POINT, "pps pot dps dpt", "application/mspowerpoint application/ksdps"),
    _format("msg", "application/vnd.ms-outlook", "oft"),
    _format("vsd", "application/vnd.visio"),
    _format("msi", "application/x-msi"),
    _format("wps", "application/kswps", "doc wpt", "application/vnd.ms-works application/msword"),
    _format("et", "application/kset", "xls ett", _EXCEL),
    _format("dps", "application/ksdps", "ppt dpt", _POINT),
    _format("odt", f"{_ODF}text"),
    _format("ott", f"{_ODF}text-template"),
    _format("ods", f"{_ODF}spreadsheet"),
    _format("ots", f"{_ODF}spreadsheet-template"),
    _format("odp", f"{_ODF}presentation"),
    _format("otp", f"{_ODF}presentation-template"),
    _format("odg", f"{_ODF}graphics"),
    _format("odf", f"{_ODF}formula"),
    _format("otg", f"{_ODF}graphics-template"),
    _format("odc", f"{_ODF}chart"),
    _format("odm", f"{_ODF}text-master"),
    # What OpenOffice wrote before there was a standard.
    _format("sxw", "application/vnd.sun.xml.writer"),
    _format("sxc", "application/vnd.sun.xml.calc"),
    _format("sxi", "application/vnd.sun.xml.impress"),
    _format("epub", "application/epub+zip"),
    # Mail and the web.
    _format("eml", "message/rfc822", "emlx mht mhtml", "multipart/related"),
    _format("mht", "multipart/related", "mhtml eml", "message/rfc822 application/x-mimearchive"),
    _format("html", "text/html", "htm xhtml md", "application/xhtml+xml"),
    _format("svg", "image/svg+xml", "", "text/xml application/xml"),
    _format("xml", "application/xml", "rels xsd xsl xslt rss", "text/xml"),
    _format("rtf", "application/rtf", "", "text/rtf text/richtext application/msword"),
    # Windows announces a CSV as Excel's, and browsers as plain text.
    _format("csv", "text/csv", "txt", f"text/plain {_EXCEL} application/csv text/x-csv"),
    _format("txt", "text/plain", "text log md csv tsv json yaml yml ini cfg conf", "text/csv"),
    # Pictures.
    _format("png", "image/png", "", "image/x-png"),
    _format("jpg", "image/jpeg", "jpeg jpe jfif", "image/jpg image/pjpeg"),
    _format("gif", "image/gif"),
    _format("webp", "image/webp"),
    _format(
        "tif", "image/tiff", "tiff nef dng arw pef nrw sr2 srw 3fr", "image/tif image/x-nikon-nef"
    ),
    _format("bmp", "image/bmp", "dib", "image/x-ms-bmp image/x-bmp"),
    _format("heic", "image/heic", "heif", "image/heif image/heic-sequence image/heif-sequence"),
    _format("avif", "image/avif", "avifs", "image/avif-sequence"),
    _format("psd", "image/vnd.adobe.photoshop"),
    _format("ico", "image/vnd.microsoft.icon", "", "image/x-icon"),
    _format("cr2", "image/x-canon-cr2"),
    _format("cr3", "image/x-canon-cr3"),
    _format("raf", "image/x-fuji-raf"),
    _format("orf", "image/x-olympus-orf"),
    _format("rw2", "image/x-panasonic-rw2", "rwl"),
    _format("x3f", "image/x-sigma-x3f"),
    _format("jp2", "image/jp2", "jpx jpf j2k", "image/jpx"),
    _format("jxl", "image/jxl"),
    # Sound and film.
    _format("mp4", "video/mp4", "m4v f4v m4a", "video/x-m4v application/mp4 audio/mp4"),
    _format("mov", "video/quicktime", "qt"),
    _format("3gp", "video/3gpp", "3gpp 3g2", "audio/3gpp video/3gpp2"),
    _format("m4a", "audio/mp4", "m4b m4p", "audio/x-m4a audio/m4a"),
    _format("wav", "audio/wav", "wave", "audio/x-wav audio/wave audio/vnd.wave"),
    _format("mp3", "audio/mpeg", "", "audio/mp3 audio/x-mp3"),
    _format("webm", "video/webm", "", "audio/webm"),
    _format("mkv", "video/matroska", "mka", "video/x-matroska"),
    _format("avi", "video/x-msvideo", "", "video/avi"),
    _format("flac", "audio/flac", "", "audio/x-flac"),
    _format("ogg", "audio/ogg", "oga ogv opus", "video/ogg application/ogg"),
    _format("amr", "audio/amr"),
    _format("asf", "video/x-ms-asf", "wmv wma", "video/x-ms-wmv audio/x-ms-wma"),
    _format("aif", "audio/aiff", "aiff aifc", "audio/x-aiff"),
    # Archives and programs: recognised so that they can be refused by name.
    _format("zip", "application/zip", "jar", "application/x-zip-compressed application/x-zip"),
    _format("7z", "application/x-7z-compressed"),
    _format("rar", "application/vnd.rar", "", "application/x-rar-compressed application/x-rar"),
    _format("gz", "application/gzip", "tgz svgz emz wmz", "application/x-gzip"),
    _format("bz2", "application/x-bzip2", "tbz2"),
    _format("xz", "application/x-xz", "txz"),
    _format("tar", "application/x-tar"),
    _format("iso", "application/x-iso9660-image", "img"),
    _format("dcm", "application/dicom"),
    _format("ps", "application/postscript", "eps ai"),
    _format("exe", "application/vnd.microsoft.portable-executable", "dll scr sys com"),
    _format("elf", "application/x-elf", "so"),
)

FORMATS: dict[str, Format] = {entry.name: entry for entry in _ALL}

#: Archives, wherever they lie: their content is not examined.
ARCHIVES = frozenset({"zip", "7z", "rar", "gz", "bz2", "xz", "tar", "iso"})
#: ZIP archives that are documents.
PACKAGES = frozenset(
    entry.name
    for entry in _ALL
    if ".openxmlformats-" in entry.media_type
    or "macroEnabled" in entry.media_type
    or entry.media_type.startswith((_ODF, "application/vnd.sun.xml."))
    or entry.name in {"vsdx", "epub", "ofd"}
)
#: Packages of Office Open XML.
OFFICE = frozenset(
    entry.name
    for entry in _ALL
    if ".openxmlformats-" in entry.media_type or "macroEnabled" in entry.media_type
)
#: Packages of Office Open XML that must hold no macros.
MACRO_FREE = frozenset({"docx", "dotx", "xlsx", "xltx", "pptx", "ppsx", "potx"})

#: What the sender says when he says nothing.
UNDECLARED = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/force-download",
        "application/x-download",
    }
)


def known_extensions() -> frozenset[str]:
    """Give every extension that names some format of the table."""
    return frozenset(FORMATS) | frozenset(alias for entry in _ALL for alias in entry.aliases)


def fits_extension(name: str, extension: str) -> bool:
    """Say whether a file of format `name` may carry that extension (lower case)."""
    return extension == name or extension in FORMATS[name].aliases


def fits_media_type(name: str, media_type: str) -> bool:
    """Say whether a file of format `name` may be sent under that media type (bare, lower case)."""
    entry = FORMATS[name]
    return media_type == entry.media_type.lower() or media_type in entry.media_aliases


def bare_media_type(declared: str | None) -> str | None:
    """Give the declared type without parameters, lower case; None where nothing is declared."""
    bare = (declared or "").partition(";")[0].strip().lower()
    return None if bare in UNDECLARED else bare
