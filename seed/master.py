"""The records that stand for years: enterprises, products, farms and sites, with what the public may read of them."""

from collections.abc import Iterator
from decimal import Decimal

from seed.companies import CITIES, DISTRIBUTORS, DIVISIONS, FARMS, MAKERS, ONLINE, ONLINE_SITES, OTHERS, RETAILERS, Article, Maker, store
from seed.documents import label_svg, pdf
from seed.ingredients import MILK, share
from seed.portions import PER_INNER, Portion, Record, SeedFile, Stage
from seed.settings import SeedSettings

_STAGES = {
    1: ("婴儿配方奶粉", "1段", "GB 10765-2021", "婴儿配方食品", "0～6月龄，1段"),
    2: ("较大婴儿配方奶粉", "2段", "GB 10766-2021", "较大婴儿配方食品", "6～12月龄，2段"),
    3: ("幼儿配方奶粉", "3段", "GB 10767-2021", "幼儿配方食品", "12～36月龄，3段"),
}
_PROCESS = {"WET": "湿法工艺", "DRY": "干法工艺", "COMBINED": "干湿法复合工艺"}
_WARNINGS = {
    1: "对于0～6月龄的婴儿最理想的食品是母乳，在母乳不足或无母乳时可食用本产品。不当的冲调会影响婴儿健康。",
    2: "须配合添加辅助食品。不当的冲调会影响婴儿健康。",
    3: "本产品不能代替母乳，请在医生或营养师指导下使用。不当的冲调会影响幼儿健康。",
}
_SHOWN = (
    (MILK, "生牛乳"),
    ("whey", "脱盐乳清粉"),
    ("oil", "植物油（高油酸葵花籽油、亚麻籽油）、1,3-二油酸-2-棕榈酸甘油三酯"),
    ("lactose", "乳糖"),
    ("wpc", "浓缩乳清蛋白粉"),
    ("minerals", "碳酸钙、柠檬酸钾、氯化钠、硫酸亚铁、硫酸锌"),
    ("dha", "二十二碳六烯酸油脂、花生四烯酸油脂"),
    ("vitamins", "维生素A、维生素D、维生素E、维生素C、烟酰胺、叶酸"),
    ("nucleotides", "5'-单磷酸胞苷、5'-单磷酸腺苷"),
    ("lactoferrin", "乳铁蛋白"),
    ("b lactis", "动物双歧杆菌乳亚种"),
    ("l reuteri", "罗伊氏粘液乳杆菌"),
)
_INSTRUCTIONS = (
    "洗净双手，奶瓶煮沸消毒。取40～50℃的温开水，每30 mL水加入一平匙奶粉（约4.5 g），轻轻摇匀至完全溶解，试温后喂哺。"
    "冲调后请在两小时内饮用，剩余奶液不宜再食用。"
)
_STORAGE = "存放于阴凉干燥处。开启后请盖紧，不需冷藏，并在四周内食用完。未开启的产品请在保质期内食用。"
_NUTRITION = (
    "每100 g：能量 2100 kJ，蛋白质 {protein} g，脂肪 25.5 g，碳水化合物 54.0 g，维生素A 520 μg RE，维生素D 7.6 μg，"
    "钙 420 mg，铁 5.8 mg，锌 4.1 mg，DHA 90 mg，乳铁蛋白 58 mg"
)
DISCLAIMER = "演示数据：企业、产品与人员均为虚构，如有雷同纯属巧合。"
SHELF_LIFE_DAYS = 730


def master(settings: SeedSettings) -> Iterator[Portion]:
    """Everything that is there before the first milk."""
    for maker in MAKERS:
        yield _maker(maker, settings)
    others = [*OTHERS, *DISTRIBUTORS, *((code, name, "辽宁省大连市") for code, name in RETAILERS), (*ONLINE, "浙江省杭州市余杭区")]
    for code, name, address in others:
        record: Record = {"code": code, "name": name, "address": address, "website": f"https://{code.lower()}.example"}
        division = {"divisionCode": DIVISIONS[code]} if code in DIVISIONS else {}
        yield Portion(Stage.ENTERPRISE, code, [record | division])
    for maker in MAKERS:
        made = [_product(maker, place, article) for place, article in enumerate(maker.articles)]
        yield Portion(Stage.PRODUCT, maker.code, [record for record, _ in made], [label for _, label in made])
    for owner, farms in FARMS.items():
        yield Portion(Stage.FARM, owner, [{"number": f"MC{n:02d}", "name": name, "address": at} for n, (name, at) in enumerate(farms, 1)])
    yield from _sites(settings)


