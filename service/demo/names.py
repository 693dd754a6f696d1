"""Names for the demo company: people, customers and suppliers who exist nowhere.

Registered names carry 演示 ("demonstration") where real ones carry a place, domains end in
``.example`` or ``.test`` (RFC 2606): no letter or mail of the demo can be taken for a real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.values import Text

if TYPE_CHECKING:
    import random

SURNAMES = (
    ("陈", "chen"), ("林", "lin"), ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"),
    ("马", "ma"), ("朱", "zhu"), ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("高", "gao"),
    ("罗", "luo"), ("郑", "zheng"), ("梁", "liang"), ("谢", "xie"), ("宋", "song"), ("唐", "tang"),
    ("沈", "shen"), ("韩", "han"), ("冯", "feng"), ("邓", "deng"), ("曹", "cao"), ("彭", "peng"),
)  # fmt: skip
GIVEN_NAMES = (
    ("思远", "siyuan"), ("雨桐", "yutong"), ("景行", "jingxing"), ("若溪", "ruoxi"),
    ("明哲", "mingzhe"), ("嘉禾", "jiahe"), ("知行", "zhixing"), ("婉清", "wanqing"),
    ("子衡", "ziheng"), ("一诺", "yinuo"), ("浩然", "haoran"), ("书宁", "shuning"),
    ("承泽", "chengze"), ("静姝", "jingshu"), ("启航", "qihang"), ("安然", "anran"),
    ("振宇", "zhenyu"), ("晓岚", "xiaolan"), ("立群", "liqun"), ("慧敏", "huimin"),
    ("建国", "jianguo"), ("丽华", "lihua"), ("志强", "zhiqiang"), ("海燕", "haiyan"),
    ("文博", "wenbo"), ("雅琴", "yaqin"), ("云舟", "yunzhou"), ("可欣", "kexin"),
    ("德胜", "desheng"), ("春晖", "chunhui"), ("梓萱", "zixuan"), ("秋实", "qiushi"),
    ("国栋", "guodong"), ("凌霄", "lingxiao"), ("诗涵", "shihan"), ("卫东", "weidong"),
    ("怀瑾", "huaijin"), ("采薇", "caiwei"), ("俊杰", "junjie"), ("念慈", "nianci"),
    ("泽宇", "zeyu"), ("青禾", "qinghe"), ("永康", "yongkang"), ("佳音", "jiayin"),
    ("鸿飞", "hongfei"), ("素心", "suxin"), ("天佑", "tianyou"), ("映雪", "yingxue"),
)  # fmt: skip

REGIONS = (
    ("east", "华东", "East China"),
    ("south", "华南", "South China"),
    ("north", "华北", "North China"),
    ("central", "华中", "Central China"),
    ("southwest", "西南", "Southwest China"),
    ("northwest", "西北", "Northwest China"),
    ("northeast", "东北", "Northeast China"),
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company as its papers name it."""

    key: str
    name: str
    registered_name: str
    domain: str
    address: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """A customer before anybody works there: organisation, region, trade."""

    organisation: Organisation
    region: str
    industry: Text
    #: The decision path that it is on.
    path: str = "software"


SELLER = Organisation(
    "hengxiu", "衡岫软件", "衡岫软件（演示）有限公司", "hengxiu.example", "云汀市砚池路 66 号"
)
#: Who else quotes for the same work.
RIVALS = (
    Organisation(
        "qimo", "启陌科技", "启陌数字科技（演示）有限公司", "qimo.test", "云汀市青枫路 9 号 3 幢"
    ),
    Organisation(
        "shuohe", "朔禾信息", "朔禾信息技术（演示）有限公司", "shuohe.test", "霁川市云栈街 120 号"
    ),
    Organisation(
        "lingtao", "翎涛云", "翎涛云计算（演示）有限公司", "lingtao.test", "霁川市听澜大道 8 号"
    ),
)


