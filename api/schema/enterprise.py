"""Companies (QB/T 4971-2018 table 1-1 row 2, table 6 rows 12-19 and 21)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.file import File, file_of
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Record, Traceable, TraceableKind, of_kind
from api.schema.product_class import ProductClass
from api.schema.restricted import ContactPerson
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL, PUBLIC, RESTRICTED, SHARED
from auth.restricted import CONTACT_PERSON
from graph.model.identifiers import Kind
from graph.records import Hop, Selection

if TYPE_CHECKING:
    from api.schema.ingredient_lot import IngredientLot


class EnterpriseStatus(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


described(
    EnterpriseStatus,
    "Whether an enterprise acts here.",
    {"ACTIVE": "It does.", "SUSPENDED": "The platform has suspended it: its tokens open nothing; its records stay."},
)


@strawberry.type(directives=SHARED, description="Whether an enterprise acts here, and since when it does not.")
class EnterpriseStanding:
    code: str = strawberry.field(description="The enterprise's code.")
    status: EnterpriseStatus = strawberry.field(description="Whether it acts here.")
    suspended_at: DateTime | None = strawberry.field(description="Since when it is suspended; null while it is active.")

    @classmethod
    def of(cls, code: str, since: Any) -> Self:
        """since: ms, which the scalar writes out; None while it is active."""
        return cls(code=code, status=EnterpriseStatus.ACTIVE if since is None else EnterpriseStatus.SUSPENDED, suspended_at=since)


@of_kind(Kind.ENTERPRISE)
@strawberry.type(description="A company: supplier, manufacturer, carrier or seller (QB/T 4971-2018 table 1-1 row 2 原料企业信息, 6.6).")
class Enterprise(Traceable, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.ENTERPRISE, description="Always ENTERPRISE.")
    code: str = strawberry.field(directives=PUBLIC, description="Enterprise code (5.1 企业编码): 4 to 20 of A-Z and 0-9.")
    name: str = strawberry.field(directives=PUBLIC, description="企业名称 (table 6 row 12).")
    address: str | None = strawberry.field(directives=PUBLIC, description="企业地址 (table 6 row 13).")
    division_code: str | None = strawberry.field(
        directives=SHARED,
        description="行政区划代码 (GB/T 2260) of its address (table 6 row 13), six digits: the region whose regulators supervise it.",
    )
    product_classes: list[ProductClass] = strawberry.field(
        directives=SHARED,
        description="产品的类别 (table 6 row 4) that it is registered for: those whose regulators supervise it.",
    )
    contact: str | None = strawberry.field(directives=INTERNAL, description="联系方式 (table 1-1 row 2): whom to ask for.")
    phone: str | None = strawberry.field(directives=SHARED, description="Telephone number (table 1-1 row 2 联系方式).")
    website: str | None = strawberry.field(directives=PUBLIC, description="企业网址 (table 6 row 14).")
    integrity_certificate_number: str | None = strawberry.field(directives=PUBLIC, description="诚信评价证书编号 (table 6 row 15).")
    integrity_certificate_validity: str | None = strawberry.field(directives=PUBLIC, description="诚信评价证书有效期 (table 6 row 17).")
    production_licence_number: str | None = strawberry.field(directives=PUBLIC, description="生产许可证编号 (table 6 row 18).")
    production_licence_validity: str | None = strawberry.field(directives=PUBLIC, description="生产许可证有效期 (table 6 row 19).")
    enterprise_trace_url: str | None = strawberry.field(directives=PUBLIC, description="企业追溯信息查询地址 (table 6 row 21).")
    integrity_certificate_text: strawberry.Private[str | None]
    suspended_at: strawberry.Private[int | None]

    @strawberry.field(directives=SHARED, description="Whether it acts here, or the platform has suspended it.")
    def status(self) -> EnterpriseStatus:
        return EnterpriseStatus.ACTIVE if self.suspended_at is None else EnterpriseStatus.SUSPENDED

    @strawberry.field(directives=PUBLIC, description="诚信评价证书 (table 6 row 16).")
    def integrity_certificate(self) -> File | None:
        return file_of(self.integrity_certificate_text)

    @strawberry.field(
        directives=RESTRICTED,
        description="联系人 (table 1-1 row 2 联系方式): personal data; null where none is recorded, or none that the viewer may read.",
    )
    async def contact_person(self, info: Info) -> ContactPerson | None:
        found = await info.context.loaders.restricted(CONTACT_PERSON, str(self.id))
        return ContactPerson.of(found[0]) if found else None

    @strawberry.field(directives=INTERNAL, description="The ingredient lots that it supplied, by ID.")
    async def supplied_lots(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["IngredientLot", strawberry.lazy("api.schema.ingredient_lot")]]:
        return await hops.hanging(info, Hop.SUPPLIED_LOTS, str(self.id), first, after)


class EnterpriseSortBy(StrEnum):
    ID = "id"
    NAME = "nameOrder"
    RECORDED_AT = "recordedAt"


described(
    EnterpriseSortBy,
    "What enterprises are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "NAME": "企业名称, by code point.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of enterprises.")
class EnterpriseSort:
    by: EnterpriseSortBy = strawberry.field(default=EnterpriseSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which enterprises. All that is given must hold.")
class EnterpriseFilter:
    codes: list[str] | None = strawberry.field(default=None, description="With one of these codes (企业编码).")
    code_starts_with: str | None = strawberry.field(default=None, description="With a code that begins so.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        return (
            Builder(Kind.ENTERPRISE)
            .owners(self.codes)
            .numbers(None, self.code_starts_with, "code")
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
