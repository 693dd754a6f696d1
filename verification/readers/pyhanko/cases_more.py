"""Further cases of PDF signatures: what was met later than those in `cases`, in the same form."""

from __future__ import annotations

from verification.sentences import Row
from verification.values import Status, Text

_UNKNOWN = Status.INDETERMINATE

MORE_ROWS: dict[str, Row] = {
    "encrypted_for": Row(
        "integrity",
        _UNKNOWN,
        "ENCRYPTED",
        "文件按证书加密，只有指定的收件人能打开，无法检查其中的签名。",
        "The file is encrypted for the holders of certificates; its signature cannot be examined.",
        Text(
            zh="请上传未加密的已签署原件。", en="Upload the signed original that is not encrypted."
        ),
    ),
    "unbound": Row(
        "integrity",
        _UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "签名值吻合，但所签内容没有指明签名证书（缺少 PAdES 要求的 signing-certificate 属性），"
        "证书可被换成同一密钥的另一张。签署人：{signer}。",
        "The signature value holds, but what is signed does not name the certificate (PAdES asks "
        "for the attribute signing-certificate): another one of the same key could stand in its "
        "place. Signer: {signer}.",
        Text(
            zh="请用符合 PAdES 的软件重新签署。", en="Sign again with a program that writes PAdES."
        ),
    ),
    "misbound": Row(
        "integrity",
        _UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "所签内容指明的是另一张证书，而不是附带的这张（{signer}），由谁签署不得而知。",
        "What is signed names another certificate than the one beside it ({signer}); which of "
        "them signed is not known.",
        Text(
            zh="请用常见的签名软件重新签署并导出，或请审核人员人工核对。",
            en="Sign and export again with a common signing program, or ask a reviewer.",
        ),
    ),
    "legacy": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名采用已废止的格式 {kind}，这里不作验证，因此不作结论。",
        "The signature is of a withdrawn kind ({kind}) that is not verified here; nothing is "
        "decided.",
        Text(
            zh="请用 PAdES（ETSI.CAdES.detached）或 adbe.pkcs7.detached 格式重新签署。",
            en="Sign again as PAdES (ETSI.CAdES.detached) or adbe.pkcs7.detached.",
        ),
    ),
    "mislabelled": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名字典自称是时间戳（ETSI.RFC3161），其签名值却不是时间戳令牌。",
        "The dictionary calls it a time stamp (ETSI.RFC3161), and its value is no such token.",
        Text(
            zh="请用常见的签名软件重新签署并导出，或请审核人员人工核对。",
            en="Sign and export again with a common signing program, or ask a reviewer.",
        ),
    ),
    "lost": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "文件在第 {seen} 字节处中断，断处正写到一个签名（始于第 {start} 字节）："
        "其签名值或签名范围已随后面的字节丢失。",
        "The file breaks off at byte {seen} in the middle of a signature that begins at byte "
        "{start}: its value or its range was in the bytes that are lost.",
        Text(
            zh="请重新上传完整的文件（可能上传或下载时中断）。",
            en="Upload the whole file again; a transfer may have broken off.",
        ),
    ),
    "certified_late": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "这是一个认证签名（DocMDP），但在它之前已有签名（{earlier}）；认证签名应当是文件的第一个签名，"
        "各阅读器对它所作的限制理解不一。",
        "This is a certification (DocMDP), but somebody signed before it ({earlier}); a "
        "certification must be the first signature, and viewers differ in what they make of it "
        "(ISO 32000-2, 12.8.2.2).",
        Text(
            zh="请由认证人先签，其他人后签；或改用普通签名。",
            en="Let the one who certifies sign first, or sign without certifying.",
        ),
    ),
    "speaking": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "后来追加的签名外观里写有与签名本身无关的文字（{parts}：“{words}”），可能被当成所签的内容。",
        "A signature added later shows words that do not tell who signed, when or why ({parts}: "
        '"{words}"); they may be taken for what was signed.',
        Text(
            zh="请审核人员查看标出的位置：这些文字是后来的签署人加的，前一签署人没有签过。",
            en="A reviewer should look at the marked place: the earlier signer never signed "
            "those words.",
        ),
    ),
    "other_key": Row(
        "chain",
        _UNKNOWN,
        "{indication}",
        "信任列表中有同名的签发机构“{issuer}”，但它的密钥不同：证书（{signer}）不是由它签发的，可能有人冒用其名。",
        'There is a trusted root named "{issuer}", but its key is another: it did not issue '
        "the certificate of {signer}. The name may be borrowed, or the authority renewed its key.",
        Text(
            zh="请管理员向该机构核实；若确为其新密钥，把新的根证书加入信任列表。",
            en="An administrator should ask the authority; if the key is its new one, add that "
            "root certificate.",
        ),
    ),
}
