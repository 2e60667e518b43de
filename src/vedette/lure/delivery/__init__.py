"""How a message wants something delivered: its links, and the passwords it hands out."""

from vedette.lure.delivery.lists import DeliveryLists, load_delivery
from vedette.lure.delivery.passwords import thread_words
from vedette.lure.delivery.signs import delivery_signs

__all__ = ["DeliveryLists", "delivery_signs", "load_delivery", "thread_words"]
