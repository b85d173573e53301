#!/usr/bin/env python3
"""A dispatcher for ioeventfd-check: a plain list as the bus. Standard library only.

ioeventfd-check check model "exec:python3 examples/dispatcher.py"
ioeventfd-check check model "exec:python3 examples/dispatcher.py --mistake"     (deletions ignore the data)
"""
import json
import sys

MISTAKE = "--mistake" in sys.argv[1:]
HELLO = {
    "protocol": "ioeventfd-dispatcher/1", "name": "plain list", "version": "1",
    "profiles": ["contract"], "byteOrders": ["little"], "spaces": ["memory"], "regions": ["io"],
    "operations": ["create", "map", "add-eventfd", "del-eventfd", "write"],
    "writes": ["store"], "features": ["any-size"],
}


def number(value):
    return int(value, 16) if isinstance(value, str) else value


def told(word):
    address, size, data, notifier = word
    shown = {"space": "memory", "address": hex(address), "size": size, "notifier": notifier}
    return shown if data is None else {**shown, "data": hex(data)}


class Machine:
    def __init__(self):
        self.sizes, self.bases, self.words, self.bus, self.names = {}, {}, [], [], []

    def tell(self, entry):
        region, offset, size, data, notifier = entry["word"]
        address = self.bases.get(region, 1 << 64) + offset
        if offset >= self.sizes[region] or address >= 1 << 64:
            return []  # its first byte is nowhere
        word = (address, size, data, notifier)
        for other_address, other_size, other_data, _ in self.bus:
            alike = 0 in (size, other_size) or size == other_size and (None in (data, other_data) or data == other_data)
            if address == other_address and alike:
                return [{"hostRefused": told(word), "reason": "EEXIST"}]
        self.bus.append(word)
        entry["held"] = word
        return [{"hostAdd": told(word)}]

    def apply(self, op):
        kind, region = op["op"], op.get("region")
        if kind == "create":
            self.sizes[region] = number(op["size"])
        elif kind == "map":
            self.bases[region] = number(op["offset"])
            mine = [entry for entry in self.words if entry["word"][0] == region]
            key = lambda entry: (*entry["word"][1:3], entry["word"][3] is not None, entry["word"][3] or 0, self.names.index(entry["word"][4]))
            return [effect for entry in sorted(mine, key=key) for effect in self.tell(entry)]
        elif kind == "write":
            return list(self.write(number(op["address"]), op["size"], number(op["data"])))
        else:
            data = number(op["data"]) if "data" in op else None
            word = (region, number(op["offset"]), op["size"], data, op["notifier"])
            if op["notifier"] not in self.names:
                self.names.append(op["notifier"])
            if kind == "add-eventfd":
                self.words.append({"word": word, "held": None})
                return self.tell(self.words[-1])
            same = lambda one: one[:3] + one[4:] == word[:3] + word[4:] if MISTAKE else one == word
            entry = next(entry for entry in reversed(self.words) if same(entry["word"]))
            self.words.remove(entry)
            if entry["held"]:
                self.bus.remove(entry["held"])
                return [{"hostDel": told(entry["held"])}]
        return []

    def write(self, address, size, data):
        while size > 0:
            region = next((r for r, base in self.bases.items() if base <= address < base + self.sizes[r]), None)
            offset = address if region is None else address - self.bases[region]
            length = 1 << (min(size, 4, offset & -offset or 4).bit_length() - 1)
            value = data & ((1 << 8 * length) - 1)
            fired = next((w for w in self.bus if w[0] == address and w[1] in (0, length) and w[2] in (None, value)), None)
            if region is None:
                yield {"unassigned": hex(address), "size": length}
            elif fired:
                yield {"signal": fired[3]}
            else:
                yield {"callback": region, "offset": hex(offset), "size": length, "value": hex(value)}
            address, size, data = (address + length) % (1 << 64), size - length, data >> 8 * length


for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        answer = {"hello": HELLO}
    else:
        machine = Machine()
        answer = {"id": message["id"], "effects": [machine.apply(op) for op in message["scenario"]["operations"]]}
    print(json.dumps(answer), flush=True)
