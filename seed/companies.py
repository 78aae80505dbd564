"""Who takes part: invented enterprises in real regions, with codes and web addresses that nobody has."""

from dataclasses import dataclass
from typing import Literal

from graph.model.identifiers import Kind, record_id

Route = Literal["WET", "DRY", "COMBINED"]


@dataclass(frozen=True, slots=True)
class Article:
    """A product: its stage (1, 2, 3), the grams in a can, its route, and whether cans come in gift boxes of two."""

    stage: int
    grams: int
    route: Route
    gift: bool = False


@dataclass(frozen=True, slots=True)
class Maker:
    """A manufacturer. warehouses: name and place. lag_days: how long after a block's first day its campaign starts."""

    code: str
    name: str
    brand: str
    place: str
    address: str
    domain: str
    colour: str
    warehouses: tuple[tuple[str, str], tuple[str, str]]
    articles: tuple[Article, Article, Article]
    lag_days: int
    tag: str

    def id(self, kind: Kind, number: str) -> str:
        return record_id(kind, self.code, number)

    def gtin(self, article: int) -> str:
        """A 13-digit article number under the maker's own code."""
        body = f"{self.code}{article + 1:05d}"
        odd_even = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        return f"{body}{-odd_even % 10}"

    @property
    def contact(self) -> str:
        return f"{self.name}，联系电话：400-000-{self.code[-4:]}"

    @property
    def plant(self) -> str:
        return self.id(Kind.SITE, "GC01")

    def warehouse(self, place: int) -> str:
        return self.id(Kind.SITE, f"CK{place + 1:02d}")


MAKERS = (
    Maker(
        code="6999901",
        name="黑龙江霁禾乳业有限公司",
        brand="霁禾启安",
        place="黑龙江省齐齐哈尔市",
        address="黑龙江省齐齐哈尔市甘南县霁禾路1号",
        domain="jihe.example",
        colour="#1f5f8b",
        warehouses=(("霁禾沈阳中心仓", "辽宁省沈阳市于洪区"), ("霁禾武汉中心仓", "湖北省武汉市东西湖区")),
        articles=(Article(1, 800, "COMBINED"), Article(2, 800, "COMBINED"), Article(3, 900, "COMBINED")),
        lag_days=0,
        tag="JH",
    ),
    Maker(
        code="6999902",
        name="内蒙古岚牧草原乳业有限公司",
        brand="岚牧悦程",
        place="内蒙古自治区呼伦贝尔市",
        address="内蒙古自治区呼伦贝尔市海拉尔区岚牧大街8号",
        domain="lanmu.example",
        colour="#2e7d4f",
        warehouses=(("岚牧北京分拨仓", "北京市顺义区"), ("岚牧西安分拨仓", "陕西省西安市灞桥区")),
        articles=(Article(3, 800, "WET"), Article(1, 400, "COMBINED"), Article(2, 800, "COMBINED")),
        lag_days=1,
        tag="LM",
    ),
    Maker(
        code="6999903",
        name="黑龙江沃岑乳业有限公司",
        brand="沃岑金佑",
        place="黑龙江省绥化市",
        address="黑龙江省绥化市北林区沃岑路66号",
        domain="wocen.example",
        colour="#8b3a62",
        warehouses=(("沃岑郑州物流园", "河南省郑州市中牟县"), ("沃岑广州物流园", "广东省广州市花都区")),
        articles=(Article(1, 900, "COMBINED"), Article(3, 400, "COMBINED", gift=True), Article(2, 900, "COMBINED")),
        lag_days=2,
        tag="WC",
    ),
    Maker(
        code="6999904",
        name="天津澄芃营养食品有限公司",
        brand="澄芃小满",
        place="天津市滨海新区",
        address="天津市滨海新区临港经济区澄芃道18号",
        domain="chengpeng.example",
        colour="#b5651d",
        warehouses=(("澄芃天津保税仓", "天津市东疆保税港区"), ("澄芃成都云仓", "四川省成都市青白江区")),
        articles=(Article(2, 800, "DRY"), Article(3, 900, "DRY", gift=True), Article(1, 400, "DRY")),
        lag_days=12,
        tag="CP",
    ),
)
"""The last one has no dryer: it blends dry, in some blocks with base powder bought from the first."""

CONTRACT_MAKER, DRY_BLENDER = MAKERS[0], MAKERS[3]

COOPERATIVE = "6999911"
IMPORTER = "6999921"
OTHERS = (
    (COOPERATIVE, "绥化市禾塬奶牛养殖专业合作社", "黑龙江省绥化市望奎县"),
    (IMPORTER, "上海澜屿食品原料进出口有限公司", "上海市浦东新区外高桥保税区"),
    ("6999931", "山东沐岭粮油科技有限公司", "山东省日照市岚山区"),
    ("6999932", "江苏芮衡营养强化剂有限公司", "江苏省无锡市惠山区"),
    ("6999933", "湖北汐泽生物技术有限公司", "湖北省武汉市江夏区"),
    ("6999934", "广东砺岳金属包装有限公司", "广东省佛山市三水区"),
    ("6999935", "山东沐岭微囊油脂有限公司", "山东省日照市岚山区"),
    ("6999936", "广东臻蔚营养强化剂有限公司", "广东省中山市火炬开发区"),
    ("6999937", "福建霖湾生物科技有限公司", "福建省厦门市海沧区"),
    ("6999938", "江苏昫和微生态科技有限公司", "江苏省扬州市邗江区"),
    ("6999939", "天津铂垣制罐有限公司", "天津市武清区"),
    ("NL99001", "Veldhorst Wei-ingrediënten B.V.", "荷兰 弗里斯兰省"),
    ("IE99002", "Glenmarrow Dairy Proteins DAC", "爱尔兰 科克郡"),
    ("FR99003", "Laiterie des Trois Vallons SAS", "法国 布列塔尼大区"),
    ("NZ99004", "Waitohi Plains Dairy Ltd", "新西兰 坎特伯雷大区"),
    ("DK99005", "Nordsund Kulturer A/S", "丹麦 日德兰半岛"),
    ("DE99006", "Heidetal Laktosewerk GmbH", "德国 下萨克森州"),
    ("BE99007", "Scheldezicht Lactoferrine NV", "比利时 安特卫普省"),
    ("AU99008", "Kurraba Dairy Ingredients Pty Ltd", "澳大利亚 维多利亚州"),
    ("FI99009", "Suvantola Hera Oy", "芬兰 皮尔卡区"),
)

