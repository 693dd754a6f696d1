"""A Chinese clause that approves: behind the word stands nothing that is not understood.

What is approved, and how it is done, is told in a closed vocabulary: a list of all that turns an
approval there is never complete. Before the word and beside the clause, marks must do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.letters.covering import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What the requirement's project, figures, titles in 《》 and Latin words are written as.
PROJECT = "\ue000"
_TITLE, _FIGURE, _LATIN = "\ue001", "\ue002", "\ue003"
#: Stands for what is harmless beside an approval, and unknown within one.
_LEFT_OUT = "\ue004"

#: What may stand behind “同意”: whose, what, doing what, how, and for how much.
_YOURS = "贵司 贵公司 贵方 贵单位 贵院 贵校 贵部 你司 你公司 你方 你单位 你部 你院 你校"
_THEY_SENT = "提交的 报送的 报来 所报 提出的 编制的 申报的 呈报的 上报的 送审的 的 关于 就"
_HEADS = (
    "项目 方案 计划 申请 请示 报告 申请书 报价 报价单 合同 协议 工程 系统 平台 设备 产品 服务 "
    "建议 建议书 计划书 技术方案 预算 投资 总投资 决议 条款 图纸 设计 架构 技术路线 路线 进度 "
    "安排 清单 标准 内容 事项 要求 方式 规模 总额 总价 价格 价款 用户 用户数 交付物 成果 "
    "分期付款 工作 任务 工期 周期 资金 费用 金额 总金额 申报材料 文件 规划 议案 提案 "
    "可行性研究报告 可研报告 详细设计 概要设计 文档 附件 所列 所附 附表 附录 规格 型号 参数 "
    "指标 配置 合同文本 补充协议 框架协议 总进度 里程碑 概算 估算 总概算 建设地点 编号 经费 "
    "专项 自有资金 财政资金 科研经费 费 单价 合计 初步设计 配套 所需 材料"
)
_ACTIONS = (
    "恢复建设 给你们做 给贵司 授予 共同 联合 携手 全权 委托 聘请 聘用 选定 选择 订购 定购 "
    "租赁 引入 "
    "投资建设 参照 立项 实施 建设 启动 执行 采购 购买 购置 引进 采用 选用 采纳 使用 上线 运行 "
    "投入 投产 开工 施工 进场 部署 签订 签署 签约 签字确认 合作 开展 推进 推广 承建 承担 承接 "
    "为我司提供 为我方提供 为我公司提供 为我院提供 为我校提供 由贵司提供 由贵公司提供 组织 "
    "办理 落实 进入 下一阶段 实施阶段 建设阶段 中标 变更 接受 交付 作为 列为首选 完成 动工 "
    "投运 安装 调试 供货 进行 发布 推行 开始 着手 批准 同意 通过 交由 继续 上马 落地 启用 扩容 "
    "升级 改造 迁移 量产 具体实施 分步实施 付诸实施 予以实施 予以推进 予以支持 给予支持 加快 "
    "抓紧 承办 主办 总承包 总包 代建 推广应用 维护 运维 保障 支持 配合 统筹 中标单位 开发 牵头 "
    "负责 做 支付首付款 中标结果 投标文件 投标方案 投标报价 所列范围"
)
_JOINS = (
    "即刻 马上 逐步 有序 稳步 早日 顺利 高质量 一次性 全额 分期 如上 后续 相应 必要 所有 一切 "
    "现场 场地 机房 全集团 全公司 全院 全校 全厂 全国 全省 全市 范围内 年度 季度 年内 月内 "
    "既定 原计划 公司 人员 所提 批复 了 之 该 本 此 上述 以上 其 所 这个 该项 这份 "
    "贵我双方 双方 按 按照 依 依照 依据 根据 以 为 由 与 将 并 及 和 、 等 各项 总体 整体 全部 "
    "全面 正式 立即 即日起 按期 如期 按时 尽快 尽早 在 于 从 至 起 内 共 计 含税 人民币 大写 "
    "不超过 不高于 控制在 技术评估阶段 我司 我方 我公司 我院 我校 我部 统一 自筹 列支 授权 期 "
    "方面 有关 相关"
)
_AMOUNTS = (
    "年 月 日 号 次 个 台 套 名 件 人 天 周 万 亿 元 圆 角 分 整 % 月底前 年底前 日前 月前 "
    "年前 零 一 二 三 四 五 六 七 八 九 十 百 千 两 壹 贰 叁 肆 伍 陆 柒 捌 玖 拾 佰 仟 ¥ $ 份"
)
#: What a project may be called by, where no other is asked for.
_NAMES = (
    "智能 智慧 数字 数字化 信息 信息化 数据 中台 工厂 车间 生产线 产线 仓储 仓库 物流 供应链 "
    "协同 管理 教学 科研 医疗 园区 城市 校园 医院 安防 网络 云 软件 硬件 机器人 检测 监控 "
    "自动化 扩建 新建 首 安全 质量 财务 人力资源 客户 营销 销售 业务 企业 集成 研发 生产 制造 "
    "能源 环保 节能 技术 应用 核心 综合 一体化 订单 知识 资产 电子 档案 实验室 实验 大数据 "
    "人工智能 治理 调度 指挥 交易 会员 门户 办公 生态 工业 互联网 物联网"
)
_KNOWN = (_YOURS, _THEY_SENT, _HEADS, _ACTIONS, _JOINS, _AMOUNTS, PROJECT, _TITLE, _FIGURE)
_BEHIND = Vocabulary.of(*_KNOWN)
_NAMED_BEHIND = Vocabulary.of(*_KNOWN, _NAMES, _LATIN)

#: Harmless, though they hold a word that bears on a decision or turns one.
_HARMLESS = re.compile(
    # What the letter is called.
    r"关于(?:同意|批准|核准|准予|审批|报批)(?=[^,。;|]*的(?:复?函|批复|通知|决定|意见|请示|"
    r"报告|申请))|的批复(?=$|\|)|"
    # What is answered, and to whom one turns.
    r"(?:贵|你)(?:公?司|方|单位|院|校|部)?[^,。;]{0,40}(?:收悉|收到|已阅)|"
    r"(?:如|若)(?:果)?(?:有|需)[^。;]{0,14}(?:疑问|问题|不明|异议|事宜|需要|帮助|"
    r"了解)(?:之处)?[^。;]{0,4},?[^。;]{0,16}|"
    r"(?:具体)?(?:事宜|事项|细节|工作)[^,。;]{0,3}请?与[^,。;]{1,16}(?:讨论|联系|对接|商议|"
    r"商谈|确认)|"
    # What may be done should something go wrong, and what may not be done without us.
    r"未经[^,。;]{0,20},?\s*(?:不得|不能|不可|严禁)(?![^,。;]{0,8}(?:启动|开工|实施|进场|施工|"
    r"执行|生效|采购|签|开展))"
    r"[^,。;]{0,20}|"
    r"(?:逾期|迟延)[^,。;]{0,10}的?|有权[^,。;]{0,24}|"
    r"(?:不要|不得|切勿|请勿)(?:退回|拖延|延误|转包|分包|拒绝)[^,。;前后]{0,12}|"
    r"(?:特此|此)(?:批复|函复|函告|复函|函达|通知|告知|复)|"
    r"(?:^|(?<=[,。;:!|]))(?:敬?请|恳请|务请|麻烦|[希期]?望)(?!批|审|示|先|务必先|"
    r"再)[^,。;!]{0,12}收到本?函[^,。;!]{0,30}|"
    r"不足部分|\(?以下(?:无正文|空白)\)?|"
    r"批准的(?=建设|方案|预算|范围|内容|时间|计划|规模)|\d+票(?:同意|赞成|反对|弃权)|"
    r"(?:收到|接到|持|凭)本函|(?:变更|调整|修改|更换|付款|支付|报销|用款|转让|分包)"
    r"[^。;]{0,16}(?:报|经|由|须)[^,。;]{0,16}(?:审批|批准|同意|审核|确认)|"
    r"(?:审批|审核|评审|研究)(?:结果|意见|情况)?(?:通知|函告|告知|函复|批复|答复)?如下|"
    r"《[^》]*(?:法|办法|条例|规定|规范|标准|制度|章程|细则|指南)》|"
    r"(?:价格|价款|金额|单价|总价|数量|规格|时间|日期|工期)[^,。;]{0,4}以[^,。;]{0,16}为准|"
    r"按[^,。;]{0,8}(?:核准|批准|审批)(?:意见|方案|内容|范围)执行|"
    r"编制[^,。;]{0,12}设计,?报我[^,。;]{1,6}审批|"
    # Nothing is held back.
    r"(?:没有?|无|均?未提出)(?:什么|任何|其他|其它)?(?:大)?(?:异议|意见|保留|条件|问题|反对)|"
    r"无条件|(?:总价|价格|工期|金额)不变|"
    r"不(?:超过|低于|高于|少于|大于|得超过)|不(?:锈钢|间断|动产)|0票(?:反对|弃权)|"
    # Until when and from when what is written counts.
    r"(?:自|从|于)?[^,。;]{0,12}(?:签署|签字|签发|盖章|发文|印发|发布|出具|即日|今日|"
    r"本函)[^,。;]{0,8}(?:生效|有效)|"
    r"[^,。;]{0,6}(?:有效期|有效)[^,。;]{0,6}[\d\ue002]+[^,。;]{0,4}(?:有效)?|"
    r"[\d\ue002]+\s*[日天月年][^,。;]{0,2}内有效|"
    r"即日(?:起)?生效|立即生效|合同另行(?:签订|签署)|须(?:控制在|按|于|在)|"
    r"仅用于本(?:项目|次)[^,。;]{0,8}|(?:本(?:批复|函|文|意见))?(?:一|壹)式[^,。;]{1,10}|"
    r"(?:加盖|盖)[^,。;]{0,6}章|"
    # Who performs, and how.
    r"(?:希|期)?望(?:贵|你|双方|各方)[^,。;]{1,4}|望(?:精心|认真|抓紧|严格)|"
    r"(?:按|依)(?:照)?[^,。;]{0,12}(?:合同|协议|规定|要求|程序|流程)[^,。;]{0,6}(?:执行|办理|"
    r"履行|实施)|"
    # What only names: committees, labels, and words that hold a letter of the others.
    r"(?:批准|审批|审核|核准|签批|同意)(?:人|日期|时间|单位|部门|意见|结论|结果|事项|文号|"
    r"编号)\s*[::]|"
    r"批复(?=如下|"
    r"[::])|本函确认"
)
#: Where one of these stands beside an approval, what is decided depends on how it is meant.
_BEARS = re.compile(
    r"同意|批准|准予|核准|批复|批示|审批|审定|获批|签批|报批|赞成|反对|否决|驳回|拒绝|"
    r"收回(?=本|批|同|该|意见)|撤[回销]|作废|注销|无效|失效|自始|"
    r"(?:已|有效期)[^,。;]{0,6}(?:届满|到期|过期)|更正|有误|错发|误发|为准|"
    r"(?:上述|以上|前述)(?=批|同意|意见|决定|文字|内容|系|为|仅|均)|前函|上文|[上前][条款]|"
    r"(?:[此本]件|[此本]页|[此本]表|此文|[此本]条)(?![件例款])|划[去掉]|删去|演练用|假设|举例|"
    r"本函|本文件|本意见|该函|草稿|草案|初稿|样稿|样本|样例|范本|范文|"
    r"(?<!合同)(?<!协议)(?<!报告)模板|示例|例文|范例|"
    r"征求|仅供|内部参考|供[^,。;]{0,10}(?:讨论|参考)|[提报呈]请(?!注意|贵|各)|讨论稿|"
    r"不作为|不代表|不构成|不具|不含(?!税)|口头|拟(?=批|同|于|将|予|在|报|待)|暂(?![定估列存])|"
    r"前提(?=条件|是|为|下|[:,。]|$)|才予|"
    r"(?:方[可能]|才[能可])[^,。;]{0,6}(?:启动|实施|开工|施工|进场|执行|生效|签|开展|采购|"
    r"立项|建设|$)|"
    r"(?:终止|中止|停止|暂停|取消)(?!后|时|之日|条件|合同|协议|付款|支付|供货|订单)|推迟|搁置|"
    r"另行(?:审|研究|决定|批|报|评|发文|函|确定)|另议|再议|再定|待定|除外|"
    r"其余(?=标段|阶段|内容|项目|部分)|其他(?:部分|标段|阶段)|除非|一旦|×{2,}|[Xx]{3,}|"
    r"(?:函|意见|决定|方|才|后|起|不|未)[^,。;]{0,10}生效(?![后日之])|"
    r"(?:仅|只)(?:限|对|就|表)|尚(?:未|在|需|待)|等待|空白|待会签|缺[签章]|未定|"
    r"不得(?:启动|开工|实施|进场|施工|使用本)|玩笑|传言|谣|不属实|"
    r"^(?:但|不过|然而|惟|唯|只是)[^。;]*(?:须|需|必须|应|先|才|方|不得|暂|待)"
)
#: In the sentence that approves, these too: it may wait for something, or leave something out.
_TURNS = re.compile(
    r"不(?!断|同|足)|未(?!来)|没(?!收)|是否|能否|与否|可否|否则|并非|非经|莫|勿|"
    r"(?<!^[\u4e00-\u9fff])若|倘|假[如若设定]|"
    r"如(?![下上期实数约何此])|待(?!遇)|须|(?<!所)(?<!必)(?<!急)(?<!的)需(?!求)|必[须需]|"
    r"(?<![供响相对适反效])应(?!用|收|付|急|商|届|到)|"
    r"[仅只](?!需联系)|除(?!尘|湿|法|险)|但|却|惟|唯|然而|过后|缓|[停废终](?:止|工|业|标)|"
    r"退[出回还场款货]|延[期后迟]|顺延|弃|"
    r"解除|部分|其[他它余]|另|再(?!生|造)|才|条件|视(?:情|资|具|实|为|作)|可能|有望|"
    r"(?<!展)(?<!期)望|预计|建议(?!书)|倾向|初步|"
    r"原则上|据[^,。;]*[称悉闻传]|[声宣自]称|称[:“]|听[说闻]|转[让移包达]|试[用点行]|"
    r"先[行做期]?(?=做|试|行|小)|疑问?(?!难)|谁|自[行费]|免费|吗|呢|\?|"
    r"有误|误[解传会]|错|范围|保留|阶段|之?后[方再才]|压?[减缩](?!震|速|写)|更[名换]|替换|换成|"
    r"重[新做]|返工|争取|商谈|谈判|再议|决定权|"
    r"…|“|”|\"|「|」|(?<=[^\W_字名章署期])_{2,}|_{2,}(?=[^\W_])"
)
#: What may stand behind “批准该项目：”.
_NO_ANSWERS = frozenset({"否", "无", "不", "空", "空白", "待定"})
#: In the same sentence: others' approval that was given before.
_GIVEN = re.compile(
    r"(?:业|已)?经(?!不|未|没|待|须|需|贵|你)[^不未没待须需后]{1,30}(?:批复|审批|审定|核准|"
    r"批准|同意|通过)|"
    r"[^不未没]{0,40}已(?:经|获|通过|完成|得到|取得)?[^不未没]{0,24}(?:批复|审批|审定|核准|"
    r"批准|同意)(?:手续|流程|程序)?(?:完毕)?"
)
_TOPIC = re.compile(
    r"^关于(?:同意|批准|核准|准予|审批)?(?P<name>[^,。;]{4,40}?)(?:立项|实施|建设|"
    r"采购)?(?:方案|申请)?的?(?:[^的,。;]{0,2}函|批复|通知|决定|意见)$|"
    r"^(?:项目|工程|采购)名称[::]\s*(?P<name2>[^,。;|]{4,40})$|"
    r"《(?:关于)?(?P<name3>[^《》]{4,30}?)(?:立项|实施|建设|技术|采购|设计)*(?:的?(?:方案|申请|"
    r"请示|报告|建议书|申请书|申请报告))》|"
    r"[“「](?P<name4>[^“”「」]{4,24})[”」]"
)
#: Words that hand a matter on, or put it behind something else.
_HANDED = re.compile(r"[交报送请待等须需向给让后前贵你]")
_DO = (
    "实施|执行|推进|建设|开展|办理|推广|应用|上线|部署|运行|施工|落实|承建|承担|采购|支付|"
    "列支|交付|完成|使用|总承包|负责|提供|开发|牵头|签订|签署"
)
_ADJUNCTS = (
    (re.compile(rf"由([^,。;]{{2,16}}?)(?={_DO})"), "由贵司"),
    (re.compile(rf"(?:按照?|依照?|根据)([^,。;]{{1,20}})(?={_DO})"), "按"),
    (re.compile(rf"(?:在|从)([^,。;]{{1,12}}?)(?={_DO})"), "在"),
    (re.compile(r"以([^,。;]{1,14}?)方式"), "以方式"),
    (re.compile(r"与([^,。;]{2,16}?)(?=就|签|共同|合作|开展)"), "与贵司"),
    (re.compile(r"进入([\u4e00-\u9fff]{2,4})阶段"), "进入下一阶段"),
)
#: Whatever is bought, a name may follow; it must be a name, and turn nothing.
_BOUGHT = re.compile(r"^(采购|购买|购置|引进|选用|采用|实施|建设)([^,。;:()]{1,20})$")
#: Before the word: it lies ahead, is asked for, is another's to say, or was so once.
_FRAME = re.compile(
    r"将|拟|(?<![事东员公议委理监务大协学工党例])会(?![议员签上后审])|请(?!示)|让|"
    r"(?<!已)(?<!业)(?<!现)(?<!经)由|授权|委托|(?<!贵司)(?<!所)提交|上[报会]|等[待候]?$|曾|原|"
    r"以?前|"
    r"[去上往]年|上一|上届|前任|历届|经办人|个人|非$|(?:贵|你)(?:司|方|公司|单位)(?:已|也|均)?$|"
    r"正在|流程|要(?!求)|[有无]权|财务|即(?!日)|[可能]$|可[以能于]|计划|打算|准备|申请$|"
    r"负责|归|属|谁|任何|凡|每|各(?!项|位)|所有|才|快|差|距|离|争|力争"
)
#: Before and behind the word: it is part of a name, or says which thing is meant.
_NAMING = re.compile(
    r"(?:关于|就|对于?|根据|按照|依据|向|于|在|与|和|及|的|建议|申请|请示|计划|要求|报告)$"
)
_NAMED = re.compile(
    r"^(?:\ue000|该|本|此|项目|的)*(?:[一二三四首前]|第.)期(?!项目|工程)|^(?:的.|(?:提交|申请|"
    r"报价|计划)\ue000|事项|内容|标准|意见|方式|文件|决议|工作|要求)"
)
#: “根据董事会批准该项目的决议”: what is decided here comes behind it.
_BY, _PAPER = (
    re.compile(r"关于|根据|按照|依据"),
    re.compile(r"的(?:决议|报告|请示|申请|函|文件|意见|精神|要求)$"),
)
#: An answer that is put between quotation marks is given all the same.
_ANSWER = re.compile(r"((?:意见|结论|结果)(?:为|是|[::])?)\s*[“\"]\s*(同意|批准|准予)\s*[”\"]")
_CLAUSE = re.compile(
    r"并(?!非|未|不|没|无|入|购|网|发|行|联|通过|批准|同意|予|给予|核准|准|决定|获|经|表示)|"
    r"[,:!。;?()●○◉■□☑☒☐√|/【】\[\]\uf0fe]+|\s+-+\s+"
)


def _written(sentence: str) -> str:
    """Write figures, titles and Latin words as one letter, as the vocabulary has them."""
    text = re.sub(r"《[^》]*》", lambda one: one[0] if _turns(one[0]) else _TITLE, sentence)
    text = re.sub(r"(\d)[,.](?=\d)|(?<=\d)[-:/](?=\d)", r"\1", text)
    text = re.sub(r"(?<![A-Za-z])\d+(?:%|‰)?(?![A-Za-z])", _FIGURE, text)
    return re.sub(r"[A-Za-z][A-Za-z0-9+]*", _LATIN, text).replace(" ", "")


def clauses(sentence: str) -> list[str]:
    """Cut a sentence, without what is harmless, where a breath is drawn."""
    said = _ANSWER.sub(r"\1:\2", sentence)
    parts = _CLAUSE.split(_HARMLESS.sub(_LEFT_OUT, said))
    return [part for one in parts if (part := one.strip(" 、.-*·"))]


def approves(clause: str, word: re.Match[str], *, named: bool) -> bool:
    """Tell whether nothing before a word of approval turns it, and all behind it is understood.

    `named` says that another project than the one asked for cannot be meant.
    """
    before, behind = _written(clause[: word.start()]), _written(clause[word.end() :])
    for pattern, put in _ADJUNCTS:
        behind = pattern.sub(_calmly(put), behind)
    then = _NAMED_BEHIND if named else _BEHIND
    if _NAMING.search(before) or _NAMED.search(behind):
        return False
    if _FRAME.search(before) or bears(before, approving=True):
        return False
    if _BY.search(before) and _PAPER.search(behind):
        return False
    return then.covers(behind) or (named and then.covers(_BOUGHT.sub(_bought, behind)))


def names(rows: Iterable[str]) -> tuple[str, ...]:
    """Give what the letter calls its project: in its heading, in a line, in 《》 or “”."""
    found = {one[one.lastgroup] for row in rows for one in _TOPIC.finditer(row) if one.lastgroup}
    return tuple(
        sorted((name for name in found if not bears(name, approving=True)), key=len, reverse=True)
    )


def bears(clause: str, *, approving: bool) -> bool:
    """Tell whether a clause may say more of a decision than is understood.

    `approving` says that it stands in the sentence that approves.
    """
    clause = _written(clause)
    if clause in _NO_ANSWERS:
        return True
    if _BEARS.search(clause):
        return not (approving and _GIVEN.fullmatch(clause))
    return approving and not clause.startswith("鉴于") and _TURNS.search(clause) is not None


def _turns(text: str) -> bool:
    return bool(_BEARS.search(text) or _TURNS.search(text))


def _calmly(put: str) -> Callable[[re.Match[str]], str]:
    """Write words that turn nothing as `put`."""
    return lambda one: one[0] if _HANDED.search(one[1]) or _turns(one[1]) else put


def _bought(one: re.Match[str]) -> str:
    return one[0] if _turns(one[2]) else one[1]
