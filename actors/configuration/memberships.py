"""Who belongs to whom by the records of the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from actors.configuration.environment import AgentGroup, Dn, DnGroup, Place, PlaceGroup
from actors.vocabulary.objects import ObjectKey, ObjectType

Listing = AgentGroup | PlaceGroup | DnGroup | Place
"""What lists its members."""


def members_of(record: Listing, dns: Mapping[str, Dn]) -> dict[ObjectKey, None]:
    """The objects that a record lists, each once; a virtual group lists nobody.

    Args:
        record: of a group or a place.
        dns: by id.
    """
    if isinstance(record, AgentGroup):
        return dict.fromkeys(ObjectKey(ObjectType.AGENT, agent, record.tenant) for agent in record.agents)
    if isinstance(record, PlaceGroup):
        return dict.fromkeys(ObjectKey(ObjectType.PLACE, place, record.tenant) for place in record.places)
    return dict.fromkeys(dns[dn].key for dn in record.dns)