DISTRIBUTORS = (
    ("6999941", "哈尔滨沁川商贸有限公司", "黑龙江省哈尔滨市道里区"),
    ("6999942", "北京予禾供应链管理有限公司", "北京市大兴区"),
    ("6999943", "武汉江皋母婴用品有限公司", "湖北省武汉市洪山区"),
    ("6999944", "成都栖棠食品有限公司", "四川省成都市温江区"),
)

DIVISIONS = {
    "6999901": "230225",
    "6999902": "150702",
    "6999903": "231202",
    "6999904": "120116",
    "6999911": "231221",
    "6999921": "310115",
    "6999931": "371103",
    "6999932": "320206",
    "6999933": "420115",
    "6999934": "440607",
    "6999935": "371103",
    "6999936": "442000",
    "6999937": "350205",
    "6999938": "321003",
    "6999939": "120114",
    "6999941": "230102",
    "6999942": "110115",
    "6999943": "420111",
    "6999944": "510115",
    "6999951": "210200",
    "6999952": "210200",
    "6999953": "330110",
}
"""行政区划代码 (GB/T 2260) of the enterprises in China."""

RETAILERS = (("6999951", "暖橙母婴连锁（北方）有限公司"), ("6999952", "暖橙母婴连锁（南方）有限公司"))
ONLINE = ("6999953", "杭州云栖小屋电子商务有限公司")
ONLINE_SITES = (("云栖小屋华北前置仓", "河北省廊坊市"), ("云栖小屋华东前置仓", "浙江省嘉兴市"))

CITIES = (
    ("哈尔滨市", "黑龙江省", "南岗区"), ("北京市", "北京市", "海淀区"), ("武汉市", "湖北省", "武昌区"), ("成都市", "四川省", "锦江区"),
    ("大庆市", "黑龙江省", "萨尔图区"), ("天津市", "天津市", "河西区"), ("长沙市", "湖南省", "岳麓区"), ("重庆市", "重庆市", "渝北区"),
    ("沈阳市", "辽宁省", "和平区"), ("石家庄市", "河北省", "长安区"), ("南昌市", "江西省", "红谷滩区"), ("昆明市", "云南省", "盘龙区"),
)  # fmt: skip
"""In the order of `DISTRIBUTORS`, again and again: a store with place s is supplied by distributor s % 4."""

FARMS = {
    MAKERS[0].code: (
        ("甘南霁野第一牧场", "黑龙江省齐齐哈尔市甘南县"),
        ("克东霁野第二牧场", "黑龙江省齐齐哈尔市克东县"),
        ("富裕霁野第三牧场", "黑龙江省齐齐哈尔市富裕县"),
        ("林甸霁野牧场", "黑龙江省大庆市林甸县"),
    ),
    MAKERS[1].code: (
        ("陈巴尔虎岚牧牧场", "内蒙古自治区呼伦贝尔市陈巴尔虎旗"),
        ("西乌珠穆沁岚牧牧场", "内蒙古自治区锡林郭勒盟西乌珠穆沁旗"),
        ("科尔沁岚牧牧场", "内蒙古自治区通辽市科尔沁区"),
    ),
    MAKERS[2].code: (("双城沃岑示范牧场", "黑龙江省哈尔滨市双城区"), ("安达沃岑牧场", "黑龙江省绥化市安达市")),
    COOPERATIVE: (("望奎禾塬一场", "黑龙江省绥化市望奎县"), ("青冈禾塬二场", "黑龙江省绥化市青冈县")),
}


def farms_of(maker: Maker) -> list[tuple[str, str]]:
    """The IDs and addresses of the farms that deliver to a maker; the third one also buys from the cooperative."""
    owners = [maker.code, *([COOPERATIVE] if maker is MAKERS[2] else [])]
    return [
        (record_id(Kind.FARM, owner, f"MC{place + 1:02d}"), address)
        for owner in owners
        for place, (_, address) in enumerate(FARMS.get(owner, ()))
    ]


def store(place: int) -> tuple[str, str]:
    """The retailer's code and the ID of the store with that place."""
    code = RETAILERS[place // 4 % 2][0]
    return code, record_id(Kind.SITE, code, f"MD{place + 1:05d}")


_ADDRESSES = {code: address for code, _, address in OTHERS}


def origin(code: str) -> str:
    """Where a supplier's goods come from: the country, or the province and city."""
    return _ADDRESSES[code].split(" ")[0]
