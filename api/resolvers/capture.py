"""Recording: a mutation for each noun."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.recording import Captures, options_of, recording
from api.schema.capture import Problem, RecordOutcome, RecordPayload
from api.schema.inputs.batch import BatchInput
from api.schema.inputs.enterprise import EnterpriseInput
from api.schema.inputs.farm import FarmInput
from api.schema.inputs.ingredient_lot import IngredientLotInput
from api.schema.inputs.milk_delivery import MilkDeliveryInput
from api.schema.inputs.package import AggregationInput, PackageInput
from api.schema.inputs.plain import plain
from api.schema.inputs.product import ProductInput
from api.schema.inputs.restricted import ContactPersonInput, FormulaInput, ResearchRecordInput
from api.schema.inputs.sale import SaleInput
from api.schema.inputs.shipment import ReceiptInput, ShipmentInput
from api.schema.inputs.site import SiteInput
from api.settings import Settings
from graph import capture
from graph.capture import Outcome

RECORDS = strawberry.argument(description="Up to 5,000 records; their outcomes keep this order.")

_CODES: dict[type[capture.CaptureRefused], ErrorCode] = {
    capture.NotSignedIn: ErrorCode.UNAUTHENTICATED,
    capture.NotAllowed: ErrorCode.FORBIDDEN,
    capture.TooManyRecords: ErrorCode.TOO_MANY_RECORDS,
}


async def _record(info: Info, captures: Captures, records: Sequence[object]) -> RecordPayload:
    context = info.context
    options = options_of(context.settings, context.files, context.actor, context.address)
    try:
        async with recording(context.graph, context.actor, options, context.files, seconds=_waiting_seconds(context.settings)) as record:
            outcomes = await record(context.actor, captures, [plain(one) for one in records])
    except capture.CaptureRefused as refusal:
        raise ApiError(_CODES[type(refusal)], str(refusal)) from refusal
    return RecordPayload(outcomes=[_outcome(outcome) for outcome in outcomes])


def _waiting_seconds(settings: Settings) -> float:
    """Of an operation's time, what the events of others may take that waited for its records."""
    return settings.operation_seconds / 3


def _outcome(outcome: Outcome) -> RecordOutcome:
    problems = [Problem(code=problem.code.value, path=problem.path, message=problem.message) for problem in outcome.problems]
    return RecordOutcome(id=strawberry.ID(outcome.id), status=outcome.status, problems=problems)


@strawberry.type
class RecordMutations:
    @strawberry.mutation(description="Enterprises of the chain. The platform records any; an enterprise amends its own.")
    async def record_enterprises(self, info: Info, records: Annotated[list[EnterpriseInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_enterprises, records)

    @strawberry.mutation(description="Farms.")
    async def record_farms(self, info: Info, records: Annotated[list[FarmInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_farms, records)

    @strawberry.mutation(description="Raw milk as it arrives.")
    async def record_milk_deliveries(self, info: Info, records: Annotated[list[MilkDeliveryInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_milk_deliveries, records)

    @strawberry.mutation(description="Lots of ingredients and packaging material.")
    async def record_ingredient_lots(self, info: Info, records: Annotated[list[IngredientLotInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_ingredient_lots, records)

    @strawberry.mutation(description="Products: what holds for every package of them.")
    async def record_products(self, info: Info, records: Annotated[list[ProductInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_products, records)

    @strawberry.mutation(description="Batches, with what went into them.")
    async def record_batches(self, info: Info, records: Annotated[list[BatchInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_batches, records)

    @strawberry.mutation(description="Plants, warehouses, distributors and stores.")
    async def record_sites(self, info: Info, records: Annotated[list[SiteInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_sites, records)

    @strawberry.mutation(description="Packages that come into being.")
    async def commission_packages(self, info: Info, records: Annotated[list[PackageInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_packages, records)

    @strawberry.mutation(description="Packages that go into others, or come out of them. The outcome's ID is the parent's.")
    async def aggregate_packages(self, info: Info, records: Annotated[list[AggregationInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_aggregations, records)

    @strawberry.mutation(description="Shipments that leave.")
    async def dispatch_shipments(self, info: Info, records: Annotated[list[ShipmentInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_shipments, records)

    @strawberry.mutation(description="Shipments that arrive.")
    async def receive_shipments(self, info: Info, records: Annotated[list[ReceiptInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_receipts, records)

    @strawberry.mutation(description="Packages that are sold.")
    async def record_sales(self, info: Info, records: Annotated[list[SaleInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_sales, records)

    @strawberry.mutation(description="Formulas of products: of tier RESTRICTED.")
    async def record_formulas(self, info: Info, records: Annotated[list[FormulaInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_formulas, records)

    @strawberry.mutation(description="Records of research for products: of tier RESTRICTED.")
    async def record_research_records(self, info: Info, records: Annotated[list[ResearchRecordInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_research_records, records)

    @strawberry.mutation(description="The person to ask at one's own enterprise, personal data: of tier RESTRICTED.")
    async def record_contact_persons(self, info: Info, records: Annotated[list[ContactPersonInput], RECORDS]) -> RecordPayload:
        return await _record(info, capture.capture_contact_persons, records)
