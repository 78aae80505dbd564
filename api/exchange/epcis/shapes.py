"""Which elements stand in which lists of an event, and which of its texts are words of a vocabulary."""

from collections.abc import Mapping

from api.exchange.epcis.vocabulary import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    MEASUREMENT,
    PARTY,
    SENSOR_EXCEPTION,
    TRANSACTION,
    Vocabulary,
)

WORDS: Mapping[str, Vocabulary] = {"bizStep": BIZ_STEP, "disposition": DISPOSITION, "set": DISPOSITION, "unset": DISPOSITION}
REPORT_WORDS: Mapping[str, Vocabulary] = {"type": MEASUREMENT, "exception": SENSOR_EXCEPTION, "component": COMPONENT}
ENTRIES: Mapping[str, str] = {
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), "epc"),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), "quantityElement"),
    "sensorElementList": "sensorElement",
}
"""By the list, its elements."""
PAIRS: Mapping[str, tuple[str, Vocabulary]] = {
    "bizTransactionList": ("bizTransaction", TRANSACTION),
    "sourceList": ("source", PARTY),
    "destinationList": ("destination", PARTY),
}
"""By the list, its elements and the words of their types."""
CORRECTIVE = ("correctiveEventIDs", "correctiveEventID")