def _maker(maker: Maker, settings: SeedSettings) -> Portion:
    year = settings.until.year
    validity = f"自{year - 2}-03-01起，至{year + 1}-02-28止"
    number = f"CXRZ-{maker.tag}-{year - 2}-0{maker.code[-1]}"
    certificate = pdf(
        f"诚信管理体系评价证书-{maker.tag}", "诚信管理体系评价证书", [f"证书编号：{number}", maker.name, f"有效期：{validity}"]
    )
    record: Record = {
        "code": maker.code,
        "name": maker.name,
        "address": maker.address,
        "divisionCode": DIVISIONS[maker.code],
        "contact": "质量追溯部",
        "phone": f"400-000-{maker.code[-4:]}",
        "website": f"https://www.{maker.domain}",
        "integrityCertificateNumber": number,
        "integrityCertificate": certificate.reference,
        "integrityCertificateValidity": validity,
        "productionLicenceNumber": f"SC129000000{maker.code[-5:]}",
        "productionLicenceValidity": f"自{year - 3}-06-18起，至{year + 2}-06-17止",
        "enterpriseTraceUrl": f"https://trace.{maker.domain}",
    }
    return Portion(Stage.ENTERPRISE, maker.code, [record], [certificate])


def _product(maker: Maker, place: int, article: Article) -> tuple[Record, SeedFile]:
    title, stage, standard, category, age = _STAGES[article.stage]
    name = f"{maker.brand}{title}（{_STAGES[article.stage][4]}）"
    net = f"{article.grams}克" + (f"×{PER_INNER}罐礼盒" if article.gift else "")
    label = label_svg(f"外包装展开图-{maker.tag}{place + 1}", maker.brand, f"{title} {stage}", net, standard, maker.colour)
    listed = sorted(_SHOWN, key=lambda part: -share(part[0], article.stage))
    words = [("脱脂乳粉" if part == MILK and article.route == "DRY" else text) for part, text in listed]
    protein = {1: "10.6", 2: "15.2", 3: "17.0"}[article.stage]
    record: Record = {
        "code": maker.gtin(place),
        "name": name,
        "netContentGrams": Decimal(article.grams),
        "brand": maker.brand,
        "netContentAndSpecification": f"{net}，6罐/箱",
        "productStandard": standard,
        "productCategory": f"产品类别：{category}；产品属性：乳基粉状产品",
        "productionProcess": _PROCESS[article.route],
        "packagingArtwork": label.reference,
        "suitableAge": f"适合{age.split('，')[0]}食用",
        "instructionsForUse": _INSTRUCTIONS,
        "warnings": _WARNINGS[article.stage],
        "ingredientList": "、".join(words),
        "storageConditions": _STORAGE,
        "nutrition": _NUTRITION.format(protein=protein),
        "qualityCommitment": "每批产品经出厂检验合格后放行；每罐一码，可追溯至牧场与原料批次。",
        "voluntaryDisclosures": DISCLAIMER,
        "shelfLifeDays": SHELF_LIFE_DAYS,
    }
    return record, label


def _sites(settings: SeedSettings) -> Iterator[Portion]:
    for maker in MAKERS:
        plant: Record = {"number": "GC01", "siteKind": "PLANT", "name": f"{maker.name}工厂", "address": maker.address}
        stock = [
            {"number": f"CK{n:02d}", "siteKind": "WAREHOUSE", "name": name, "address": at}
            for n, (name, at) in enumerate(maker.warehouses, 1)
        ]
        yield Portion(Stage.SITE, maker.code, [plant, *stock])
    for code, name, address in DISTRIBUTORS:
        yield Portion(Stage.SITE, code, [{"number": "PS01", "siteKind": "DISTRIBUTOR", "name": f"{name}配送中心", "address": address}])
    online = enumerate(ONLINE_SITES, 1)
    sites: list[Record] = [{"number": f"DS{n:02d}", "siteKind": "ONLINE_STORE", "name": name, "address": at} for n, (name, at) in online]
    yield Portion(Stage.SITE, ONLINE[0], sites)
    for code, _ in RETAILERS:
        records: list[Record] = []
        for place in range(settings.stores):
            owner, site = store(place)
            if owner == code:
                city, province, district = CITIES[place % len(CITIES)]
                where = f"{'' if province == city else province}{city}{district}"
                name = f"暖橙母婴{city.removesuffix('市')}{place // len(CITIES) + 1:02d}店"
                records.append({"number": site.rpartition("/")[2], "siteKind": "STORE", "name": name, "address": where})
        yield Portion(Stage.SITE, code, records)
