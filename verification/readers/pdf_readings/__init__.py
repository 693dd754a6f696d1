"""Whether every program reads the same out of a PDF, by the bytes alone.

Müller, Noss, Mainka, Mladenov, Schwenk: Processing Dangerous Paths, NDSS 2021 ("content masking").
A file is read strictly from end to end; each place where the standard allows one reading and
programs are known to take another is a fault, if what a page draws depends on it.
"""

from verification.readers.pdf_readings.judge import faults as read_faults
from verification.readers.pdf_readings.scan import Fault, Kind

__all__ = ["Fault", "Kind", "read_faults"]
