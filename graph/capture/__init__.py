"""The write path: what enterprises record. One function a noun, `(graph, actor, records, options) -> outcomes`.

Records are mappings with the names of the mutation's inputs (docs/reference/graphql), in the spelling of GraphQL or of Python.
"""

from graph.capture.aggregations import capture_aggregations
from graph.capture.batch_inputs import capture_batch_inputs
from graph.capture.batches import capture_batches, capture_filed_batches, capture_implied_batches, capture_told_batches
from graph.capture.checking import read_record
from graph.capture.declared import declare
from graph.capture.enterprises import capture_enterprises
from graph.capture.epcis_events import capture_events
from graph.capture.errors import CaptureRefused, NotAllowed, NotSignedIn, TooManyRecords
from graph.capture.event_ids import call_events
from graph.capture.farms import capture_farms
from graph.capture.ingredient_lots import capture_ingredient_lots
from graph.capture.milk_deliveries import capture_milk_deliveries
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.capture.packages import capture_packages, capture_told_packages
from graph.capture.packed_items import capture_packed_items
from graph.capture.products import capture_products
from graph.capture.receipts import capture_receipts, capture_told_receipts
from graph.capture.restricted import capture_contact_persons, capture_formulas, capture_research_records
from graph.capture.sales import capture_sales
from graph.capture.shipments import capture_filed_shipments, capture_shipments, capture_told_shipments
from graph.capture.sites import capture_sites, capture_told_sites
from graph.capture.untold import Telling, Untold, keep_untold

__all__ = [
    "CaptureRefused",
    "NotAllowed",
    "NotSignedIn",
    "Options",
    "Outcome",
    "Status",
    "Telling",
    "TooManyRecords",
    "Untold",
    "call_events",
    "capture_aggregations",
    "capture_batch_inputs",
    "capture_batches",
    "capture_contact_persons",
    "capture_enterprises",
    "capture_events",
    "capture_farms",
    "capture_filed_batches",
    "capture_filed_shipments",
    "capture_formulas",
    "capture_implied_batches",
    "capture_ingredient_lots",
    "capture_milk_deliveries",
    "capture_packages",
    "capture_packed_items",
    "capture_products",
    "capture_receipts",
    "capture_research_records",
    "capture_sales",
    "capture_shipments",
    "capture_sites",
    "capture_told_batches",
    "capture_told_packages",
    "capture_told_receipts",
    "capture_told_shipments",
    "capture_told_sites",
    "declare",
    "keep_untold",
    "read_record",
]
