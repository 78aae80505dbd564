"""The public look-up: QB/T 4971-2018 table 6 and 5.3."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry

from api.look_up_info import LookUpInfo
from api.schema.described import described
from api.schema.file import File, file_of
from api.schema.tiers import PUBLIC
from graph import lookup
from graph.model.times import from_ms
from graph.verdicts import Verdict, best_before

described(
    Verdict,
    "What a look-up says of a code (QB/T 4971-2018 5.3).",
    {
        "AUTHENTIC": "In circulation, and nothing speaks against it. Of a case or pallet, nothing is said of the products in it.",
        "RECALLED": "Being called back (6.6 问题产品召回信息).",
        "EXPIRED": "Past its best-before date (table 6 row 8).",
        "SUSPICIOUS": "Looked up too often, or in too many places, to be one package.",
        "NOT_ACTIVATED": "Allocated, but not commissioned yet; or of a batch that has not come, so that nothing can be said of it.",
        "VOIDED": "Taken out of use before it was sold.",
        "UNKNOWN_CODE": "The enterprise has no such package.",
        "UNKNOWN_ENTERPRISE": "There is no such enterprise.",
        "MALFORMED": "No code at all; the message says what one looks like.",
    },
)


_TEXTS = {
    "product_name": "productName",
    "net_content_and_specification": "netContentAndSpecification",
    "product_standard": "productStandard",
    "product_category": "productCategory",
    "production_process": "productionProcess",
    "batch_number": "batchNumber",
    "place_of_production": "placeOfProduction",
    "enterprise_name": "enterpriseName",
    "enterprise_address": "enterpriseAddress",
    "enterprise_website": "enterpriseWebsite",
    "integrity_certificate_number": "integrityCertificateNumber",
    "integrity_certificate_validity": "integrityCertificateValidity",
    "production_licence_number": "productionLicenceNumber",
    "production_licence_validity": "productionLicenceValidity",
    "producer_name_and_contact": "producerNameAndContact",
    "enterprise_trace_url": "enterpriseTraceUrl",
    "suitable_age": "suitableAge",
    "instructions_for_use": "instructionsForUse",
    "warnings": "warnings",
    "ingredient_list": "ingredientList",
    "storage_conditions": "storageConditions",
    "nutrition": "nutrition",
    "quality_commitment": "qualityCommitment",
}
"""The fields that are shown as they were recorded, and the columns that hold them."""


@strawberry.type(directives=PUBLIC, description="The 33 public fields of a package (QB/T 4971-2018 6.7, table 6).")
class PublicTrace:
    found: strawberry.Private[Mapping[str, Any]]

    product_name: str | None = strawberry.field(description="产品名称. QB/T 4971-2018 table 6 row 1.")
    net_content_and_specification: str | None = strawberry.field(description="净含量、规格. Table 6 row 2.")
    product_standard: str | None = strawberry.field(description="产品执行标准号. Table 6 row 3.")
    product_category: str | None = strawberry.field(description="产品的类别、属性. Table 6 row 4.")
    production_process: str | None = strawberry.field(description="生产工艺. Table 6 row 5.")
    batch_number: str | None = strawberry.field(description="产品批次. Table 6 row 10.")
    place_of_production: str | None = strawberry.field(description="食品生产地. Table 6 row 9.")
    enterprise_name: str | None = strawberry.field(description="企业名称. Table 6 row 12.")
    enterprise_address: str | None = strawberry.field(description="企业地址. Table 6 row 13.")
    enterprise_website: str | None = strawberry.field(description="企业网址. Table 6 row 14.")
    integrity_certificate_number: str | None = strawberry.field(description="诚信评价证书编号. Table 6 row 15.")
    integrity_certificate_validity: str | None = strawberry.field(description="诚信评价证书有效期. Table 6 row 17.")
    production_licence_number: str | None = strawberry.field(description="生产许可证编号. Table 6 row 18.")
    production_licence_validity: str | None = strawberry.field(description="生产许可证有效期. Table 6 row 19.")
    producer_name_and_contact: str | None = strawberry.field(description="生产者名称和联系方式. Table 6 row 20.")
    enterprise_trace_url: str | None = strawberry.field(description="企业追溯信息查询地址. Table 6 row 21.")
    suitable_age: str | None = strawberry.field(description="适用年龄. Table 6 row 22.")
    instructions_for_use: str | None = strawberry.field(description="使用说明. Table 6 row 23.")
    warnings: str | None = strawberry.field(description="警示说明. Table 6 row 24.")
    ingredient_list: str | None = strawberry.field(description="配料表. Table 6 row 25.")
    storage_conditions: str | None = strawberry.field(description="贮存条件. Table 6 row 26.")
    nutrition: str | None = strawberry.field(description="主要营养成分及含量. Table 6 row 27.")
    quality_commitment: str | None = strawberry.field(description="其他质量承诺. Table 6 row 28.")

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "PublicTrace":
        """From a row of lookup/find."""
        return cls(found=found, **{name: found[column] for name, column in _TEXTS.items()})

    @strawberry.field(description="外包装展开图. Table 6 row 6.")
    def packaging_artwork(self) -> File | None:
        return file_of(self.found["packagingArtwork"], _code(self.found["id"]))

    @strawberry.field(description="生产日期. Table 6 row 7.")
    def production_date(self) -> date | None:
        return _day(self.found["productionDate"])

    @strawberry.field(description="保质期至; where it is not recorded, production date and shelf life. Table 6 row 8.")
    def best_before(self) -> date | None:
        return _day(best_before(self.found))

    @strawberry.field(description="产品追溯编码, `<enterprise code>.<number>`. Table 6 row 11.")
    def trace_code(self) -> str:
        return _code(self.found["id"])

    @strawberry.field(description="诚信评价证书. Table 6 row 16.")
    def integrity_certificate(self) -> File | None:
        return file_of(self.found["integrityCertificate"], _code(self.found["id"]))

    @strawberry.field(description="产品检验报告. Table 6 row 29.")
    def product_inspection_report(self) -> File | None:
        return file_of(self.found["productInspectionReport"], _code(self.found["id"]))

    @strawberry.field(description="主要原料合格证明, of every ingredient lot above 2 % that the batch goes back to. Table 6 row 30.")
    async def main_ingredient_certificates(self, info: LookUpInfo) -> list[File]:
        if not self.found["batch"]:
            return []
        origins = await info.context.look_ups.origins(self.found["batch"])
        return [file for text in origins.certificates if (file := file_of(text, _code(self.found["id"])))]

    @strawberry.field(description="乳原料来源地, of every milk delivery and milk-base lot that the batch goes back to. Table 6 row 31.")
    async def milk_source_origin(self, info: LookUpInfo) -> str | None:
        if not self.found["batch"]:
            return None
        origins = await info.context.look_ups.origins(self.found["batch"])
        return "；".join(origins.milk_sources) or None

    @strawberry.field(description="数据上传日期. Table 6 row 32.")
    def uploaded_on(self) -> date | None:
        return _day(self.found["uploadedOn"])

    @strawberry.field(description="企业自愿公开的其他信息, of the product and of the batch, a line each. Table 6 row 33.")
    def voluntary_disclosures(self) -> str | None:
        return "\n".join(filter(None, (self.found["productDisclosures"], self.found["batchDisclosures"]))) or None

    @strawberry.field(description="上一级包装追溯码 (maternal and baby products draft, table 7 row 2); null when it is in no package now.")
    def parent_package_code(self) -> str | None:
        return _code(self.found["parent"]) if self.found["parent"] else None


@strawberry.type(directives=PUBLIC, description="What a look-up of a code says (QB/T 4971-2018 5.3).")
class Resolution:
    found: strawberry.Private[lookup.Resolution]

    @strawberry.field(description="The code in its one form, `<enterprise code>.<number>`; as given when it is malformed.")
    def code(self) -> str:
        return self.found.code

    @strawberry.field(description="What to think of the package.")
    def verdict(self) -> Verdict:
        return self.found.verdict

    @strawberry.field(description="The verdict in words for a consumer, in Chinese.")
    def message(self) -> str:
        return self.found.message

    @strawberry.field(description="The public fields; null unless the code is in circulation.")
    def product(self) -> PublicTrace | None:
        return PublicTrace.of(self.found.trace) if self.found.trace is not None else None

    @strawberry.field(description="How often the code was looked up, this time included (QB/T 4971-2018 table 5 row 4 追溯查询次数).")
    def query_count(self) -> int:
        return self.found.query_count

    @strawberry.field(description="When the code was looked up first; null for a malformed code.")
    def first_queried_at(self) -> datetime | None:
        return None if self.found.first_queried_at is None else from_ms(self.found.first_queried_at)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _code(package_id: str) -> str:
    return package_id.partition("/")[2].replace("/", ".", 1)
