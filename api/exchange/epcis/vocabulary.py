"""The words of the Core Business Vocabulary (CBV 2.0), and the forms in which documents write them.

A word is kept bare, as EPCIS 2.0's JSON-LD context writes it. XML writes URNs or web URIs, JSON-LD may write CURIEs too.
"""

from dataclasses import dataclass

CBV = "https://ref.gs1.org/cbv/"
GS1 = "https://gs1.org/voc/"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """base: of the web URIs. urn: of the URNs of CBV 1.2, where there were any."""

    base: str
    words: frozenset[str]
    urn: str | None = None

    def word(self, text: str) -> str:
        """Bare where it is one of the vocabulary, in whatever form; else as it is."""
        for head in self._heads():
            if text.startswith(head) and text[len(head) :] in self.words:
                return text[len(head) :]
        return text

    def uri(self, word: str) -> str:
        """The web URI of a bare word; another text as it is."""
        return self.base + word if word in self.words else word

    def unknown(self, text: str) -> bool:
        """Whether a text, not a word, is none of the vocabulary's and no URI of another's either."""
        return ":" not in text or any(text.startswith(head) for head in (self.base, self.urn or self.base))

    def _heads(self) -> tuple[str, ...]:
        curie = self.base.replace(CBV, "cbv:").replace(GS1, "gs1:")
        return (self.base, curie, *((self.urn,) if self.urn else ()))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DISPOSITIONS = _words(
    """active available completeness_verified completeness_inferred conformant container_closed container_open damaged destroyed
    dispensed disposed encoded expired in_progress in_transit inactive mismatch_instance mismatch_class mismatch_quantity
    needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
    sellable_accessible sellable_not_accessible stolen unavailable unknown"""
)
BIZ_STEP = Vocabulary(
    CBV + "BizStep-",
    _words(
        """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning
        departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other
        packing picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping
        staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping"""
    ),
    "urn:epcglobal:cbv:bizstep:",
)
DISPOSITION = Vocabulary(CBV + "Disp-", _DISPOSITIONS, "urn:epcglobal:cbv:disp:")
TRANSACTION = Vocabulary(
    CBV + "BTT-",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
    "urn:epcglobal:cbv:btt:",
)
PARTY = Vocabulary(CBV + "SDT-", _words("owning_party possessing_party location"), "urn:epcglobal:cbv:sdt:")
ERROR_REASON = Vocabulary(CBV + "ER-", _words("did_not_occur incorrect_data"), "urn:epcglobal:cbv:er:")
SENSOR_EXCEPTION = Vocabulary(GS1, _words("ALARM_CONDITION ERROR_CONDITION"))
COMPONENT = Vocabulary(
    CBV + "Comp-",
    _words("x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude longitude altitude"),
)
MEASUREMENT = Vocabulary(
    GS1,
    _words(
        """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance AmountOfSubstancePerUnitVolume Angle
        AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless
        DoseEquivalent DoseEquivalentRate DynamicViscosity EffectiveDose EffectiveDoseRate ElectricCharge ElectricCurrent
        ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity
        Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass
        MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume
        Molar_concentration Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle
        SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
        VolumetricFlux Wavenumber"""
    ),
)
ALL = (BIZ_STEP, DISPOSITION, TRANSACTION, PARTY, ERROR_REASON, SENSOR_EXCEPTION, COMPONENT, MEASUREMENT)
