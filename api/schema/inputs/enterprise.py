"""QB/T 4971-2018 table 1-1 row 2 and table 6."""

import strawberry

from api.schema.inputs.file import FileInput
from api.schema.product_class import ProductClass


@strawberry.input(description="An enterprise of the chain (QB/T 4971-2018 table 1-1 row 2, 6.6, table 6).")
class EnterpriseInput:
    code: str = strawberry.field(description="The enterprise code, 4 to 20 of A-Z and 0-9: its identity (QB/T 4971-2018 5.1).")
    name: str = strawberry.field(description="Name (QB/T 4971-2018 table 6 row 12).")
    address: str | None = strawberry.field(default=strawberry.UNSET, description="Address (QB/T 4971-2018 table 6 row 13).")
    division_code: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Division code (行政区划代码, GB/T 2260) of the address (QB/T 4971-2018 table 6 row 13), six digits: the region whose "
        "regulators supervise it. The platform records it; an enterprise that amends its own record sends it as it is.",
    )
    product_classes: list[ProductClass] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Classes of product (产品的类别, QB/T 4971-2018 table 6 row 4) that it deals with: those whose regulators supervise "
        "it. The platform records them; an enterprise that amends its own record sends them as they are.",
    )
    contact: str | None = strawberry.field(
        default=strawberry.UNSET, description="Person or office to ask (QB/T 4971-2018 table 1-1 row 2)."
    )
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="Telephone number (QB/T 4971-2018 table 1-1 row 2).")
    website: str | None = strawberry.field(default=strawberry.UNSET, description="Web address (QB/T 4971-2018 table 6 row 14).")
    integrity_certificate_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number of the integrity evaluation certificate (QB/T 4971-2018 table 6 row 15)."
    )
    integrity_certificate: FileInput | None = strawberry.field(
        default=strawberry.UNSET, description="The integrity evaluation certificate (QB/T 4971-2018 table 6 row 16)."
    )
    integrity_certificate_validity: str | None = strawberry.field(
        default=strawberry.UNSET, description="From when until when that certificate holds, as printed (QB/T 4971-2018 table 6 row 17)."
    )
    production_licence_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number of the production licence (QB/T 4971-2018 table 6 row 18)."
    )
    production_licence_validity: str | None = strawberry.field(
        default=strawberry.UNSET, description="From when until when the licence holds, as printed (QB/T 4971-2018 table 6 row 19)."
    )
    enterprise_trace_url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where the enterprise itself answers trace queries (QB/T 4971-2018 table 6 row 21)."
    )
