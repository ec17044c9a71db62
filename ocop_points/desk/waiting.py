"""What the groups of the home page are made of."""

from dataclasses import dataclass

SHOWN = 8


@dataclass(frozen=True)
class Item:
    """One thing that waits: where it leads, what it is, since when."""

    icon: str
    title: str
    url: str
    meta: str
    when: str = ""
    tone: str = ""
    action: str = ""
    action_url: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind; `more` leads to all of them. `total`: how many, where an item stands for several.

    `work`: somebody has to do something about them.
    """

    title: str
    items: list[Item]
    tone: str = ""
    more: str = ""
    total: int | None = None
    work: bool = True

    @property
    def count(self) -> int:
        return len(self.items) if self.total is None else self.total
