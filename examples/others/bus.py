"""What the three re-enactments have in common: devices in ranges of memory, the messages of ioeventfd-check, and --only."""
import json
import sys

WIDE = 1 << 64


def number(value):
    return int(value, 16) if isinstance(value, str) else value


def differences(**named):
    """The ways in which a system differs. All of them, or with `--only a,b` those; with `--only none` it keeps the contract."""
    if "--only" not in sys.argv:
        return {name for name, is_usual in named.items() if is_usual}
    wanted = set(sys.argv[sys.argv.index("--only") + 1].split(",")) - {"none"}
    if not wanted <= set(named):
        sys.exit(f"--only: expected none, or some of {', '.join(named)}")
    return wanted


class Device:
    """A region: a device with the eventfds that it wants to have registered, wherever it is mapped."""

    def __init__(self, name, size):
        self.name, self.size, self.words = name, size, []
        self.base = None  # the address of its first byte, while it is mapped

    def holds(self, address):
        return self.base is not None and self.base <= address < self.base + self.size


class Word:
    """A registration: the word at an offset in a device. `data` is None where any value matches."""

    def __init__(self, op, rank):
        self.offset, self.size, self.notifier = number(op["offset"]), op["size"], op["notifier"]
        self.data = number(op["data"]) if "data" in op else None
        self.key = (self.offset, self.size, self.data is not None, self.data or 0, rank)
        self.address = None  # where it was registered


class Machine:
    """A system. What it does with a registration and with a store is for a subclass to say: `assign`, `deassign` and `store`."""

    checks_range = True  # whether a registration has to lie in its device

    def __init__(self):
        self.devices, self.notifiers = {}, []

    def apply(self, op):
        kind = op["op"]
        if kind == "write":
            return self.store(number(op["address"]), op["size"], number(op["data"]))
        if kind == "create":
            self.devices[op["region"]] = Device(op["region"], number(op["size"]))
            return []
        device = self.devices[op["region"]]
        if kind == "map":
            self.map(device, number(op["offset"]))
        elif kind == "unmap":
            self.unmap(device)
        else:
            self.change(kind, device, op)
        return []

    def map(self, device, base):
        """The device's range is put on the bus, which takes none that is empty, and then its eventfds are registered."""
        if device.size == 0:
            return
        device.base = base
        for word in sorted(device.words, key=lambda word: word.key):
            self.register(device, word)

    def unmap(self, device):
        for word in device.words:
            self.unregister(word)
        device.base = None

    def change(self, kind, device, op):
        if op["notifier"] not in self.notifiers:
            self.notifiers.append(op["notifier"])
        word = Word(op, self.notifiers.index(op["notifier"]))
        if kind == "add-eventfd":
            device.words.append(word)
            self.register(device, word)
        else:
            gone = next(old for old in reversed(device.words) if old.key == word.key)
            device.words.remove(gone)
            self.unregister(gone)

    def register(self, device, word):
        is_inside = word.offset < device.size
        if device.base is None or (self.checks_range and not is_inside):
            return
        address = device.base + word.offset
        if address < WIDE and self.assign(word, address):
            word.address = address

    def unregister(self, word):
        """What was refused is not taken back: its owner was told."""
        if word.address is not None:
            self.deassign(word)
            word.address = None

    def device_at(self, address):
        return next((one for one in self.devices.values() if one.holds(address)), None)

    def write(self, address, size, data):
        """The device at an address gets the whole store, wherever it ends."""
        device = self.device_at(address)
        if device is None:
            return []
        return [{"callback": device.name, "offset": hex(address - device.base), "size": size, "value": hex(data)}]


def serve(system, hello):
    """Answers each line: `system` makes a machine, `hello` says what it is and what it knows."""
    known = {
        "protocol": "ioeventfd-dispatcher/1", "version": "1", "profiles": ["contract"], "byteOrders": ["little"],
        "operations": ["create", "map", "unmap", "add-eventfd", "del-eventfd", "write"], "spaces": ["memory"],
        "regions": ["io"], "writes": ["store"], "accesses": [], "features": [], "effects": ["signal", "callback"],
    }
    for line in sys.stdin:
        message = json.loads(line)
        if "hello" in message:
            answer = {"hello": {**known, **hello}}
        else:
            machine = system()
            answer = {"id": message["id"], "effects": [machine.apply(op) for op in message["scenario"]["operations"]]}
        print(json.dumps(answer), flush=True)