def _prospect(
    key: str, names: str, region: str, *, industry: str, address: str, path: str = "software"
) -> Prospect:
    short, registered = names.split("|")
    zh, en = industry.split("|")
    organisation = Organisation(key, short, registered, f"{key}.example", address)
    return Prospect(organisation, region, Text(zh=zh, en=en), path)


PROSPECTS = (
    _prospect("lanyan", "澜砚精密|澜砚精密制造（演示）有限公司", "east",
              industry="精密制造|precision engineering", address="云汀市枕溪路 18 号"),
    _prospect("yushan", "屿杉医疗|屿杉医疗器械（演示）有限公司", "east",
              industry="医疗器械|medical devices", address="云汀市望舒路 201 号"),
    _prospect("huaiji", "槐霁食品|槐霁食品（演示）股份有限公司", "east",
              industry="食品|food", address="云汀市禾丰路 5 号"),
    _prospect("nanheng", "楠珩电子|楠珩电子（演示）有限公司", "south",
              industry="消费电子|consumer electronics", address="榕屿市星港一路 33 号"),
    _prospect("mohui", "沫晖物流|沫晖物流（演示）有限公司", "south",
              industry="仓储物流|logistics", address="榕屿市保澜路 77 号"),
    _prospect("zhuoyuan", "濯原重工|濯原重工（演示）集团有限公司", "north",
              industry="重型机械|heavy machinery", address="朔津市钢研路 1 号"),
    _prospect("tingxu", "汀叙教育|汀叙教育科技（演示）有限公司", "north",
              industry="教育科技|education technology", address="朔津市文澜街 12 号"),
    _prospect("luoxiu", "珞岫汽配|珞岫汽车零部件（演示）有限公司", "central",
              industry="汽车零部件|car parts", address="江陌市车谷大道 88 号"),
    _prospect("sangyu", "桑聿酒业|桑聿酒业（演示）有限公司", "southwest",
              industry="酒类|wines and spirits", address="蜀屏市窖泉路 16 号"),
    _prospect("yanping", "砚坪能源|砚坪新能源（演示）有限公司", "southwest",
              industry="新能源|renewable energy", address="蜀屏市风塔路 29 号"),
    _prospect("gelan", "戈岚矿装|戈岚矿业装备（演示）有限公司", "northwest",
              industry="矿业装备|mining equipment", address="陇岚市驼铃街 6 号"),
    _prospect("songmo", "淞漠粮油|淞漠粮油（演示）有限公司", "northeast",
              industry="粮油加工|grain and oil", address="松漠市沃野路 50 号"),
    _prospect("qushi", "衢石包装|衢石包装（演示）有限公司", "east", path="hardware",
              industry="包装印刷|packaging", address="云汀市纸坊路 14 号"),
    _prospect("henglu", "蘅芦酒店|蘅芦酒店管理（演示）有限公司", "south", path="services",
              industry="酒店管理|hotel management", address="榕屿市椰影路 3 号"),
    _prospect("tieyuan", "铁垣家电|铁垣家电制造（演示）有限公司", "central", path="automation",
              industry="家电制造|household appliances", address="江陌市装配路 120 号"),
    _prospect("anheyi", "安禾医院|安禾综合医院（演示）", "southwest", path="medical",
              industry="医院|hospital", address="蜀屏市杏林路 8 号"),
    _prospect("zhenxue", "砧学技工|砧学技工学校（演示）", "northeast", path="education",
              industry="职业教育|vocational training", address="松漠市桃李街 21 号"),
)  # fmt: skip


def draw_people(rng: random.Random, count: int) -> list[tuple[str, str]]:
    """Give `count` different people as (name, login ``given.surname``).

    Given names are used up before one comes again, so that people are easily told apart.
    """
    surnames = rng.sample(SURNAMES, len(SURNAMES))
    given_names = rng.sample(GIVEN_NAMES, len(GIVEN_NAMES))
    people = []
    for index in range(count):
        again, place = divmod(index, len(given_names))
        family, family_latin = surnames[(index + again) % len(surnames)]
        given, given_latin = given_names[place]
        people.append((family + given, f"{given_latin}.{family_latin}"))
    return people
