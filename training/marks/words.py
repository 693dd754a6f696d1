"""Words that stand on drawn pages: enough to look like print, nothing anybody wrote."""

from __future__ import annotations

ENGLISH = (
    "the", "of", "and", "to", "in", "for", "is", "that", "this", "with", "as", "on", "by", "your",
    "be", "our", "are", "will", "from", "have", "an", "which", "company", "report", "project",
    "budget", "attached", "letter", "regarding", "committee", "meeting", "agreement", "program",
    "research", "product", "market", "quarter", "shipment", "contract", "approval", "payment",
    "terms", "technical", "results", "request", "review", "schedule", "following", "information",
    "statement", "department", "proposal", "total", "amount", "account", "service", "delivery",
    "quality", "customer", "annual", "office", "please", "would", "any", "it", "at", "or", "not",
    "we", "I", "12", "1,450", "30", "1986", "$25,000", "No.", "7", "(3)", "per", "cent", "however",
    "therefore", "received", "enclosed", "copies", "made", "discussed", "additional", "during",
    "between", "necessary", "position", "study", "tests", "new", "under", "may", "has", "been",
)  # fmt: skip
CHINESE = (
    "关于本项目合同的约定双方经友好协商一致达成以下条款甲方乙方应在收到通知后个工作日内完成交付验收"
    "付款方式为转账设备名称规格型号数量单价合计金额人民币元整质量保证期自之日起计算如有争议提交仲裁"
    "公司部门负责人审批意见同意技术方案评审会议纪要客户需求进度计划安装调试培训服务报告附件说明年月"
)
CLOSINGS = (
    "Sincerely,",
    "Very truly yours,",
    "Cordially,",
    "Yours sincerely,",
    "Best regards,",
    "Respectfully,",
    "Signature:",
    "Signed:",
    "Approved by",
    "Date / Signature",
    "CTO",
    "签字：",
    "签名：",
    "法定代表人（签字）：",
    "负责人签字：",
    "甲方代表：",
    "审批人：",
)
FIRST = (
    "Steve", "Lorraine", "Richard", "Carrie", "William", "Thomas", "Melissa", "Mary", "Mark",
    "Kathy", "Cecil", "Ernie", "George", "Leslie", "Paul", "Robert", "Peter", "Anna", "Julia",
    "Hans", "Max", "Frank", "David", "Susan", "Oliver", "Victor", "Yvonne", "Quentin", "Zoe",
    "Ian", "Nora", "Ulrich", "Vera", "Xavier", "Jack", "Kevin", "Li", "Wei", "Hua", "Ming",
)  # fmt: skip
LAST = (
    "Gardner", "Dupree", "Moore", "Keller", "Olson", "Weber", "Molloy", "Hobbs", "Hatton", "Winter",
    "Smith", "Stokes", "Leake", "Whitmore", "Beatty", "Pollard", "Manning", "Newmark", "Bowden",
    "Parks", "Austin", "Porter", "Sherrill", "Zimmer", "Quinn", "Young", "Jensen", "Fox", "Yates",
    "Ibsen", "Ulman", "Vance", "Xu", "Chen", "Wang", "Zhang", "Liu", "Zhao", "Huang", "Gray",
)  # fmt: skip
CHINESE_NAMES = ("王建国", "张丽华", "陈晓明", "刘洋", "赵敏", "周志强", "欧阳静", "李娜", "黄磊")
#: The names that all writers of `signatures-handwritten` wrote: in type they are none of theirs.
SIGNED = ("王涛", "朱佳怡", "张磊", "郭鑫", "陈静")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁宋唐许邓冯韩曹曾彭蔡潘田董余叶程于方石丁江白秦"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "夏侯")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华建国文玉红志海云波斌宇浩凯健俊帆雪琳晨辉鹏飞"
    "峰龙玲莉婷颖慧倩欣怡佳雨梅兰春燕嘉琪思远子轩安天正大中光成立新民永松青山元博一心如意德祥"
)
NOTED = ("OK", "yes", "no", "received", "seen", "copy", "to be done", "2 pcs")
TITLES = (
    "Chairman", "Secretary", "Director", "Project Director", "Executive Sales Manager",
    "Director of Sales", "Chief Technology Officer", "President", "Notary Public",
    "Associate Professor of Medicine", "Manager, Direct Marketing", "General Counsel",
    "Vice President - Operations", "Assistant Brand Manager", "Research and Development",
)  # fmt: skip
CHINESE_TITLES = ("技术总监", "总经理", "法定代表人", "项目负责人", "财务总监", "部门经理")
TO_SIGN = (
    "签收人（签字）：", "授课教师（签字）：", "客户代表（签字）：", "主任委员（签字）：",
    "经办人签字：", "家长签名：", "乙方（签字）：", "甲方代表签字：", "验收人：",
    "收货人签名：", "审核：", "签字 / Signature", "Received by:",
    "Signature of the customer:", "Accepted by (signature):", "Sign here",
)  # fmt: skip
LABELS = (
    "To:", "From:", "Subject:", "Date:", "Name:", "Fax No.:", "Message:", "Project No.", "Re:",
    "Amount:", "Title:", "Address:", "Company:", "Sheet:", "Copy to:", "Approved:", "Pages:",
)  # fmt: skip
CHINESE_LABELS = (
    "姓名：",
    "日期：",
    "电话：",
    "单位：",
    "金额：",
    "地址：",
    "项目名称：",
    "备注：",
)
MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
