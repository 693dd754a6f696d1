"""A Chinese sentence that approves: who, the word, and what, each in words that are understood.

A closed vocabulary stands on each side of the word. What it does not cover is not understood,
and approves nothing: no list of what fails to approve is ever complete.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from verification.letters.covering import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

#: What the requirement's project, figures, titles in 《》 and Latin words are written as.
PROJECT = "\ue000"
_TITLE, _FIGURE, _LATIN = "\ue001", "\ue002", "\ue003"

_OURS = (
    "我 我们 我司 我公司 我方 我部 我院 我校 我局 我委 我厂 我行 我所 我处 我会 我单位 我集团 我司就 "
    "本人 本公司 本司 本方 本部 本院 本校 本局 本委 本厂 本行 本单位 本集团 我公司技术部 "
    "公司 集团 集团公司 单位 学校 医院 总部 管理层 经营层 领导 领导班子 领导小组 老板 集体 厂部 院部 校部 校方 院方 总行 分行 本行 行里 厂里 区里 市局 部里 "
    "党委 党委会 党组 党组会 董事会 股东会 股东大会 理事会 监事会 总经理办公会 总经理 总裁办公会 总裁 "
    "办公会 院务会 校务会 局务会 厂务会 院长办公会 校长办公会 院长 校长 局长 厂长 董事长 委员会 投资 技术 "
    "评审 采购 招标 信息化 数字化 学术 设备 管理 与会 会议 三方 双方 专题会议 委员 代表 全体 董事 股东 "
    "成员 人员 领导人"
)
_YOURS = "贵司 贵公司 贵方 贵单位 贵院 贵校 贵部 你司 你公司 你方 你单位 你部 你院 你校"
_THEY_SENT = (
    "提交的 报送的 报来 报来的 所报 提出的 编制的 申报的 呈报的 上报的 送审的 "
    "来函 来文 的 关于 就"
)
_WEIGHED = (
    "经 经过 已 已经 业 业经 业已 现 现已 兹 兹就 特 谨 正式 一致 无条件 内部 完全 充分 最终 即日 "
    "已由 业由 现由 经由 向 研究 讨论 审议 审查 审核 审阅 审定 评估 论证 表决 协商 研讨 总行 分行 支行 总公司 分公司 本部 总院 院方 校方 厂方 业主 甲方 我行总行 上级 主管部门 主管 分管 联合 共同 会签 听取 汇报 汇报后 核查 核实 核对 查验 比选 比较 比价 询价 谈判小组 综合 全面 深入 详细 细致 属实 齐全 完备 完整 成熟 合理 先进 满足 符合 达到 要求 规定 我司要求 需求 会上 会后 今日 今天 日前 近日 昨日 刚刚 方案成熟 都 均 同时 因而 所以 遂 特批准 特 拍板 定 最后 最后决定 明确 表决通过 票 赞成 人 应到 实到 到会 出席 参会 多数 过半数 三分之二 以上 举手 书面 签署 签字 签批 盖章 集中 专题 现场 无误 合格 可行 测试 采纳 予 满意 评审会 内部审批 审批程序 慎重考虑 认真考虑 综合考虑 "
    "反复 慎重 认真 仔细 研究后 审议后 讨论后 审核后 审查后 评审后 评估后 论证后 决定 决议 同意 通过 决策 认为 确认 认可 "
    "接受 予以 给予 表示 作出 做出 获 获得 得到 并 且 故 因此 综上 综上所述 据此 为此 有鉴于此 特此 就 对 对于 "
    "关于 于 在 上 召开 召开的 的 和 与 及 此 该 其 本 次 第 投票 全票 全体一致 内部程序 完成 全部 履行 "
    "意见 审批意见 审核意见 批复意见 评审意见 总经理意见 领导意见 结论 审批结论 审批结果 审核结论 批复 如下 答复 "
    "一 二 三 四 五 、 1 函 来函 本函 本文 谨此 代表 根据 按照 依据 精神 我司领导 上述 以上 函告 兹函告 书面 各"
)
_HEADS = (
    "项目 方案 计划 申请 请示 报告 申请书 报价 报价单 合同 协议 工程 系统 平台 设备 产品 服务 建议 建议书 计划书 "
    "实施方案 技术方案 预算 投资 总投资 决议 条款 图纸 设计 架构 技术路线 路线 进度 安排 清单 标准 内容 事项 要求 "
    "方式 规模 总额 总价 含税总价 价格 价款 用户 用户数 交付物 成果 分期付款 会议纪要 工作 任务 建设周期 工期 周期 "
    "资金 费用 金额 总金额 预算金额 申报材料 文件 规划 议案 提案 可行性研究报告 可研报告 详细设计 概要设计 设计文档 文档 附件 所列 所附 附表 附录 清单 范围 标的 标准 规格 型号 参数 指标 配置 投标 投标文件 报价文件 合同条款 合同文本 补充协议 框架协议 立项报告 实施计划 进度计划 总进度 里程碑 投资概算 概算 估算 总概算 建设内容 建设规模 建设地点 选址 项目编号 编号 经费 专项 自有资金 专项资金 财政资金 科研经费 费 单价 合计 初步设计 建设方案 立项申请 配套 所需 总体方案 材料"
)
_ACTIONS = (
    "立项 实施 建设 启动 执行 采购 购买 购置 引进 采用 选用 采纳 使用 上线 运行 投入 投产 开工 施工 进场 部署 "
    "签订 签署 签约 签字确认 合作 开展 推进 推广 承建 承担 承接 为我司提供 为我方提供 为我公司提供 为我院提供 为我校提供 由贵司提供 由贵公司提供 组织 办理 落实 进入 转入 下一阶段 实施阶段 "
    "建设阶段 中标 变更 支付 首付款 接受 交付 验收 作为 列为首选 完成 动工 投运 安装 调试 供货 进行 发布 推行 开始 "
    "着手 批准 同意 通过 上马 落地 推行 启用 扩容 升级 改造 迁移 复制 量产 立即实施 抓紧实施 组织实施 具体实施 分步实施 全面实施 付诸实施 投入使用 正式使用 投入运行 正式运行 正式上线 全面上线 全面推广 予以实施 予以推进 予以支持 给予支持 加快 抓紧 尽快实施 尽快启动 尽快开工 签署合同 签订合同 签约 结果 中标结果 承办 主办 总承包 总包 分包 托管 代建 使用 推广应用 配套 联调 割接 切换 移交 培训 维护 运维 保障 支持 配合 协助 统筹 安排 解决 筹措 确定 中标单位 开发 牵头 负责 上线运行 做 项目启动"
)
_JOINS = (
    "所提 批复 了 的 之 该 本 此 上述 以上 其 所 这个 该项 本次 此次 这份 贵我双方 双方 按 按照 依 依照 依据 根据 以 为 由 与 "
    "就 将 并 及 和 、 等 各项 总体 整体 全部 全面 正式 立即 即日起 按期 如期 按时 按计划 尽快 尽早 在 于 从 至 起 内 "
    "共 计 含税 人民币 大写 共计 合计 不超过 不高于 以内 控制在 报批 原 一并 "
    "技术评估阶段 我司 我方 我公司 我院 我校 我部 统一 自筹 列支 授权 期 方面 有关 相关 原则上无异议"
).replace(" 原则上无异议", "").replace(" 报批 原", "")
_AMOUNTS = (
    f"{_FIGURE} 年 月 日 号 次 个 台 套 名 件 人 天 工作日 个月 周 万 亿 元 万元 亿元 圆 角 分 整 % 月底前 年底前 日前 "
    "月前 年前 零 一 二 三 四 五 六 七 八 九 十 百 千 两 壹 贰 叁 肆 伍 陆 柒 捌 玖 拾 佰 仟 ¥ $ 份"
)
#: What a project may be called by, where no other is asked for.
_NAMES = (
    "智能 智慧 数字 数字化 信息 信息化 数据 中台 工厂 车间 生产线 产线 仓储 仓库 物流 供应链 协同 管理 教学 科研 医疗 "
    "园区 城市 校园 医院 安防 网络 云 软件 硬件 机器人 检测 监控 自动化 改造 升级 扩建 新建 期 期工程 首 安全 运维 "
    "质量 财务 人力资源 客户 营销 销售 业务 企业 集成 开发 研发 生产 制造 能源 环保 节能 技术 应用 核心 综合 一体化 "
    "订单 知识 资产 电子 档案 实验室 实验 大数据 人工智能 治理 调度 指挥 交易 支付 会员 门户 办公 生态 工业 互联网 物联网"
)
_SENT = " ".join(map("".join, product(_YOURS.split(), ["提交", "报送", *_THEY_SENT.split()])))

_KNOWN = f"{PROJECT} {_TITLE} {_HEADS} {_AMOUNTS} 立项 实施 建设 启动 采购 总体"
_BEFORE = Vocabulary.of(_OURS, _WEIGHED, _SENT, _KNOWN)
_BEHIND = Vocabulary.of(_YOURS, _THEY_SENT, _KNOWN, _ACTIONS, _JOINS)
_NAMED_BEFORE = Vocabulary.of(_OURS, _WEIGHED, _SENT, _KNOWN, _NAMES, _LATIN)
_NAMED_BEHIND = Vocabulary.of(_YOURS, _THEY_SENT, _KNOWN, _ACTIONS, _JOINS, _NAMES, _LATIN)
_SIDE = Vocabulary.of("专家 授权 提供 均 也 都", _OURS, _WEIGHED, _SENT, _KNOWN, _ACTIONS, _JOINS, _NAMES, _YOURS, _LATIN)

#: Harmless, though they hold a word that bears on a decision or turns one.
_HARMLESS = re.compile(
    # What the letter is called.
    r"关于(?:同意|批准|核准|准予|审批|报批)(?=[^,。;|]*的(?:复?函|批复|通知|决定|意见|请示|报告|申请))|的批复(?=$|\|)|"
    # What is answered, and to whom one turns.
    r"(?:贵|你)(?:公?司|方|单位|院|校|部)?[^,。;]{0,40}(?:收悉|收到|已阅)|"
    r"(?:如|若)(?:果)?(?:有|需)[^。;]{0,14}(?:疑问|问题|不明|异议|事宜|需要|帮助|了解)(?:之处)?[^。;]{0,4},?[^。;]{0,16}|"
    r"(?:具体)?(?:事宜|事项|细节|工作)[^,。;]{0,3}请?与[^,。;]{1,16}(?:讨论|联系|对接|商议|商谈|确认)|"
    # What may be done should something go wrong, and what may not be done without us.
    r"未经[^,。;]{0,16},?\s*(?:不得|不能|不可|严禁)[^,。;]{0,10}(?:变更|修改|更改|调整|转包|分包|转让|泄露|披露|外传|使用|复制)|"
    r"(?:逾期|迟延)[^,。;]{0,10}的?|有权[^,。;]{0,24}|"
    r"(?:不要|不得|切勿|请勿)(?:退回|拖延|延误|转包|分包|拒绝)[^,。;前后]{0,12}|"
    r"(?:特此|此)(?:批复|函复|函告|复函|函达|通知|告知|复)|"
    r"(?:^|(?<=[,。;:!|]))(?:敬?请|恳请|务请|麻烦|[希期]?望)(?!批|审|示|先|务必先|再)[^,。;!]{0,12}收到本?函[^,。;!]{0,30}|"
    r"不足部分|"
    # Nothing is held back.
    r"(?:没有?|无|均?未提出)(?:什么|任何|其他|其它)?(?:大)?(?:异议|意见|保留|条件|问题|反对)|无条件|(?:总价|价格|工期|金额)不变|"
    r"不(?:超过|低于|高于|少于|大于|得超过)|不(?:锈钢|间断|动产)|0票(?:反对|弃权)|"
    # Until when and from when what is written counts.
    r"(?:自|从|于)?[^,。;]{0,12}(?:签署|签字|签发|盖章|发文|印发|发布|出具|即日|今日|本函)[^,。;]{0,8}(?:生效|有效)|"
    r"[^,。;]{0,6}(?:有效期|有效)[^,。;]{0,6}[\d\ue002]+[^,。;]{0,4}(?:有效)?|[\d\ue002]+\s*[日天月年][^,。;]{0,2}内有效|"
    r"即日(?:起)?生效|立即生效|合同另行(?:签订|签署)|须(?:控制在|按|于|在)|"
    r"仅用于本(?:项目|次)[^,。;]{0,8}|(?:一|壹)式[^,。;]{1,10}|(?:加盖|盖)[^,。;]{0,6}章|"
    # Who performs, and how.
    r"(?:希|期)?望(?:贵|你|双方|各方)[^,。;]{1,4}|望(?:精心|认真|抓紧|严格)|"
    r"(?:按|依)(?:照)?[^,。;]{0,12}(?:合同|协议|规定|要求|程序|流程)[^,。;]{0,6}(?:执行|办理|履行|实施)|"
    # What only names: committees, labels, and words that hold a letter of the others.
    r"(?:批准|审批|审核|核准|签批|同意)(?:人|日期|时间|单位|部门|意见|结论|结果|事项|文号|编号)\s*[::]|"
    r"(?:上述|以上|前述)(?:问题|整改|材料|条件|项目|方案|各?项|工作|内容|设备)|(?:以上|上述)[,。]?特此"
)
#: Where one of these stands beside an approval, what is decided depends on how it is meant.
_BEARS = re.compile(
    r"同意|批准|准予|核准|批复|批示|审批|审定|获批|签批|报批|赞成|反对|否决|驳回|拒绝|收回|撤[回销]|作废|无效|失效|自始|"
    r"届满|到期|过期|超期|更正|有误|错发|误发|为准|上述|以上|前述|前函|上文|[上前]条|[上前]款|[本此该](?:件|页|表|文|条)|全文|文字|用文|划[去掉]|删[去除]|演练|假设|举例|本函|本文件|本意见|该函|"
    r"草稿|草案|初稿|样稿|样本|样例|范本|范文|模板|示例|例文|填写|征求|仅供|内部参考|供[^,。;]{0,4}(?:讨论|参考)|讨论稿|"
    r"不作为|不代表|不构成|不具|不含|不包括|口头|拟|暂|前提|方可|方能|才[能可]|才予|(?:终|中|停)止|暂停|取消|"
    r"推迟|搁置|另行|另议|再议|再定|待定|除外|其余|其他(?:部分|标段|阶段)|如果|除非|一旦|×{2,}|[Xx]{3,}|"
    r"生效|\((?:姓名|公司名称|客户名称|项目名称|日期)\)|通知[^,。;]{0,4}(?:前|之前)|"
    r"(?:仅|只)(?:限|对|就|表)|尚(?:未|在|需|待)|等待|待会签|缺[签章]|未定|不得(?:启动|开工|实施|进场|施工)|^(?:但|不过|然而|惟|唯|只是)|玩笑|传言|谣|不属实"
)
#: In the sentence that approves, these too: it may wait for something, or leave something out.
_TURNS = re.compile(
    r"不(?!断|同|足)|未(?!来)|没(?!收)|是否|能否|与否|可否|否则|并非|非经|莫|勿|(?<!^[\u4e00-\u9fff])若|倘|假[如若设定]|"
    r"如(?![下上期实数约何此])|待(?!遇)|须|(?<!所)(?<!必)(?<!急)需(?!求)|必[须需]|(?<![供响相对适反效])应(?!用|收|付|急|商|届|到)|将(?!来)|"
    r"[仅只](?!需联系)|除(?!尘|湿|法|险)|但|却|惟|唯|然而|过后|缓|[停废终](?:止|工|业|标)|退[出回还场款货]|延[期后迟]|顺延|弃|"
    r"解除|部分|其[他它余]|另|再(?!生|造)|才|条件|视(?:情|资|具|实|为|作)|可能|有望|(?<!展)(?<!期)望|预计|建议(?!书)|倾向|初步|"
    r"原则上|据[^,。;]*[称悉闻传]|[声宣自]称|称[:“]|听[说闻]|转[让移包达]|试[用点行]|先[行做期]?(?=做|试|行|小)|疑问?(?!难)|谁|自[行费]|免费|吗|呢|\?|"
    r"有误|误[解传会]|错|范围|保留|阶段|之?后[方再才]|压?[减缩](?!震|速|写)|更[名换]|替换|换成|重[新做]|返工|争取|商谈|谈判|再议|决定权|"
    r"…|“|”|\"|「|」|(?<=[^\W_字名章署期])_{2,}|_{2,}(?=[^\W_])"
)
#: What may stand behind “批准该项目：”.
_NO_ANSWERS = frozenset({"否", "无", "不", "空", "空白", "待定"})
#: In the same sentence: others' approval that was given before.
_GIVEN = re.compile(
    r"(?:业|已)?经(?!不|未|没|待|须|需|贵|你)[^不未没待须需后]{1,30}(?:批复|审批|审定|核准|批准|同意|通过)|"
    r"[^不未没]{0,40}已(?:经|获|通过|完成|得到|取得)?[^不未没]{0,24}(?:批复|审批|审定|核准|批准|同意)(?:手续|流程|程序)?(?:完毕)?"
)
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff()]{2,20}?(?:有限责任公司|有限公司|股份公司|集团|大学|学院|医院|研究院|研究所)"
)
_ANOTHERS = re.compile(r"贵|你|该|此|据|由|向|请|让|对|与")
#: A body that decides, whatever it is called; it holds no word that hands the matter on to it.
_BODY = re.compile(
    r"(?:(?![交报送请待须需由经向给让等候将应可能未不是否贵你呈递转的在于已])[\u4e00-\u9fff]){2,12}?"
    r"(?:委员会|领导小组|工作组|工作小组|指挥部|办公会|办公会议|专题会|联席会议|评审会)"
)
#: Words that hand a matter on, or put it behind something else.
_HANDED = re.compile(r"[交报送请待等须需向给让后前贵你]")
#: Who weighed it, how it is done, where and by whom: any words that turn nothing.
_WEIGHING = re.compile(r"(?<=[经])([^经,。;]{1,24}?)(?=研究|审议|讨论|审核|审查|评审|评估|论证|表决|决定|批准|同意|$)")
_DO = "实施|执行|推进|建设|开展|办理|推广|应用|上线|部署|运行|施工|落实|承建|承担|采购|支付|列支|交付|完成|使用|总承包|负责|提供|开发|牵头"
_ADJUNCTS = (
    (re.compile(rf"由([^,。;]{{2,16}}?)(?={_DO})"), "由贵司"),
    (re.compile(rf"(?:按照?|依照?|根据)([^,。;]{{1,20}}?)(?={_DO})"), "按"),
    (re.compile(rf"(?:在|从)([^,。;]{{1,12}}?)(?={_DO})"), "在"),
    (re.compile(r"以([^,。;]{1,14}?)方式"), "以方式"),
    (re.compile(r"进入([\u4e00-\u9fff]{2,4})阶段"), "进入下一阶段"),
)
#: Whatever is bought, a name may follow; it must be a name, and turn nothing.
_BOUGHT = re.compile(r"^(采购|购买|购置|引进|选用|采用|实施|建设)([^,。;:()]{1,20})$")
#: Before and behind the word: it is part of a name, or says which thing is meant.
_NAMING = re.compile(r"(?:关于|就|对于?|根据|按照|依据|向|于|在|与|和|及|的|建议|申请|请示|计划|要求|报告)$")
_NAMED = re.compile(r"^(?:的.|事项|内容|标准|意见|方式|文件|决议|工作|要求)")
#: “根据董事会批准该项目的决议”: what is decided here comes behind it.
_BY, _PAPER = re.compile(r"关于|根据|按照|依据"), re.compile(r"的(?:决议|报告|请示|申请|函|文件|意见|精神|要求)$")
_CLAUSE = re.compile(r"并(?!入|购|网|发|行|联|通过|批准|同意|予|给予|核准|准|决定|获|经|表示)|[,:!。;?()●○◉■□☑☒☐√|/【】\[\]\uf0fe]+|\s+-+\s+")


def written(sentence: str) -> str:
    """Write a sentence as the vocabulary knows it: figures, titles and Latin words as one letter."""
    text = re.sub(r"《[^》]*》", lambda one: one[0] if bears(one[0], approving=True) else _TITLE, sentence)
    text = re.sub(r"(\d)[,.](?=\d)|(?<=\d)[-:/](?=\d)", r"\1", text)
    text = re.sub(r"(?<![A-Za-z])\d+(?:%|‰)?(?![A-Za-z])", _FIGURE, text)
    return re.sub(r"[A-Za-z][A-Za-z0-9+]*", _LATIN, text).replace(" ", "")


def clauses(sentence: str) -> list[str]:
    """Cut a sentence, without what is harmless, where a breath is drawn."""
    parts = _CLAUSE.split(_HARMLESS.sub("", sentence))
    return [part for one in parts if (part := one.strip(" 、.-*·"))]


def approves(clause: str, word: re.Match[str], *, named: bool, ours: frozenset[str]) -> bool:
    """Tell whether all that stands before and behind a word of approval is understood.

    `named` says that another project than the one asked for cannot be meant; `ours` are
    organisations that the letter names elsewhere, too.
    """
    before, behind = clause[: word.start()], clause[word.end() :]
    for name in ours:
        before = before.replace(name, "本公司")
    before = _WEIGHING.sub(_calmly("经研究"), _BODY.sub("公司", before))
    for pattern, put in _ADJUNCTS:
        behind = pattern.sub(_calmly(put), behind)
    first, then = (_NAMED_BEFORE, _NAMED_BEHIND) if named else (_BEFORE, _BEHIND)
    if _NAMING.search(before) or _NAMED.search(behind) or not first.covers(before):
        return False
    if _BY.search(before) and _PAPER.search(behind):
        return False
    return then.covers(behind) or (named and then.covers(_BOUGHT.sub(_bought, behind)))


def organisations(text: str) -> frozenset[str]:
    """Give the organisations that are named twice: in a sentence, and over or under the letter."""
    found = [one[0] for one in _ORGANISATION.finditer(text) if not _ANOTHERS.search(one[0])]
    return frozenset(name for name in found if text.count(name) > 1)


def bears(clause: str, *, approving: bool) -> bool:
    """Tell whether a clause may say more of a decision than is understood.

    `approving` says that it stands in the sentence that approves.
    """
    if _BEARS.search(clause) and not (approving and _GIVEN.fullmatch(clause)):
        return not (approving and _SIDE.covers(clause))
    if clause in _NO_ANSWERS:
        return True
    return approving and not clause.startswith("鉴于") and _TURNS.search(clause) is not None and not _SIDE.covers(clause)


def _calmly(put: str) -> Callable[[re.Match[str]], str]:
    """Write words that turn nothing as `put`."""
    return lambda one: one[0] if _HANDED.search(one[1]) or bears(one[1], approving=True) else put


def _bought(one: re.Match[str]) -> str:
    return one[0] if bears(one[2], approving=True) else one[1]
