"""The kinds of object a statistic can be opened on, and the kinds of DN (`semantics.md` 1, `protocols.md` 6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class ObjectType(StrEnum):
    """What `Objects` of a stat type and `type` of a request may name."""

    REG_DN = "RegDN"
    QUEUE = "Queue"
    ROUTE_POINT = "RoutePoint"
    GROUP_QUEUES = "GroupQueues"
    AGENT = "Agent"
    PLACE = "Place"
    GROUP_AGENTS = "GroupAgents"
    GROUP_PLACES = "GroupPlaces"
    STAGING_AREA = "StagingArea"
    TENANT = "Tenant"
    SWITCH = "Switch"
    CAMPAIGN = "Campaign"
    CAMPAIGN_GROUP = "CampaignGroup"
    CALLING_LIST = "CallingList"
    CAMPAIGN_CALLING_LIST = "CampaignCallingList"
    ROUTING_STRATEGY = "RoutingStrategy"
    WORKBIN = "Workbin"


class DnType(StrEnum):
    """`type` of a `[[dn]]`, and `dn_type` of `EventRegistered`."""

    EXTENSION = "Extension"
    ACD_POSITION = "ACDPosition"
    ACD_QUEUE = "ACDQueue"
    ROUTING_POINT = "RoutingPoint"
    EXTERNAL_ROUTING_POINT = "ExternalRoutingPoint"
    SERVICE_NUMBER = "ServiceNumber"
    VIRTUAL_QUEUE = "VirtualQueue"
    EMAIL = "Email"
    CHAT = "Chat"
    CALLBACK = "Callback"
    VOICE_TREATMENT_PORT = "VoiceTreatmentPort"


OBJECT_TYPE_OF_DN: Final[Mapping[DnType, ObjectType]] = {
    DnType.EXTENSION: ObjectType.REG_DN,
    DnType.ACD_POSITION: ObjectType.REG_DN,
    DnType.EMAIL: ObjectType.REG_DN,
    DnType.CHAT: ObjectType.REG_DN,
    DnType.CALLBACK: ObjectType.REG_DN,
    DnType.VOICE_TREATMENT_PORT: ObjectType.REG_DN,
    DnType.ACD_QUEUE: ObjectType.QUEUE,
    DnType.VIRTUAL_QUEUE: ObjectType.QUEUE,
    DnType.ROUTING_POINT: ObjectType.ROUTE_POINT,
    DnType.EXTERNAL_ROUTING_POINT: ObjectType.ROUTE_POINT,
    DnType.SERVICE_NUMBER: ObjectType.ROUTE_POINT,
}

MEDIUM_OF_DN: Final[Mapping[DnType, str]] = {
    DnType.EMAIL: "email",
    DnType.CHAT: "chat",
    DnType.CALLBACK: "callback",
}
"""What calls are at a DN of an emulating T-Server (`multimedia.md` 7); at all others they are `voice`."""

REGULAR_OBJECTS: Final = frozenset(
    {
        ObjectType.REG_DN,
        ObjectType.AGENT,
        ObjectType.PLACE,
        ObjectType.GROUP_AGENTS,
        ObjectType.GROUP_PLACES,
        ObjectType.TENANT,
    }
)
MEDIATION_OBJECTS: Final = frozenset(
    {ObjectType.ROUTE_POINT, ObjectType.QUEUE, ObjectType.GROUP_QUEUES, ObjectType.SWITCH}
)
STAGING_OBJECTS: Final = frozenset({ObjectType.STAGING_AREA})
COMPATIBILITY_GROUPS: Final = (REGULAR_OBJECTS, MEDIATION_OBJECTS, STAGING_OBJECTS)
"""A stat type's `Objects` come from one of these."""

WITHOUT_SOURCE: Final = frozenset(
    {
        ObjectType.CAMPAIGN,
        ObjectType.CAMPAIGN_GROUP,
        ObjectType.CALLING_LIST,
        ObjectType.CAMPAIGN_CALLING_LIST,
        ObjectType.ROUTING_STRATEGY,
        ObjectType.WORKBIN,
    }
)
"""Known names that nothing here feeds: refused as `NotApplicable`."""


class ObjectKey(NamedTuple):
    """What names one object: its type, its id (`number@switch` for a DN), its tenant."""

    type: ObjectType
    id: str
    tenant: str
