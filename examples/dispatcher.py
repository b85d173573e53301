"""A dispatcher for ioeventfd-check, with a plain list as the bus. With --mistake, a deletion does not look at the data."""
import json
import sys

MISTAKE = "--mistake" in sys.argv[1:]
HELLO = {
    "protocol": "ioeventfd-dispatcher/1", "name": "plain list", "version": "1",
    # What it can do. All else it is not asked.
    "profiles": ["contract"], "byteOrders": ["little"], "spaces": ["memory"], "regions": ["io"],
    "operations": ["create", "map", "add-eventfd", "del-eventfd", "write"], "writes": ["store"], "features": [],
    "effects": ["signal", "callback", "unassigned"],
}


def number(value):
    return int(value, 16) if isinstance(value, str) else value


class Machine:
    def __init__(self):
        self.size, self.base = {}, {}  # of each region, in bytes; the base of those that are mapped
        self.words = []  # all that is registered
        self.bus = []  # what the host has taken: address, size, data, notifier
        self.names = []  # notifiers, in the order in which they are first named

    def apply(self, op):
        kind, region = op["op"], op.get("region")
        if kind == "write":
            return list(self.write(number(op["address"]), op["size"], number(op["data"])))
        if kind == "create":
            self.size[region] = number(op["size"])
        elif kind == "map":
            self.base[region] = number(op["offset"])
            order = lambda word: (word["offset"], word["size"], word["data"] is not None, word["data"] or 0, self.names.index(word["notifier"]))
            for word in sorted((word for word in self.words if word["region"] == region), key=order):
                self.assign(word)
        else:
            data = number(op["data"]) if "data" in op else None
            word = {"region": region, "offset": number(op["offset"]), "size": op["size"], "data": data, "notifier": op["notifier"]}
            self.names += [op["notifier"]] if op["notifier"] not in self.names else []
            if kind == "add-eventfd":
                self.words.append(word)
                self.assign(word)
            else:
                keys = [key for key in word if not (MISTAKE and key == "data")]
                old = next(old for old in reversed(self.words) if all(old[key] == word[key] for key in keys))
                self.words = [word for word in self.words if word is not old]
                self.bus = [entry for entry in self.bus if entry is not old.get("entry")]
        return []

    def assign(self, word):
        """The host takes a word whose first byte is in a mapped region, unless it has one like it."""
        address, size, data = self.base.get(word["region"], 1 << 64) + word["offset"], word["size"], word["data"]
        alike = any(a == address and s == size and (d == data or None in (d, data)) for a, s, d, _ in self.bus)
        if word["offset"] < self.size[word["region"]] and address < 1 << 64 and not alike:
            word["entry"] = (address, size, data, word["notifier"])
            self.bus.append(word["entry"])

    def write(self, address, size, data):
        """A store in accesses of at most 4 bytes, each aligned in the region that answers."""
        while size > 0:
            region = next((r for r, base in self.base.items() if base <= address < base + self.size[r]), None)
            offset = address - self.base.get(region, 0)
            length = min(1 << (size.bit_length() - 1), 4, offset & -offset or 4)
            value = data & ((1 << 8 * length) - 1)
            fired = [n for a, s, d, n in self.bus if a == address and s == length and d in (None, value)]
            if region is None:
                yield {"unassigned": hex(address), "size": length}
            elif fired:
                yield {"signal": fired[0]}
            else:
                yield {"callback": region, "offset": hex(offset), "size": length, "value": hex(value)}
            address, size, data = (address + length) % (1 << 64), size - length, data >> 8 * length


for line in sys.stdin:
    message = json.loads(line)
    machine = Machine()
    answer = {"hello": HELLO} if "hello" in message else {
        "id": message["id"], "effects": [machine.apply(op) for op in message["scenario"]["operations"]]}
    print(json.dumps(answer), flush=True)
