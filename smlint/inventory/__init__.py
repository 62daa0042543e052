"""The formats of the deployment inventory, which `smlint facts` prints.

To add a format, write its module with a function `render(inventory, today, color)`, and add a line to `INVENTORY_FORMATS`.
"""

from __future__ import annotations

from importlib import import_module

from smlint.runtime.escaping import Medium
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.inventory.collect import Inventory


class InventoryFormat(NamedTuple):
    """A format of the inventory: its name, the module in this package whose `render` writes it, and the medium it escapes text for."""

    name: str
    module: str
    medium: Medium

    def render(self, inventory: Inventory, today: str, color: bool) -> str:
        """Return the inventory in this format. `today` is an ISO date."""
        text: str = import_module(f"smlint.inventory.{self.module}").render(inventory, today, color)
        return text


INVENTORY_FORMATS: dict[str, InventoryFormat] = {
    inventory_format.name: inventory_format
    for inventory_format in (
        InventoryFormat("table", "text_table", Medium.TERMINAL),
        InventoryFormat("json", "json_list", Medium.JSON),
        InventoryFormat("csv", "csv_file", Medium.CSV),
        InventoryFormat("html", "html_page", Medium.HTML),
    )
}
"""Every format by name. The option, completions, documentation and tests are derived from this table."""
