"""A dispatcher for ioeventfd-check, with a plain list as the bus. With --mistake, a deletion does not look at the data."""
import json
import sys
from collections import namedtuple

MISTAKE = "--mistake" in sys.argv[1:]
HELLO = {  # What it can do. All else it is not asked.
    "protocol": "ioeventfd-dispatcher/1", "name": "plain list", "version": "1", "profiles": ["contract"], "features": [],
    "byteOrders": ["little"], "spaces": ["memory"], "regions": ["io"], "effects": ["signal", "callback", "unassigned"],
    "operations": ["create", "map", "add-eventfd", "del-eventfd", "write"], "writes": ["store"],
}
# A registration. The host is told of those of a region in this order; rank is the place of the notifier in `names`.
Word = namedtuple("Word", "region offset size has_data data rank")


class Machine:
    def __init__(self):
        self.size, self.base = {}, {}  # of each region, in bytes; the base of those that are mapped
        self.words, self.bus = [], []  # all that is registered; what the host has taken of it, each with its address
        self.names = []  # notifiers, in the order in which they are first named

    def apply(self, op):
        kind, region, number = op["op"], op.get("region"), lambda field: int(op.get(field, "0x0"), 16)
        if kind == "write":
            return list(self.write(number("address"), op["size"], number("data")))
        if kind == "create":
            self.size[region] = number("size")
        elif kind == "map":
            self.base[region] = number("offset")
            for word in sorted(word for word in self.words if word.region == region):
                self.assign(word)
        else:
            self.names += [op["notifier"]] if op["notifier"] not in self.names else []
            rank = self.names.index(op["notifier"])
            word = Word(region, number("offset"), op["size"], "data" in op, number("data"), rank)
            if kind == "add-eventfd":
                self.words.append(word)
                self.assign(word)
            else:
                alike = lambda old: old == word or MISTAKE and old[:3] + old[5:] == word[:3] + word[5:]
                gone = next(old for old in reversed(self.words) if alike(old))
                self.words = [old for old in self.words if old is not gone]
                self.bus = [entry for entry in self.bus if entry[1] is not gone]
        return []

    def assign(self, word):
        """The host takes a word whose first byte is in a mapped region, unless one write could match another, too."""
        address = self.base.get(word.region, 1 << 64) + word.offset
        here = (old for at, old in self.bus if at == address and old.size == word.size)
        collides = any(old.data == word.data or not (old.has_data and word.has_data) for old in here)
        if word.offset < self.size[word.region] and address < 1 << 64 and not collides:
            self.bus.append((address, word))

    def write(self, address, size, data):
        """A store in accesses of at most 4 bytes, each aligned in the region that answers."""
        while size > 0:
            region = next((r for r, base in self.base.items() if base <= address < base + self.size[r]), None)
            offset = address - self.base.get(region, 0)
            length = min(1 << (size.bit_length() - 1), 4, offset & -offset or 4)
            value = data & ((1 << 8 * length) - 1)
            fired = [w for at, w in self.bus if at == address and w.size == length and (not w.has_data or w.data == value)]
            if region is None:
                yield {"unassigned": hex(address), "size": length}
            elif fired:
                yield {"signal": self.names[fired[0].rank]}
            else:
                yield {"callback": region, "offset": hex(offset), "size": length, "value": hex(value)}
            address, size, data = (address + length) % (1 << 64), size - length, data >> 8 * length


# What is encoded is new, and cannot contain itself.
encode = json.JSONEncoder(check_circular=False).encode
for line in sys.stdin:
    message, machine = json.loads(line), Machine()
    lists = [machine.apply(op) for op in message["scenario"]["operations"]] if "scenario" in message else []
    print(encode({"id": message["id"], "effects": lists} if "id" in message else {"hello": HELLO}), flush=True)
