"""A device of a Rivulet federation: enrols, waits for work, trains on its own data and uploads what it learnt."""

from .calls import Limits, Refused
from .client import Client
from .device import Declined, Device, Evaluator, Measured, NoPart, Nothing, Part, Settings, Trainer
from .identity import Identity
from .messages import Capabilities, Evaluated
from .update import Scheme, Unreadable, choose, encode, read

__all__ = [
    "Capabilities",
    "Client",
    "Declined",
    "Device",
    "Evaluated",
    "Evaluator",
    "Identity",
    "Limits",
    "Measured",
    "NoPart",
    "Nothing",
    "Part",
    "Refused",
    "Scheme",
    "Settings",
    "Trainer",
    "Unreadable",
    "choose",
    "encode",
    "read",
]
